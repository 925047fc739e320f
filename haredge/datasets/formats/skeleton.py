"""The joints of other programs' skeletons, brought to COCO's 17 keypoints by their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.keypoints import INDEX, NAMES
from haredge.core.types import Keypoints

Floats = NDArray[np.float64]

_ARMS: Final = (
    *("nose", "neck", "right_shoulder", "right_elbow", "right_wrist"),
    *("left_shoulder", "left_elbow", "left_wrist"),
)
_LEGS: Final = ("right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle")
_FACE: Final = ("right_eye", "left_eye", "right_ear", "left_ear")

OPENPOSE_18: Final = (*_ARMS, *_LEGS, *_FACE)
"""Joints of OpenPose's model COCO (https://github.com/CMU-Perceptual-Computing-Lab/openpose, doc/02_output.md)."""

OPENPOSE_25: Final = (
    *(*_ARMS, "mid_hip", *_LEGS, *_FACE),
    *("left_big_toe", "left_small_toe", "left_heel", "right_big_toe", "right_small_toe", "right_heel"),
)
"""Joints of OpenPose's model BODY_25."""

COCO_FIRST: Final = (17, 26, 133, 136)
"""Counts of joints of skeletons that begin with COCO's: COCO, Halpe, COCO-WholeBody, and Halpe with face and hands."""

HIDDEN_SCORE: Final = 0.5
"""Score of a joint that was labelled although it is hidden."""

PERSON: Final = frozenset(
    "person persons people human humans body pedestrian man woman child skeleton pose".split()  # noqa: SIM905
)
"""What a class of people is called, in small letters."""

_SIDES: Final[Mapping[str, str]] = {"left": "left", "l": "left", "right": "right", "r": "right"}
_PARTS: Final[Mapping[str, str]] = {
    **{part: part for part in ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")},
    "sho": "shoulder",
    "shldr": "shoulder",
    "elb": "elbow",
    "wri": "wrist",
    "kne": "knee",
    "ank": "ankle",
}
_FOOT: Final = "foot"
"""What some skeletons (Human3.6M's) call an ankle; in one that has ankles, too, it is another joint."""

_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_GLUED: Final = re.compile(rf"(left|right|l|r)({'|'.join([*_PARTS, _FOOT])})", re.IGNORECASE)


def joint_names(given: Sequence[str], where: str) -> list[str]:
    """Return COCO's name of each joint of a person's skeleton by the name that a file gives it; "" if COCO has none.

    Understood are ``left_shoulder``, ``leftShoulder``, ``LShoulder``, ``shoulder_l``, ``L. Shoulder``, ``lsho`` and the
    like. Raises :class:`DataError` with ``where`` if two joints have one name, or they are not those of a person:
    shoulders and wrists, or hips and ankles, are needed.
    """
    names = [_name(each) for each in given]
    if not any(name.endswith("ankle") for name in names):
        names = [name.replace(_FOOT, "ankle") for name in names]
    names = [name if name in INDEX else "" for name in names]
    if twice := next((name for name in names if name and names.count(name) > 1), None):
        raise DataError(f"{where}: two joints are named {twice}: {_listed(given)}")
    if not any(set(_both(*pair)) <= set(names) for pair in (("shoulder", "wrist"), ("hip", "ankle"))):
        raise DataError(
            f"{where}: these are not the joints of a person, or unnamed: {_listed(given)}; name a person's joints "
            "left_shoulder, right_shoulder, left_wrist and so on"
        )
    return names


def _both(*parts: str) -> Iterator[str]:
    return (f"{side}_{part}" for side in ("left", "right") for part in parts)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(str, names[:6])) + (", ..." if len(names) > 6 else "")


def _name(given: str) -> str:
    """Find the side and the part of the body in a name, as ``left_shoulder``; "" if it is not a joint of COCO's."""
    words = [word.lower() for word in _WORDS.findall(str(given))]
    if words == ["nose"]:
        return "nose"
    if len(words) == 1 and (glued := _GLUED.fullmatch(words[0])):
        words = list(glued.groups())
    sides = [_SIDES[word] for word in words if word in _SIDES]
    parts = [_PARTS.get(word, word) for word in words if word not in _SIDES and word not in ("joint", "keypoint")]
    return f"{sides[0]}_{parts[0]}" if len(sides) == len(parts) == 1 else ""


def coco_first(count: int, where: str) -> Sequence[str]:
    """Name the joints of a skeleton that a file does not describe, by their count.

    Raises :class:`DataError` with ``where`` unless it is one that begins with COCO's.
    """
    if count not in COCO_FIRST:
        raise DataError(
            f"{where}: {counted(count, 'keypoint')} without names; known are {', '.join(map(str, COCO_FIRST))}"
        )
    return (*NAMES, *[""] * (count - len(NAMES)))


def keypoints_by_name(joints: Floats, names: Sequence[str]) -> Keypoints:
    """Pick COCO's keypoints (..., 17, 3) out of joints (..., n, 3) that have these n names.

    Joints that COCO lacks are dropped. A keypoint that the skeleton lacks is marked missing (0, 0, 0), and so is one
    with no score, or in the corner (0, 0), which is where every one of these formats puts what was not found.
    """
    shared = [name for name in NAMES if name in names]
    keypoints = np.zeros((*joints.shape[:-2], len(NAMES), 3), np.float32)
    keypoints[..., [INDEX[name] for name in shared], :] = joints[..., [names.index(name) for name in shared], :]
    found = (keypoints[..., 2] > 0) & (keypoints[..., :2] != 0).any(axis=-1)
    return np.where(found[..., None], keypoints, np.float32(0))


def with_score(places: Floats) -> Floats:
    """Give places (..., n, 2) the score 1: (..., n, 3)."""
    return np.concatenate([places, np.ones((*places.shape[:-1], 1))], axis=-1)


def scores_of(visibility: Floats) -> Floats:
    """Make scores in [0, 1] of a skeleton's third numbers, whether COCO's flags (0, 1 hidden, 2 visible) or scores."""
    if np.isin(visibility, (0, 1, 2)).all():
        return np.asarray(visibility, np.float64) * HIDDEN_SCORE
    return np.clip(visibility, 0, 1)
