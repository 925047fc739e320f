"""From the tensors of a PoseNet to one person's keypoints."""

from __future__ import annotations

import numpy as np

from haredge.core.types import Keypoints
from haredge.pose.decoders.posenet_people import people
from haredge.pose.decoders.posenet_tensors import KEYPOINTS, OFFSETS, PARTS, Floats, Tensors, nearer


def decode(tensors: Tensors) -> Keypoints | None:
    """Return the dominant person's keypoints, (17, 3) x, y in input pixels and score.

    None where no keypoint is likely; without mid offsets there is always an answer, and its scores tell.
    """
    found = [_finished(tensors, places) for places in people(tensors)]
    return max(found, key=_dominance) if len(found) > 1 else found[0] if found else None


def _finished(tensors: Tensors, places: Floats) -> Keypoints:
    """Refine a person's places twice more and score them: (17, 3) x, y in input pixels, score.

    The short offsets saturate at about 10 px, so they are looked up again at the place to which they led: first at
    the nearest cell, which is bold, then between cells, which is smooth.
    """
    places = nearer(tensors.short, places, PARTS)
    places = tensors.short.inside(places + tensors.short.between(places, OFFSETS))
    logits = tensors.heatmaps.between(places, PARTS)
    keypoints = np.empty((KEYPOINTS, 3), np.float32)
    keypoints[:, 1::-1] = (places * np.float32(tensors.stride)).T
    keypoints[:, 2] = np.tanh(logits / 2) / 2 + 0.5
    return keypoints


def _dominance(keypoints: Keypoints) -> float:
    """Score times size: of several people the one who is largest and surest, who changes least from frame to frame."""
    sure = keypoints[keypoints[:, 2] >= 0.5, :2]
    size = float(np.hypot(*np.ptp(sure, axis=0))) if len(sure) else 0.0
    return float(keypoints[:, 2].sum()) * (1 + size)
