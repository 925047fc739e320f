"""Names and order of the keypoints: COCO's 17, which every part of haredge speaks.

Source: COCO keypoint annotations, category "person" (https://cocodataset.org/#format-data).
"""

from __future__ import annotations

from typing import Final

NAMES: Final = (
    "nose",
    "left_eye",
    "right_eye",
    "left_ear",
    "right_ear",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
)
"""COCO's keypoints in COCO's order. Left and right are the person's own."""

INDEX: Final = {name: index for index, name in enumerate(NAMES)}
"""Index of each keypoint by its name."""

MIRROR: Final = tuple(
    INDEX[name.replace("left_", "right_") if "left" in name else name.replace("right_", "left_")] for name in NAMES
)
"""``keypoints[list(MIRROR)]`` swaps left and right, as a mirrored image needs."""

PAIRS: Final = tuple(
    (INDEX[f"left_{joint}"], INDEX[f"right_{joint}"]) for joint in ("shoulder", "hip", "knee", "ankle")
)
"""Left and right of the joints of trunk and legs, from the top down."""

LIMBS: Final = tuple(
    (INDEX[a], INDEX[b])
    for a, b in (
        ("nose", "left_eye"),
        ("nose", "right_eye"),
        ("left_eye", "left_ear"),
        ("right_eye", "right_ear"),
        ("left_shoulder", "right_shoulder"),
        ("left_shoulder", "left_elbow"),
        ("left_elbow", "left_wrist"),
        ("right_shoulder", "right_elbow"),
        ("right_elbow", "right_wrist"),
        ("left_shoulder", "left_hip"),
        ("right_shoulder", "right_hip"),
        ("left_hip", "right_hip"),
        ("left_hip", "left_knee"),
        ("left_knee", "left_ankle"),
        ("right_hip", "right_knee"),
        ("right_knee", "right_ankle"),
    )
)
"""Pairs of keypoints that a drawn skeleton joins."""
