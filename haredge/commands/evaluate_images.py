"""``haredge evaluate --data`` with labelled images in the place of recordings: how often still models are right."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from haredge import api as learning
from haredge.commands.label_table import by_label
from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.evaluation.ranges import with_range
from haredge.terminal import LiveLine, ProgressBar, say, say_json

if TYPE_CHECKING:
    from haredge.evaluation.images import ImageScores
    from haredge.still.classifier import StillClassifier
    from haredge.training.images.reading import LabelledFile


log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Result:
    """A model and its scores."""

    classifier: StillClassifier
    measured: ImageScores

    @property
    def name(self) -> str:
        """The model's name."""
        return self.classifier.manifest.name

    @property
    def images(self) -> int:
        """How many images it was measured on."""
        return int(self.measured.confusion.sum())

    @property
    def bytes(self) -> int:
        """Size of the model file."""
        return self.classifier.manifest.file_in(self.classifier.folder).stat().st_size


def run(args: argparse.Namespace) -> int:
    """Measure still models on all images whose labels they know.

    Raises :class:`haredge.core.errors.ModelError` and :class:`haredge.core.errors.DataError`.
    """
    from haredge.models.catalog import find_model  # noqa: PLC0415
    from haredge.still.classifier import StillClassifier  # noqa: PLC0415
    from haredge.training.images.reading import list_images  # noqa: PLC0415

    classifiers = [StillClassifier.open(find_model(name)) for name in args.model or [learning.STILL_MODEL]]
    line, said = LiveLine(), set[str]()

    def report(words: str) -> None:
        if words not in said:  # once, however many models there are
            line.clear()
            log.warning("%s", words)
        said.add(words)

    files = [file for path in args.data for file in list_images(path, report)]
    try:
        results = [Result(classifier, _measured(classifier, files, line, report)) for classifier in classifiers]
    finally:
        line.clear()
    if args.json:
        payload = [as_json(result) for result in results]
        say_json(payload if len(payload) > 1 else payload[0])
    else:
        say(*(_table(results) if len(results) > 1 else _lines(results[0])))
    return 0


def _measured(
    classifier: StillClassifier, files: Sequence[LabelledFile], line: LiveLine, report: Callable[[str], None]
) -> ImageScores:
    """Classify the whole of each image, as training does its test images."""
    from haredge.evaluation.images import measure_images  # noqa: PLC0415
    from haredge.training.images.reading import read_each  # noqa: PLC0415

    known = [file for file in files if file.label in classifier.labels]
    name, unknown = classifier.manifest.name, sorted({file.label for file in files} - set(classifier.labels))
    if not known:
        raise DataError(
            f"the model {name} knows none of the images' labels ({', '.join(unknown)}); it knows "
            f"{', '.join(classifier.labels)}"
        )
    if unknown:
        report(f"left out, as the model {name} does not know the label: {', '.join(unknown)}")
    bar, rows, true = ProgressBar(len(known), line), [], []
    for image in read_each(known, classifier.size, report, lambda done, _of: bar.show(done, f"{name} ")):
        rows.append(classifier.probabilities([image.image])[0])
        true.append(classifier.labels.index(image.label))
    if not rows:
        raise DataError(f"none of the {counted(len(known), 'image')} can be used")
    return measure_images(classifier.labels, np.stack(rows), np.array(true, np.int64))


def as_json(result: Result) -> dict[str, object]:
    """Name the scores as programs read them; docs/still.md says what each means."""
    measured = result.measured
    return {
        "model": result.name,
        "bytes": result.bytes,
        "images": result.images,
        "accuracy": measured.accuracy,
        "top3_accuracy": measured.top3,
        "macro_f1": measured.macro_f1,
        "calibration_error": measured.calibration_error,
        "labels": list(measured.labels),
        "confusion": measured.confusion.tolist(),
    }


def _table(results: Sequence[Result]) -> Iterator[str]:
    width = max(len("model"), *(len(result.name) for result in results))
    head = f"{'model':{width}} {'images':>6} {'right':>7} {'of three':>9} {'macro F1':>9}"
    yield f"{head} {'calibration error':>18} {'file':>8}"
    for result in results:
        measured = result.measured
        yield (
            f"{result.name:{width}} {result.images:6} {measured.accuracy:7.2%} {measured.top3:9.2%} "
            f"{measured.macro_f1:9.4f} {measured.calibration_error:18.4f} {result.bytes / 1000:5.0f} kB"
        )


def _lines(result: Result) -> Iterator[str]:
    measured = result.measured
    yield f"model {result.name}, {result.bytes / 1000:.0f} kB; {counted(result.images, 'image')}"
    yield (
        f"{with_range(measured.accuracy, result.images, 'image')}, among the three likeliest {measured.top3:.2%}; "
        f"macro F1 {measured.macro_f1:.4f}, expected calibration error {measured.calibration_error:.4f}"
    )
    yield from by_label(measured, "images")
