"""How well people are seen by posture, by view, by their size in the image and by light.

The people are those of Leeds Sports Pose Extended 9001-10000 whose shoulders and hips are labelled, by people, and on
which no network of haredge's was trained. Posture and view are read off the labels. Each image shows its person large
and in daylight: it is made smaller on a grey canvas, darker with noise, grey as by an infrared lamp, and compressed, to
know the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import INDEX, MIRROR
from haredge.core.types import Image
from haredge.datasets.formats.leeds import read_lspet
from haredge.datasets.image_set import ImageSet
from haredge.datasets.pose_image_splits import lspet_number
from haredge.evaluation.keypoint_metrics import LIMB_JOINTS, distances_px, hits, mean, torso_px
from haredge.opencv import cv2
from research.image_splits import LSPET_TEST
from research.people.inference import Found
from research.people.labelling import box_of, overlap
from research.people.sight import FOUND
from research.pose.spoil import h264, infrared

Floats = NDArray[np.float64]

SIZES: Final = (0.6, 0.35, 0.2)
"""Shares of the usual width and height at which the images are shown once more."""
GREY: Final = 110
LIGHTS: Final = {"dim": 0.3, "dark": 0.12}
"""Share of the light, by name."""
NOISE: Final = 5.0
"""Standard deviation of the sensor's noise in dim light, in steps of 255."""
CRFS: Final = (32, 40)
"""How much an H.264 video is compressed: a camera's main stream of few bytes, and its second stream."""

UPRIGHT_DEGREES, BENT_DEGREES, LYING_DEGREES = 30.0, 65.0, 115.0
"""Leans of the torso up to which a person is upright, bent, lying; beyond, upside down."""
SITTING_DEGREES: Final = 50.0
"""Mean angle of the thighs from the torso's own direction, from which who is upright sits or crouches."""
FACING: Final = 0.25
"""Width of shoulders and hips across the torso, as a share of its length, from which a person is not sideways on."""


@dataclass(frozen=True, slots=True)
class Person:
    """A labelled person and their image."""

    image: Image
    """(height, width, 3) bytes, BGR."""
    keypoints: NDArray[np.float32]
    """(17, 3) x, y in pixels, labelled."""

    @property
    def posture(self) -> str:
        """Upright, sitting (or crouching), bent, lying or upside down."""
        lean = abs(np.degrees(_direction(self._torso)))
        if lean > LYING_DEGREES:
            return "upside down"
        if lean > BENT_DEGREES:
            return "lying"
        if lean > UPRIGHT_DEGREES:
            return "bent"
        return "sitting" if self._thighs_degrees() > SITTING_DEGREES else "upright"

    @property
    def view(self) -> str:
        """From the front, from behind or from the side: by where left and right are across the torso."""
        torso = self._torso
        across = np.array([-torso[1], torso[0]]) / np.linalg.norm(torso) ** 2
        width = float(np.mean([(self._at(f"left_{part}") - self._at(f"right_{part}")) @ across for part in _PAIRS]))
        return "from the side" if abs(width) < FACING else "from the front" if width > 0 else "from behind"

    def at_scale(self, scale: float) -> Person:
        """Return the same, smaller, in the middle of a grey image of the same size."""
        height, width = self.image.shape[:2]
        size = (max(1, round(scale * width)), max(1, round(scale * height)))
        left, top = (width - size[0]) // 2, (height - size[1]) // 2
        canvas = np.full_like(self.image, GREY)
        small = cv2.resize(self.image, size, interpolation=cv2.INTER_AREA)
        canvas[top : top + size[1], left : left + size[0]] = small
        keypoints = self.keypoints.copy()
        keypoints[:, :2] = (keypoints[:, :2] + 0.5) * (size[0] / width, size[1] / height) - 0.5 + (left, top)
        return Person(canvas, keypoints)

    def in_light(self, share: float, rng: np.random.Generator) -> Person:
        """Return the same in a share of the light, with a sensor's noise."""
        pixels = self.image * share + rng.normal(0, NOISE, self.image.shape)
        return Person(np.clip(np.rint(pixels), 0, 255).astype(np.uint8), self.keypoints)

    @property
    def _torso(self) -> Floats:
        """The way from the hips to the shoulders."""
        shoulders, hips = (np.mean([self._at(f"{side}_{part}") for side in _SIDES], 0) for part in _PAIRS)
        return np.asarray(shoulders - hips, np.float64)

    def _thighs_degrees(self) -> float:
        legs = [side for side in _SIDES if self.keypoints[INDEX[f"{side}_knee"], 2] > 0]
        angles = [
            _direction(self._at(f"{side}_hip") - self._at(f"{side}_knee")) - _direction(self._torso) for side in legs
        ]
        turned = [abs((np.degrees(angle) + 180) % 360 - 180) for angle in angles]
        return float(np.mean(turned)) if turned else 0.0

    def _at(self, name: str) -> Floats:
        return np.asarray(self.keypoints[INDEX[name], :2], np.float64)


