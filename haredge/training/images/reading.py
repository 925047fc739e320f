"""Reading labelled images: a folder with a folder for each label, or a table of file names and labels."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.bounds import IMAGE_BYTES
from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.folders import dead_links, meant, passed_over, walk_files
from haredge.core.kinds import IMAGE_SUFFIXES
from haredge.core.labels import composed, mistake_in
from haredge.core.regular_file import read_regular
from haredge.datasets.tables import Row, read_rows
from haredge.opencv import decode_image
from haredge.sources.image_file import is_animated
from haredge.still.crop import fitted
from haredge.training.images.duplicates import Fingerprints, fingerprint

LAYOUT: Final = "a folder for each label with images in it, or a table (.csv) with the columns filename and label"
_HEADINGS: Final = ("filename", "label")
_NO_LABELS: Final = {"images", "labels", "annotations", "train", "test", "val", "valid"}
"""Folders of data sets of poses, which have images, too."""
_FILE: Final = ("filename", "file", "image")
"""What a table may call the column of file names."""


@dataclass(frozen=True, slots=True)
class LabelledFile:
    """An image's file and its label."""

    path: Path
    label: str


@dataclass(frozen=True, slots=True)
class LabelledImages:
    """Images in memory, brought to one size by :func:`haredge.still.crop.fitted`."""

    name: str
    """What the data set is called: its folder's or table's name."""
    labels: tuple[str, ...]
    """Sorted."""
    images: NDArray[np.uint8]
    """(n, height, width, 3), RGB."""
    true: NDArray[np.int64]
    """Index of each one's label (n,)."""
    checksums: tuple[str, ...]
    """SHA-256 of each one's file."""
    fingerprints: Fingerprints


def list_images(path: Path, report: Callable[[str], None]) -> list[LabelledFile]:
    """List the images of a folder or a table; ``report`` gets a line for what is passed over.

    Raises :class:`DataError` if there is none, or the table has a mistake.
    """
    if not path.exists():
        raise DataError(f"{path}: no such file or folder")
    files = list(_of_folder(path, report) if path.is_dir() else _of_table(path))
    if not files:
        raise DataError(f"{path}: no labelled images in it; needed is {LAYOUT}")
    for label in sorted({file.label for file in files}):
        if mistake := mistake_in(label):
            raise DataError(f"{path}: {mistake}")
    return files


def holds_images(path: Path) -> bool:
    """Return whether a path is a folder of folders of images, or a table of images: not of recordings."""
    if path.is_dir():
        labels = [each for each in meant(path) if each.is_dir() and any(map(_is_image, meant(each)))]
        return bool(labels) and not {each.name for each in labels} & _NO_LABELS
    if path.suffix.lower() not in {".csv", ".tsv"} or not (table := _table(path)):
        return False
    return any(Path(row.cells[table.file]).suffix.lower() in IMAGE_SUFFIXES for row in table.rows[:1])


