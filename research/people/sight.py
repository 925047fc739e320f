"""How often people are found, in Le2i's annotated boxes, and how often by mistake, in empty rooms."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Frame, Image
from haredge.datasets.image_set import ImageSet
from haredge.datasets.pose_image_splits import split_rooms
from research.csv_rows import csv_rows
from research.people.inference import Finder
from research.people.labelling import overlap
from research.people.le2i import annotated_boxes
from research.people.sources import frames

PHASES: Final = ("before", "during", "after")
EVERY: Final = 6
"""Frames whose numbers, from 1, this divides count."""
FOUND: Final = 0.3
"""Overlap (intersection over union) with the annotated box from which its person counts as found."""


@dataclass(frozen=True, slots=True)
class FallFrame:
    """A frame of a video with a fall."""

    image: Image
    """(height, width, 3) bytes, BGR."""
    box: NDArray[np.float64]
    """(4,) left, top, right, bottom of the annotated person in pixels."""
    phase: int
    """0 before the fall, 1 during, 2 after: an index into :data:`PHASES`."""


@dataclass(frozen=True, slots=True)
class FallVideo:
    """A video with a fall."""

    archive: Path
    clip: str
    rate_hz: float
    fall: tuple[int, int]
    """Its first and last frame, counted from 1."""
    boxes: Mapping[int, NDArray[np.float64]]
    """(4,) left, top, right, bottom of the annotated person in pixels, by the number of the frame, from 1."""

    def phase(self, number: int) -> int:
        """Return the index into :data:`PHASES` of a frame."""
        start, end = self.fall
        return (number >= start) + (number > end)

    def frames(self) -> Iterator[Frame]:
        """Yield all frames; the first has the index 0."""
        with zipfile.ZipFile(self.archive) as archive, tempfile.TemporaryDirectory() as temporary:
            for index, image in enumerate(frames(archive, self.clip, Path(temporary))):
                yield Frame(index, index / self.rate_hz, image)


def fall_videos(shared: Path, room: str) -> list[FallVideo]:
    """List the videos of a room's falls."""
    folder = shared / "labelled_videos"
    boxes = annotated_boxes(folder)
    return [
        FallVideo(
            folder / "le2i.zip",
            row["clip"],
            float(row["fps"]),
            (int(row["fall_start"]), int(row["fall_end"])),
            boxes.get(row["clip"], {}),
        )
        for row in csv_rows(folder / "le2i.csv")
        if row["room"] == room and row["fall_start"]
    ]


def fall_frames(shared: Path, room: str) -> list[FallFrame]:
    """Read every sixth frame of a room's falls, if a person is annotated there."""
    return [
        FallFrame(frame.image, video.boxes[frame.index + 1], video.phase(frame.index + 1))
        for video in fall_videos(shared, room)
        for frame in video.frames()
        if (frame.index + 1) % EVERY == 0 and frame.index + 1 in video.boxes
    ]


def room_images(shared: Path, part: str) -> list[Image]:
    """Read the rooms kept for ``choice`` or ``test``, or, as others have measured, ``every_third``."""
    images = ImageSet(shared / "rooms" / "rooms.zip")
    names = images.names()
    split = split_rooms(names)
    parts = {"choice": sorted(split.choice), "test": sorted(split.test), "every_third": names[::3]}
    return [images.image(name) for name in parts[part]]


def best_scores(find: Finder, images: Sequence[Image]) -> NDArray[np.float64]:
    """Return the highest person's score in each image, 0 where no person is found."""
    return np.array([max(find(image).scores, default=0.0) for image in images])


def score_at_box(find: Finder, frame: FallFrame) -> float:
    """Return the highest score of a person who overlaps the annotated box enough; 0 if there is none."""
    found = find(frame.image)
    hits = [s for box, s in zip(found.boxes, found.scores, strict=True) if overlap(box, frame.box) >= FOUND]
    return max(hits, default=0.0)


def shares_above(scores: NDArray[np.float64], frames_: Sequence[FallFrame], threshold: float) -> list[float]:
    """Return the shares of frames before, during and after the fall in which the annotated person is found.

    ``scores`` are those at the boxes (:func:`score_at_box`).
    """
    phases = np.array([one.phase for one in frames_])
    return [float((scores[phases == phase] >= threshold).mean()) for phase in range(len(PHASES))]


def threshold_for(rooms: NDArray[np.float64], share: float = 0.02) -> float:
    """Return the lowest threshold at which at most ``share`` of the empty rooms show a person."""
    allowed = int(share * len(rooms))
    return float(np.sort(rooms)[::-1][allowed]) + 1e-6
