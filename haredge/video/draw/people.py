"""The people in an image: each a skeleton in a colour of their own, and a label beside it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.types import Image, Keypoints, Person
from haredge.opencv import cv2
from haredge.video.draw.placement import place
from haredge.video.draw.skeleton import draw_skeleton, drawn
from haredge.video.draw.strip import INK, Box, draw_box, fill
from haredge.video.draw.text import Pen, bgr, shortened, width_px, write
from haredge.video.palette import Colour, ink_on, person_colour
from haredge.video.words import alarming, as_words, circumstances, with_probability

GROUND: Final[Colour] = (20, 23, 30)
ALARM: Final[Colour] = (179, 38, 30)
"""Ground of the label of a person who may have fallen."""

_FACE: Final = 5
"""Number of keypoints of the face, the first ones."""

_MOST_COVERED: Final = 0.15
"""Share of the image that labels may cover; if they would cover more, they are shorter."""


@dataclass(frozen=True, slots=True)
class _Tag:
    """A person's label: their number on their colour, and words beside it, a line each."""

    person: Person
    lines: Sequence[str]
    pen: Pen

    @property
    def number_px(self) -> int:
        return round(width_px(str(self.person.id), self.pen) + self.pen.height_px)

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        words_px = max((width_px(line, self.pen) + self.pen.height_px for line in self.lines), default=0)
        return self.number_px + round(words_px), round(self.pen.height_px * 2 * max(1, len(self.lines)))

    def draw(self, image: Image, box: Box) -> None:
        colour = person_colour(self.person.id)
        fill(image, box, ALARM if alarming(self.person.fall) else GROUND)
        fill(image, Box(box.left, box.top, self.number_px, box.height), colour)
        pad, step = self.pen.height_px / 2, self.pen.height_px * 2
        baseline = box.top + (step + self.pen.height_px) / 2
        number = Pen(self.pen.height_px, ink_on(colour), bold=True)
        write(image, str(self.person.id), box.left + pad, baseline, number)
        for index, line in enumerate(self.lines):
            write(image, line, box.left + self.number_px + pad, baseline + index * step, self.pen)


def draw_people(
    image: Image, people: Iterable[Person], *, scale: float = 1.0, text_px: float | None = None, boxes: bool = False
) -> None:
    """Draw the people who are seen and believed to be there: skeletons first, and over them labels that cover no other.

    With ``boxes`` each has a box in place of the skeleton. In a crowd labels are shorter; those for which there is no
    room are left out. ``scale`` leads from the pixels of the keypoints to the image's; ``text_px`` is the height of a
    capital letter, without it what suits the image.
    """
    pen = Pen(text_px or min(14.0, max(7.0, image.shape[1] / 70)), INK)
    poses = {person.id: person.pose for person in people if person.settled and person.pose}
    seen = {person_id: pose.keypoints for person_id, pose in poses.items()}
    if boxes:
        bodies = [_within(np.reshape(pose.box, (2, 2)), image, scale) for pose in poses.values()]
        for person_id, body in zip(poses, bodies, strict=True):
            draw_box(image, body, person_colour(person_id))
    else:
        for person_id, keypoints in seen.items():
            draw_skeleton(image, keypoints, person_colour(person_id), scale=scale)
        bodies = [_box(keypoints, image, scale) for keypoints in seen.values()]
    faces = [_face(keypoints, body, image, scale) for keypoints, body in zip(seen.values(), bodies, strict=True)]
    owners = [_round(*both) for both in zip(bodies, faces, strict=True)]
    tags, places = _placed(image, pen, [person for person in people if person.id in seen], owners, faces)
    for tag, owner, spot in zip(tags, owners, places, strict=True):
        if spot:
            _join(image, spot, owner, person_colour(tag.person.id))
    for tag, spot in zip(tags, places, strict=True):
        if spot:
            tag.draw(image, spot)


def _placed(
    image: Image, pen: Pen, people: Sequence[Person], owners: Sequence[Box], faces: Sequence[Box]
) -> tuple[Sequence[_Tag], Sequence[Box | None]]:
    """Return the longest labels that all have a place near their owners, with the places; else the shortest ones."""
    height, width = image.shape[:2]
    for words in (_all_words, _few_words, _no_words):
        tags = [_Tag(person, words(person, pen, width), pen) for person in people]
        sizes = [tag.size for tag in tags]
        places = place(sizes, owners, faces, Box(0, 0, width, height))
        near = all(spot and not _far(spot, owner) for spot, owner in zip(places, owners, strict=True))
        if near and sum(w * h for w, h in sizes) <= _MOST_COVERED * width * height:
            break
    return tags, places


def _all_words(person: Person, pen: Pen, width: int) -> list[str]:
    lines = (with_probability(person.activity), circumstances(person))
    return [shortened(line, pen, 0.4 * width) for line in lines if line]


def _few_words(person: Person, pen: Pen, _width: int) -> list[str]:
    fall = circumstances(person) if alarming(person.fall) else ""
    return [shortened(fall or as_words(person.activity.label), pen, 8 * pen.height_px)]


def _no_words(_person: Person, _pen: Pen, _width: int) -> list[str]:
    return []


def _box(keypoints: Keypoints, image: Image, scale: float) -> Box:
    """Return the part of the image that a skeleton takes up."""
    points = keypoints[drawn(keypoints), :2]
    if not len(points):
        points = np.nan_to_num(keypoints[:, :2])
    return _within(points, image, scale)


def _within(points: NDArray[np.floating], image: Image, scale: float) -> Box:
    """Return the part of the image that holds (n, 2) points, x and y, whose pixels ``scale`` leads to the image's."""
    height, width = image.shape[:2]
    (left, top), (right, bottom) = (
        np.clip(end(points * scale, axis=0), 0, (width, height)) for end in (np.min, np.max)
    )
    return Box(int(left), int(top), int(right - left), int(bottom - top))


def _face(keypoints: Keypoints, body: Box, image: Image, scale: float) -> Box:
    """Return where a person's face is, with the hair; nowhere if it is not seen."""
    if not drawn(keypoints[:_FACE]).any():
        return Box(body.left, body.top, 0, 0)
    face, hair = _box(keypoints[:_FACE], image, scale), max(body.width, body.height) // 12
    return Box(face.left - hair, face.top - hair, face.width + 2 * hair, face.height + 2 * hair)


def _round(a: Box, b: Box) -> Box:
    left, top = min(a.left, b.left), min(a.top, b.top)
    return Box(left, top, max(a.right, b.right) - left, max(a.bottom, b.bottom) - top)


def _far(spot: Box, owner: Box) -> bool:
    """Return whether a label is so far from its owner that it might be another's."""
    across = max(owner.left - spot.right, spot.left - owner.right, 0)
    down = max(owner.top - spot.bottom, spot.top - owner.bottom, 0)
    return float(np.hypot(across, down)) > 2 * spot.height


def _join(image: Image, spot: Box, owner: Box, colour: Colour) -> None:
    """Draw a line from a label to its owner if the two are far apart."""
    if _far(spot, owner):
        start = (spot.left + spot.width // 2, spot.top + spot.height // 2)
        end = (owner.left + owner.width // 2, owner.top)
        cv2.line(image, start, end, bgr(colour), max(1, image.shape[1] // 400), cv2.LINE_AA)
