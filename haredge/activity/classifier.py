"""The activity classifier: a model folder's int8 network behind the seam `ActivityClassifier`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.activity import features
from haredge.activity.golden import read_golden
from haredge.activity.window import LENGTH
from haredge.core.errors import ModelError
from haredge.core.types import Pose, Prediction
from haredge.inference.engine import Engine, infer
from haredge.inference.golden import check_answers
from haredge.inference.loading import open_engine
from haredge.manifest import GOLDEN, ActivityManifest


class WindowClassifier:
    """Classifies windows of nine poses. Made by :meth:`open`; not for use from two threads at once."""

    def __init__(self, engine: Engine, manifest: ActivityManifest, folder: Path) -> None:
        self.manifest: Final = manifest
        self.folder: Final = folder
        self.engine: Final = engine

    @classmethod
    def open(cls, folder: Path) -> WindowClassifier:
        """Load a model folder: ``manifest.json``, the network's file and ``golden.npz``.

        Its golden windows are replayed: an inference engine or an encoding that is not what the model was measured with
        answers otherwise. Raises :class:`ModelError` for that, if a file is missing or damaged, if the files do not
        belong together, or if the model was trained on another encoding of poses than this version's.
        """
        manifest = ActivityManifest.load(folder)
        if manifest.features != features.VERSION:
            raise ModelError(
                f"{folder}: trained on version {manifest.features} of the features, and this haredge makes version "
                f"{features.VERSION}: install the model that belongs to this version, or train it again"
            )
        engine = open_engine(manifest.file_in(folder), sha256=manifest.sha256)
        _check_shapes(engine, len(manifest.labels))
        classifier = cls(engine, manifest, folder)
        classifier._check_golden()
        return classifier

    @property
    def labels(self) -> Sequence[str]:
        """The labels, in the order of :attr:`Prediction.probabilities`."""
        return self.manifest.labels

    @property
    def span_s(self) -> float:
        """Seconds from a window's first pose to its last."""
        return self.manifest.span_s

    @property
    def least_span_s(self) -> float:
        """Seconds of poses from which a window is classified before it is full; ``span_s`` if it must be."""
        return self.manifest.least_span_s or self.manifest.span_s

    def classify(self, window: Sequence[Pose]) -> Prediction:
        """Classify nine poses evenly spread over ``span_s``, or over ``least_span_s`` at least, oldest first."""
        keypoints = np.stack([pose.keypoints for pose in window])
        return Prediction(window[-1].t, self.probabilities(keypoints))

    def probabilities(self, keypoints: NDArray[np.float32]) -> NDArray[np.float32]:
        """Classify one window of keypoints (9, 17, 3): (n labels,)."""
        (probabilities,) = infer(self.engine, features.encode(keypoints)[None])
        first: NDArray[np.float32] = probabilities[0]
        return first

    def _check_golden(self) -> None:
        windows, expected = read_golden(self.folder)
        answers = np.stack([self.probabilities(window) for window in windows])
        check_answers(self.folder / GOLDEN, answers, expected, "windows")


def _check_shapes(engine: Engine, labels: int) -> None:
    wanted = ((1, LENGTH, features.SIZE), [(1, labels)])
    found = (engine.input.shape, [output.shape for output in engine.outputs])
    if found != wanted:
        raise ModelError(
            f"{engine.title}: takes {found[0]} and gives {', '.join(map(str, found[1]))}; an activity model of "
            f"{labels} labels takes {wanted[0]} and gives {wanted[1][0]}"
        )