_SIDES: Final = ("left", "right")
_PAIRS: Final = ("shoulder", "hip")


def _direction(way: Floats) -> float:
    """Return the angle of a way x, y from straight up, clockwise, in radians."""
    return float(np.arctan2(way[0], -way[1]))


def read_people(shared: Path) -> list[Person]:
    """Read the people; ``shared`` is the data's folder."""
    images = ImageSet(shared / "lspet" / "images.zip")
    names = {Path(name).name: name for name in images.names()}
    labels = [one for one in read_lspet(shared / "lspet") if lspet_number(one.name) in LSPET_TEST]
    return [
        Person(images.image(names[one.name]), one.keypoints) for one in labels if np.isfinite(torso_px(one.keypoints))
    ]


@dataclass(frozen=True, slots=True)
class Seen:
    """How well some people were seen; shares in [0, 1]."""

    people: int
    found: float
    """Of the people, with a score of the threshold or more in a box that overlaps the labelled one enough."""
    pck: float
    """Of their limb joints, within half a torso in the pose that overlaps them most, whatever its score."""
    left_is_left: float
    """Of the people with a pose, whose joints lie nearer to the labels than those of the mirrored pose."""


def seen(find: Callable[[Image], Found], people: list[Person], threshold: float) -> Seen:
    """Look for people with a network, one inference an image."""
    found, joints, sides = [], [], []
    for person in people:
        answer = find(person.image)
        box = box_of(person.keypoints[person.keypoints[:, 2] > 0, :2].astype(np.float64), 0.1)
        overlaps = np.array([overlap(one, box) for one in answer.boxes])
        found.append(bool(((overlaps >= FOUND) & (answer.scores >= threshold)).any()))
        best = answer.keypoints[int(overlaps.argmax())] if len(overlaps) else np.full((17, 3), np.nan)
        away = distances_px(best, person.keypoints)
        joints.append(hits(away, 0.5 * torso_px(person.keypoints))[list(LIMB_JOINTS)])
        if len(overlaps):
            swapped = distances_px(best[list(MIRROR)], person.keypoints)
            sides.append(float(np.nansum(away[list(LIMB_JOINTS)]) <= np.nansum(swapped[list(LIMB_JOINTS)])))
    return Seen(len(people), float(np.mean(found)), mean(np.array(joints)), mean(np.array(sides)))


def kinds(people: list[Person]) -> Mapping[str, list[Person]]:
    """Sort people by posture and view, and show them all smaller, darker, at night and compressed."""
    out: dict[str, list[Person]] = {"all": people}
    for posture in ("upright", "sitting", "bent", "lying", "upside down"):
        out[posture] = [one for one in people if one.posture == posture]
    for view in ("from the front", "from the side", "from behind"):
        out[view] = [one for one in people if one.view == view]
    for scale in SIZES:
        out[f"at {scale:g} of the size"] = [one.at_scale(scale) for one in people]
    rng = np.random.default_rng(1)
    for name, share in LIGHTS.items():
        out[f"{name} ({share:g} of the light)"] = [one.in_light(share, rng) for one in people]
    out["night (infrared)"] = [replace(one, image=infrared(one.image, rng)) for one in people]
    for crf in CRFS:
        out[f"H.264 (crf {crf})"] = [replace(one, image=h264(one.image, crf)) for one in people]
    return {name: some for name, some in out.items() if some}
