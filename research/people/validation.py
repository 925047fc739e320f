"""A few scores to watch a training by, on data that is never trained on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.datasets.formats.leeds import read_lspet
from haredge.datasets.image_set import ImageSet
from haredge.evaluation.keypoint_metrics import distances_px, torso_px
from research.image_splits import for_choice, lspet_training
from research.people.inference import Finder
from research.people.sight import (
    FallFrame,
    best_scores,
    fall_frames,
    room_images,
    score_at_box,
    shares_above,
    threshold_for,
)

ROOM: Final = "Coffee_room_02"
MEASURES: Final = ("threshold", "before", "during", "after", "pck")
EVERY: Final = 3
"""Every how many of the frames are used while training."""


@dataclass(frozen=True)
class Validation:
    """Rooms, falls and hard poses kept for validation."""

    rooms: list[Image]
    falls: list[FallFrame]
    poses: list[tuple[Image, NDArray[np.float32]]]
    """Images with (17, 3) x, y, labelled of their main person."""

    @classmethod
    def read(cls, shared: Path, every: int = EVERY) -> Validation:
        """Read every ``every``-th frame and image."""
        return cls(room_images(shared, "choice"), fall_frames(shared, ROOM)[::every], _poses(shared)[::every])

    def measure(self, find: Finder) -> dict[str, float]:
        """Return by name: shares found at the threshold at which a person is found in one of 60 rooms, and PCK."""
        threshold = threshold_for(best_scores(find, self.rooms))
        scores = np.array([score_at_box(find, frame) for frame in self.falls])
        found = shares_above(scores, self.falls, threshold)
        values = (threshold, *found, pck(find, self.poses))
        return dict(zip(MEASURES, values, strict=True))


def pck(find: Finder, poses: list[tuple[Image, NDArray[np.float32]]]) -> float:
    """Return the share of labelled joints within half a torso in one inference on the whole image, no threshold."""
    hits = []
    for image, labels in poses:
        found = find(image).keypoints
        best = found[0] if len(found) else np.full((17, 3), np.nan)
        hits.append(distances_px(best, labels)[5:] < 0.5 * torso_px(labels))
        hits[-1] = hits[-1][labels[5:, 2] > 0]
    return float(np.concatenate(hits).mean())


def _poses(shared: Path) -> list[tuple[Image, NDArray[np.float32]]]:
    """Read the hard poses kept for validation whose torsos are labelled."""
    images = ImageSet(shared / "lspet" / "images.zip")
    labels = {one.name: one.keypoints for one in read_lspet(shared / "lspet")}
    return [
        (images.image(name), labels[Path(name).name])
        for name in lspet_training(images.names())
        if for_choice("lspet", images.content(name)) and np.isfinite(torso_px(labels[Path(name).name]))
    ]