def read_images(
    path: Path,
    size: tuple[int, int],
    report: Callable[[str], None],
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> LabelledImages:
    """Read a folder's or a table's images, brought to ``size`` (height, width).

    An image that cannot be used is left out, with a line to ``report``; of a label with fewer than
    :data:`LEAST` all are. ``progress`` gets how many of how many are done. Raises
    :class:`DataError` if fewer than two labels remain.
    """
    files = list_images(path, report)
    read = list(read_each(files, size, report, progress))
    counts = Counter(image.label for image in read)
    for label in sorted({file.label for file in files}):
        if counts[label] < LEAST:
            report(
                f"label '{label}' is left out: it has {counted(counts[label], 'usable image')}, and {LEAST} are needed"
            )
    labels = tuple(sorted(label for label, count in counts.items() if count >= LEAST))
    if len(labels) < 2:
        raise DataError(f"{path}: {counted(len(labels), 'label')} with {LEAST} usable images or more: two are needed")
    kept = [image for image in read if image.label in labels]
    _report_conflicts(kept, report)
    return LabelledImages(
        path.stem if path.is_file() else path.resolve().name,
        labels,
        np.stack([image.image for image in kept]),
        np.array([labels.index(image.label) for image in kept], np.int64),
        tuple(image.checksum for image in kept),
        np.stack([image.fingerprint for image in kept]),
    )


LEAST: Final = 5
"""Images that a label needs: some to train on, one or more to choose by, one or more to test on."""


@dataclass(frozen=True, slots=True)
class ReadImage:
    """A labelled image that could be read."""

    path: Path
    label: str
    image: NDArray[np.uint8]
    """(height, width, 3), RGB, brought to the size that was asked for."""
    checksum: str
    """SHA-256 of its file."""
    fingerprint: Fingerprints


def read_each(
    files: Sequence[LabelledFile],
    size: tuple[int, int],
    report: Callable[[str], None],
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Iterator[ReadImage]:
    """Yield the images that can be used, brought to ``size`` (height, width); ``report`` gets a line for each other."""
    for index, file in enumerate(files):
        if (image := _read(file, size, report)) is not None:
            yield image
        progress(index + 1, len(files))


def _read(file: LabelledFile, size: tuple[int, int], report: Callable[[str], None]) -> ReadImage | None:
    try:
        data = read_regular(file.path, IMAGE_BYTES)
        image = np.ascontiguousarray(decode_image(data)[:, :, ::-1])
    except OSError as error:
        report(f"{file.path}: left out: {error.strerror}")
    except ValueError as error:
        report(f"{file.path}: left out: {error}")
    else:
        if is_animated(data):
            report(f"{file.path}: is animated; only its first frame is used")
        return ReadImage(
            file.path, file.label, fitted(image, size), hashlib.sha256(data).hexdigest(), fingerprint(image)
        )
    return None


def _report_conflicts(images: Sequence[ReadImage], report: Callable[[str], None]) -> None:
    """Report images that are under several labels, byte for byte: a network can learn one of them at most."""
    known: dict[str, list[ReadImage]] = {}
    for image in images:
        known.setdefault(image.checksum, []).append(image)
    if mixed := [same for same in known.values() if len({image.label for image in same}) > 1]:
        first, other = mixed[0][0], next(image for image in mixed[0] if image.label != mixed[0][0].label)
        report(
            f"{counted(len(mixed), 'image is', 'images are')} under several labels, as {first.path} ('{first.label}') "
            f"and {other.path} ('{other.label}'), which makes the model worse: keep each under one"
        )


def _is_image(file: Path) -> bool:
    return file.suffix.lower() in IMAGE_SUFFIXES and file.is_file()


def _of_folder(folder: Path, report: Callable[[str], None]) -> Iterator[LabelledFile]:
    try:
        if dead := dead_links(folder):
            report(f"{folder}: {passed_over(dead)}")
        for entry in meant(folder):
            if entry.is_dir():
                yield from _of_label(entry, report)
            elif _is_image(entry):
                raise DataError(f"{entry}: it is in no label's folder; needed is {LAYOUT}")
    except OSError as error:
        raise DataError(f"{error.filename}: cannot be read: {error.strerror}") from None


def _of_label(folder: Path, report: Callable[[str], None]) -> Iterator[LabelledFile]:
    files = list(walk_files(folder))
    if others := [file for file in files if not _is_image(file)]:
        kinds = ", ".join(sorted({file.suffix.lower() or "no suffix" for file in others}))
        report(f"{folder}: {counted(len(others), 'file is', 'files are')} passed over as no image ({kinds})")
    for file in files:
        if _is_image(file):
            yield LabelledFile(file, composed(folder.name))


@dataclass(frozen=True, slots=True)
class _Table:
    rows: Sequence[Row]
    """Without the heading."""
    file: int
    """Column of the file names."""
    label: int


def _table(path: Path) -> _Table | None:
    """Read a table of images; None if it is of something else."""
    try:
        rows = read_rows(path, _HEADINGS)
    except DataError:
        return None
    names = [cell.lower() for cell in rows[0].cells] if rows else []
    column = next((names.index(name) for name in _FILE if name in names), None)
    # What has times is a table of videos.
    if column is None or "label" not in names or "start" in names:
        return None
    return _Table(rows[1:], column, names.index("label"))


def _of_table(path: Path) -> Iterator[LabelledFile]:
    if not (table := _table(path)):
        raise DataError(f"{path}: not a table of images; needed is {LAYOUT}")
    folder: Path | None = None
    for row in table.rows:
        if len(row.cells) <= max(table.file, table.label) or not row.cells[table.file]:
            raise DataError(f"{path}, line {row.line}: needed are a file name and a label")
        folder = folder or _folder_with(row.cells[table.file], path.parent)
        yield LabelledFile(folder / row.cells[table.file], composed(row.cells[table.label]))


def _folder_with(name: str, folder: Path) -> Path:
    """Return what a table's names are relative to: its own folder, or the one folder in it that has the first."""
    places = [folder, *(each for each in meant(folder) if each.is_dir())]
    return next((place for place in places if (place / name).is_file()), folder)
