"""Single labelled images of synthetic people, for training a pose network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image
from haredge.opencv import cv2
from haredge.synthetic.appearance import Figure
from haredge.synthetic.body import body_patches
from haredge.synthetic.camera import SyntheticCamera
from haredge.synthetic.ground_truth import true_keypoints
from haredge.synthetic.kinematics import Spot, joints_of
from haredge.synthetic.motions import MOTIONS
from haredge.synthetic.poses import random_posture
from haredge.synthetic.render import Light, cast_shadow, draw
from haredge.synthetic.room import random_room
from haredge.synthetic.skeleton import PENN_COUNT, Floats, retarget
from haredge.synthetic.stage import chair_patches
from haredge.synthetic.surface import Patches


def random_image(
    rng: np.random.Generator,
    size: tuple[int, int] = (256, 256),
    background: Image | None = None,
    joints: Floats | None = None,
    people: int = 1,
) -> tuple[Image, NDArray[np.float32]]:
    """Draw a random person, clothes, light, camera and, where no ``background`` is given, a room.

    ``size`` is (width, height). ``background`` (BGR, any size) is cut to fit. ``joints`` gives the first person's
    posture: (13, 3) metres in Penn Action's order, y up, retargeted to the synthetic person's bones; random where None.
    Returns the BGR image and (people, 17, 3) x, y in pixels and COCO's flag (0 outside, 1 hidden, 2 visible), the
    largest person first; ``people`` 0 gives an empty image. People may be cut off by the image's edges.
    """
    crowd = [_person(rng, joints if index == 0 else None) for index in range(people)]
    subject = crowd[0].joints if crowd else _NO_PERSON
    camera, light = SyntheticCamera.random(rng, size, subject, _height_px(rng, size)), Light.random(rng)
    crowd[1:] = [replace(person, joints=_aside(rng, person.joints, camera), seat=None) for person in crowd[1:]]
    image = random_room(rng, camera, light) if background is None else _fitted(rng, background, size)
    if crowd:
        patches = Patches.joined([part for person in crowd for part in person.patches()])
        shaded = background is None or rng.random() < 0.5
        image = cast_shadow(image, patches, camera, light) if shaded else image
        image = draw(image, patches, camera, light)
    return _taken(rng, image), _labels(crowd, camera)


@dataclass(frozen=True, slots=True)
class _Person:
    figure: Figure
    joints: Floats
    seat: Patches | None

    def patches(self) -> list[Patches]:
        return [body_patches(self.figure, self.joints), *([] if self.seat is None else [self.seat])]


_NAMES: Final = tuple(MOTIONS)
_NO_PERSON: Final = np.array([[0.0, 0.0, 0.0], [0.0, 1.7, 0.0]])


def _person(rng: np.random.Generator, recorded: Floats | None) -> _Person:
    figure = Figure.random(rng)
    if recorded is not None:
        return _Person(figure, retarget(np.asarray(recorded, float)[:PENN_COUNT], figure.bones), None)
    if rng.random() < 0.4:
        return _Person(figure, joints_of(random_posture(rng), figure.bones), None)
    name = _NAMES[rng.integers(len(_NAMES))]
    joints = joints_of(MOTIONS[name](rng)(rng.uniform(0, 4)), figure.bones)
    sits = name in {"sitting", "sitting_down", "standing_up"} and rng.random() < 0.8
    return _Person(figure, joints, chair_patches(Spot(), figure.bones.leg) if sits else None)


def _labels(crowd: list[_Person], camera: SyntheticCamera) -> NDArray[np.float32]:
    bodies = [(person.joints, person.figure.bones) for person in crowd]
    labels = [
        true_keypoints(*body, camera, others=bodies[:index] + bodies[index + 1 :]) for index, body in enumerate(bodies)
    ]
    labels.sort(key=_extent, reverse=True)
    return np.array(labels, np.float32).reshape(-1, 17, 3)


def _height_px(rng: np.random.Generator, size: tuple[int, int]) -> float:
    """Mostly the whole person, now and then small, or so near that the edges cut the person off."""
    return float(
        min(size)
        * rng.choice([rng.uniform(0.25, 0.5), rng.uniform(0.5, 0.95), rng.uniform(0.95, 1.8)], p=[0.2, 0.6, 0.2])
    )


def _aside(rng: np.random.Generator, joints: Floats, camera: SyntheticCamera) -> Floats:
    """Turn another person and put it to one side of the camera's subject, a little nearer or farther."""
    right, ahead = camera.axes[0] * (1, 0, 1), camera.axes[2] * (1, 0, 1)
    shift = right * rng.choice([-1, 1]) * rng.uniform(0.5, 1.4) + ahead * rng.uniform(-0.4, 1.5)
    angle = rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    return np.asarray(joints @ turn.T + shift)


def _extent(labels: Floats) -> float:
    """Size of the part of a person that lies in the image."""
    inside = labels[labels[:, 2] > 0, :2]
    return float(np.ptp(inside, axis=0).sum()) if len(inside) else 0.0


def _fitted(rng: np.random.Generator, background: Image, size: tuple[int, int]) -> Image:
    """Cut a random part of the image's own aspect out of a background."""
    rows, columns = background.shape[:2]
    scale = min(columns / size[0], rows / size[1]) * rng.uniform(0.7, 1)
    width, height = max(1, int(size[0] * scale)), max(1, int(size[1] * scale))
    left, top = rng.integers(0, columns - width + 1), rng.integers(0, rows - height + 1)
    cut = background[top : top + height, left : left + width]
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA if scale > 1 else cv2.INTER_LINEAR), np.uint8)


def _taken(rng: np.random.Generator, image: Image) -> Image:
    """Add what a small camera adds: softness, and noise."""
    if rng.random() < 0.5:
        image = np.asarray(cv2.GaussianBlur(image, (3, 3), rng.uniform(0.3, 0.9)), np.uint8)
    grain = rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(0, 7))
    return np.asarray(cv2.add(image, grain, dtype=cv2.CV_8U), np.uint8)
