"""``haredge recognise``: what the people in images do."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge.commands.arguments import given_path
from haredge.commands.results import IMAGE_RESULTS, VIDEO_RESULTS, Results, refer, write
from haredge.core.counted import counted
from haredge.core.errors import HaredgeError, SourceError
from haredge.core.folders import meant
from haredge.core.kinds import IMAGE_SUFFIXES, VIDEO_SUFFIXES
from haredge.sources.image_names import natural
from haredge.still.contract import USUAL
from haredge.terminal import complain, say, say_json
from haredge.video.words import as_words, percent

if TYPE_CHECKING:
    from haredge.core.types import Image
    from haredge.image_pipeline import ImageRecogniser, Labelled, RecognisedImage

_QUALITY: Final = 92
"""Of a JPEG that people keep."""


@dataclass(frozen=True, slots=True)
class Task:
    """One image, and where it is written with what was recognised in it, if anywhere."""

    image: Path
    out: Path | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge recognise``."""
    parser.add_argument("images", nargs="+", type=given_path, metavar="IMAGE", help="image file, or a folder of images")
    parser.add_argument(
        "-o",
        "--out",
        type=given_path,
        metavar="OUT",
        help="image with boxes and labels: a .jpg or .png file; a folder for several images",
    )
    parser.add_argument("--force", action="store_true", help="overwrite files that exist")
    parser.add_argument("--json", action="store_true", help="one JSON object per line for each image")
    parser.add_argument(
        "--model", metavar="MODEL", default=USUAL, help="a still model: an installed name or a folder (default: still)"
    )
    parser.add_argument(
        "--pose-model",
        metavar="MODEL",
        help="a pose network: an installed name, or a path to its file (default: multipose if installed, else people)",
    )


def run(args: argparse.Namespace) -> int:
    """Recognise each image; 1 if one failed, after the others. Raises ModelError for a model that cannot be used."""
    # The inference engine and OpenCV are imported when images are read, not when the command line is parsed.
    from haredge.compose import open_image_recogniser  # noqa: PLC0415

    inputs = list(_inputs(args.images))
    tasks = planned([path for path in inputs if isinstance(path, Path)], args.out, force=args.force)
    recogniser = open_image_recogniser(args.model, args.pose_model)
    out = {task.image: task.out for task in tasks}
    done = [_recognised(recogniser, each, out, args) for each in inputs]
    return 0 if all(done) else 1


def command(image: Path, out: Path, model: str, pose_model: str) -> list[str]:
    """Return the command line that recognises one image in a process of its own, and prints what it found as JSON."""
    options = [f"--out={out}", f"--model={model}", f"--pose-model={pose_model}", "--json"]
    return [sys.executable, "-m", "haredge", "recognise", *options, "--", str(image)]


def _inputs(given: Sequence[Path]) -> Iterator[Path | SourceError]:
    """Yield the images given, and those of folders in natural order; an error in place of a folder without any."""
    for path in given:
        if not path.is_dir():
            yield path
            continue
        try:
            images = sorted((each for each in meant(path) if each.suffix.lower() in IMAGE_SUFFIXES), key=natural)
        except OSError as error:
            yield SourceError(f"{path}: {error.strerror}")
            continue
        yield from images
        if not images:
            yield SourceError(f"no image in {path} (files that end in {', '.join(sorted(IMAGE_SUFFIXES))})")


def planned(images: Sequence[Path], out: Path | None, *, force: bool) -> list[Task]:
    """Return where each image goes. Raises ConfigError as :class:`Results` does."""
    if out is None:
        return [Task(image, None) for image in images]
    refer(images, VIDEO_SUFFIXES, out, VIDEO_RESULTS, "annotate")
    results = Results(images, "image")
    paths = [results.path(image, out, f"{image.stem}.recognised.jpg", IMAGE_RESULTS) for image in images]
    results.check(paths, force=force)
    return [Task(image, path) for image, path in zip(images, paths, strict=True)]


def _recognised(
    recogniser: ImageRecogniser, image: Path | SourceError, out: dict[Path, Path | None], args: argparse.Namespace
) -> bool:
    """Print what one image shows, or on standard error why it cannot be read; return whether it was read."""
    from haredge.sources.image_file import read  # noqa: PLC0415

    try:
        if isinstance(image, SourceError):
            raise image
        recognised = recogniser.recognise(read(image))
        if (path := out[image]) is not None:
            write(path, _drawn(recognised, path))
    except HaredgeError as error:
        complain(error)
        return False
    if args.json:
        say_json(as_json(str(image), args.model, recognised))
    else:
        say(*as_text(str(image), recognised))
    return True


def _drawn(recognised: RecognisedImage, path: Path) -> bytes:
    from haredge.video.draw.encode import as_jpeg, as_png  # noqa: PLC0415
    from haredge.video.draw.photograph import draw_recognised  # noqa: PLC0415

    image: Image = draw_recognised(recognised)
    return as_png(image) if path.suffix.lower() == ".png" else as_jpeg(image, _QUALITY)


def as_json(name: str, model: str, recognised: RecognisedImage) -> dict[str, object]:
    """Describe an image to programs: docs/schemas/image.json."""
    height, width = recognised.image.shape[:2]
    return {
        "image": name,
        "width": width,
        "height": height,
        "model": model,
        "people": [
            {"id": person.id, **_labelled(person.labelled), "box": person.box.in_shares((height, width)).rounded(4)}
            for person in recognised.people
        ],
        "whole": _labelled(recognised.whole) if recognised.whole else None,
    }


def _labelled(labelled: Labelled) -> dict[str, object]:
    return {
        "label": labelled.label,
        "probability": round(labelled.probability, 4),
        "first": [{"label": label, "probability": round(share, 4)} for label, share in labelled.first.items()],
    }


def as_text(name: str, recognised: RecognisedImage) -> list[str]:
    """Describe an image to a person: a line for each one in it, with their box in pixels."""
    if recognised.whole:
        return [f"{name}: no person detected", f"  the whole image: {_words(recognised.whole)}"]
    lines = [f"{name}: {counted(len(recognised.people), 'person', 'people')}"]
    for person in recognised.people:
        left, top, right, bottom = (round(side) for side in person.box)
        lines.append(f"  {person.id:>3}  {_words(person.labelled)}  at {left},{top} to {right},{bottom}")
    return lines


def _words(labelled: Labelled) -> str:
    first = ", ".join(f"{as_words(label)} {percent(share)}" for label, share in labelled.first.items())
    return f"{as_words(labelled.label):<18} ({first})"
