"""Labelled images of one source on disk: pixels one after the other in one file, labels as JSON lines in another.

Both are only ever appended to, the labels last; a run that was stopped goes on after the last whole line. Reading
works while another process goes on writing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """Who is in an image."""

    name: str
    keypoints: Floats
    """(people, 17, 4) x, y in pixels, present (0 or 1), weight in [0, 1]; weight 0 is unknown."""
    boxes: Floats
    """(people, 4) left, top, right, bottom in pixels."""
    unsure: Floats = field(default_factory=lambda: np.zeros((0, 4), np.float32))
    """(n, 4) boxes in which there may be a person: nothing in them is trained on."""
    complete: bool = True
    """Whether all people are labelled; if not, only those who are labelled are trained on."""

    def as_json(self) -> dict[str, Any]:
        """Return the label as JSON values, in tenths of a pixel and hundredths."""
        return {
            "name": self.name,
            "keypoints": [np.round(person, (1)).tolist() for person in self.keypoints],
            "boxes": np.round(self.boxes, 1).tolist(),
            "unsure": np.round(self.unsure, 1).tolist(),
            "complete": self.complete,
        }

    @classmethod
    def of_json(cls, row: dict[str, Any]) -> LabelledImage:
        """Read what :meth:`as_json` gave."""
        return cls(
            row["name"],
            np.array(row["keypoints"], np.float32).reshape(-1, 17, 4),
            np.array(row["boxes"], np.float32).reshape(-1, 4),
            np.array(row["unsure"], np.float32).reshape(-1, 4),
            bool(row["complete"]),
        )


class ShelfWriter:
    """Appends to a source's two files."""

    def __init__(self, folder: Path, source: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._rows, pixels = folder / f"{source}.jsonl", folder / f"{source}.bin"
        kept = _whole_lines(self._rows)
        self.count = len(kept)
        """Images already there."""
        self._end = kept[-1]["start"] + int(np.prod(kept[-1]["shape"])) if kept else 0
        self._pixels = pixels.open("r+b" if pixels.exists() else "w+b")
        self._pixels.truncate(self._end)
        self._pixels.seek(self._end)

    def add(self, image: Image, label: LabelledImage) -> None:
        """Append an image (height, width, 3), BGR."""
        self._pixels.write(np.ascontiguousarray(image).tobytes())
        self._pixels.flush()
        row = {"start": self._end, "shape": list(image.shape), **label.as_json()}
        with self._rows.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row, separators=(",", ":")) + "\n")
        self._end += image.size
        self.count += 1


class Shelf:
    """A source's labelled images by number."""

    def __init__(self, folder: Path, source: str) -> None:
        rows = _whole_lines(folder / f"{source}.jsonl", cut=False)
        self.labels = [LabelledImage.of_json(row) for row in rows]
        self._places = [(int(row["start"]), tuple(row["shape"])) for row in rows]
        self._pixels = np.memmap(folder / f"{source}.bin", np.uint8, "r") if rows else np.zeros(0, np.uint8)

    def __len__(self) -> int:
        return len(self.labels)

    def image(self, index: int) -> Image:
        """Return an image (height, width, 3), BGR, read-only."""
        start, shape = self._places[index]
        return self._pixels[start : start + int(np.prod(shape))].reshape(shape)


def read_labels(folder: Path, source: str) -> list[LabelledImage]:
    """Return the labels of a source's images, in their order."""
    return [LabelledImage.of_json(row) for row in _whole_lines(folder / f"{source}.jsonl", cut=False)]


def _whole_lines(path: Path, *, cut: bool = True) -> list[dict[str, Any]]:
    """Parse the file's whole lines; with ``cut``, take off a last one that was cut short."""
    if not path.exists():
        return []
    whole = path.read_bytes().rpartition(b"\n")[0]
    if cut:
        with path.open("r+b") as file:
            file.truncate(len(whole) + 1 if whole else 0)
    return [json.loads(line) for line in whole.splitlines()]
