"""Random plans of training examples: whole images, crops of people, mosaics, people pasted into rooms, no people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from research.people.scene import Layer, Placement, Rectangle, Scene
from research.people.shelves import Shelves

Generator = np.random.Generator

ASPECTS: Final = (4 / 3, 4 / 3, 16 / 9, 16 / 9, 1.0, 3 / 4, 2 / 3)
"""Width by height of the images that cameras give; the letterbox leaves the rest black."""
SHARES: Final = {"whole": 0.3, "crop": 0.18, "mosaic": 0.14, "room": 0.12, "no_people": 0.26}
"""How often each kind of example is made."""
TRIES: Final = 12
"""Parts of an image that are tried until one shows no person."""
TILE_PX: Final = 48
"""Least side of a mosaic's tiles, on average."""


@dataclass(frozen=True)
class Composer:
    """Makes plans of examples."""

    shelves: Shelves

    def scene(self, side: int, rng: Generator) -> Scene:
        """Plan one example of ``side`` x ``side`` pixels."""
        kinds: dict[str, Callable[[int, Generator], Scene]] = {
            "whole": self._whole,
            "crop": self._crop,
            "mosaic": self._mosaic,
            "room": self._room,
            "no_people": self._no_people,
        }
        kind = str(rng.choice(list(SHARES), p=list(SHARES.values())))
        return kinds[kind](side, rng)

    def _whole(self, side: int, rng: Generator) -> Scene:
        """Fit an image as in use, or a little larger, smaller, turned and moved."""
        source, number = self.shelves.draw(rng)
        height, width = self.shelves.size(source, number)
        scene = Scene(side, view(side, width / height))
        exact = rng.random() < 0.35
        scale = min(scene.view.width / width, scene.view.height / height)
        scale *= 1.0 if exact else float(np.exp(rng.uniform(np.log(0.35), np.log(1.4))))
        loose_x, loose_y = (abs(scene.view.width - scale * width) / 2, abs(scene.view.height - scale * height) / 2)
        at = _near(scene.view.middle, (loose_x, loose_y), rng)
        degrees = 0.0 if exact or rng.random() < 0.4 else turn_degrees(rng)
        if scale * max(width, height) < 0.8 * side and rng.random() < 0.7:
            self._background(scene, rng)
        self._lay(scene, source, number, _placement((width, height), at, scale, degrees, rng), scene.view)
        return scene

    def _crop(self, side: int, rng: Generator) -> Scene:
        """Cut out a square round one person, as a second pass on a crop does; other people in it stay."""
        source, number = self.shelves.draw(rng)
        boxes = self.shelves.label(source, number).boxes
        box = boxes[int(rng.integers(len(boxes)))]
        centre = (float(box[0] + box[2]) / 2, float(box[1] + box[3]) / 2)
        size = max(8.0, float(max(box[2] - box[0], box[3] - box[1])))
        scale = side / (size * float(rng.uniform(0.9, 2.2)))
        scale = min(scale, 4.0)
        whole = Rectangle(0, 0, side, side)
        scene = Scene(side, whole)
        at = _near(whole.middle, (0.12 * side, 0.12 * side), rng)
        degrees = 0.0 if rng.random() < 0.3 else turn_degrees(rng)
        mirror = bool(rng.random() < 0.5)
        self._lay(scene, source, number, Placement(centre, at, scale, degrees, mirror), whole)
        return scene

    def _mosaic(self, side: int, rng: Generator) -> Scene:
        """Fill the view with two to sixteen images; a fifth of them rooms without people."""
        scene = Scene(side, view(side, float(rng.choice(ASPECTS))))
        most = max(2.0, scene.view.width * scene.view.height / TILE_PX**2)
        for tile in tiles(scene.view, int(np.exp(rng.uniform(np.log(2), np.log(most + 0.9)))), rng):
            if rng.random() < 0.2:
                self._fill(scene, *self.shelves.draw_room(rng), tile, rng)
            else:
                self._fill(scene, *self.shelves.draw(rng), tile, rng)
        return scene

    def _room(self, side: int, rng: Generator) -> Scene:
        """Paste people, cut out with what is round them, into a room."""
        scene = Scene(side, view(side, float(rng.choice(ASPECTS))))
        self._background(scene, rng)
        size = scene.view.height * float(np.exp(rng.uniform(np.log(0.18), np.log(0.9))))
        for _ in range(int(rng.choice([1, 2, 3, 4], p=[0.4, 0.3, 0.2, 0.1]))):
            self._paste(scene, size * float(rng.uniform(0.6, 1.4)), rng)
        return scene

    def _paste(self, scene: Scene, size: float, rng: Generator) -> None:
        source, number = self.shelves.draw(rng)
        label = self.shelves.label(source, number)
        index = int(rng.integers(len(label.boxes)))
        box = label.boxes[index].astype(float)
        longest = max(8.0, float(max(box[2] - box[0], box[3] - box[1])))
        at = (
            float(rng.uniform(scene.view.left, scene.view.right)),
            float(rng.uniform(scene.view.top, scene.view.bottom)),
        )
        centre = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        degrees = turn_degrees(rng) if rng.random() < 0.5 else 0.0
        placement = Placement(centre, at, size / longest, degrees, bool(rng.random() < 0.5))
        more = 0.08 * longest
        part = Rectangle(box[0] - more, box[1] - more, box[2] + more, box[3] + more)
        others = np.delete(label.boxes, index, 0)
        outline = np.array([part.left, part.top, part.right, part.bottom], np.float32)
        corners = Scene(scene.side, scene.view)
        corners.add_unsure(outline[None], placement.matrix, scene.view)
        scene.hide_behind(corners.unsure[0])
        scene.layers.append(Layer(source, number, placement.matrix, scene.view, part))
        scene.add_people(label.keypoints[index : index + 1], label.boxes[index : index + 1], placement, scene.view)
        inside = [other for other in others if _overlaps(other, outline)]
        if inside:
            scene.add_unsure(np.array(inside), placement.matrix, scene.view)

    def _no_people(self, side: int, rng: Generator) -> Scene:
        """Show a part of an image beside its people, a room, several rooms, or one with pieces of others pasted in."""
        kind = rng.random()
        scene = Scene(side, view(side, float(rng.choice(ASPECTS))))
        if kind < 0.2:
            for tile in tiles(scene.view, int(rng.integers(2, 10)), rng):
                self._fill(scene, *self.shelves.draw_room(rng), tile, rng)
            return scene
        if kind < 0.6 and self._beside(scene, rng):
            return scene
        self._background(scene, rng)
        for _ in range(int(rng.integers(1, 5)) if kind < 0.75 else 0):
            self._piece(scene, rng)
        return scene

    def _beside(self, scene: Scene, rng: Generator) -> bool:
        """Fill the view with a part of an image without people; return whether one was found."""
        source, number = self.shelves.draw(rng)
        label, (height, width) = self.shelves.label(source, number), self.shelves.size(source, number)
        boxes = np.concatenate((label.boxes, label.unsure))
        for _ in range(TRIES if label.complete else 0):
            w = float(rng.uniform(0.3, 1.0)) * min(width, height * scene.view.width / scene.view.height)
            h = w * scene.view.height / scene.view.width
            left, top = float(rng.uniform(0, width - w)), float(rng.uniform(0, height - h))
            if not any(_overlaps(box, np.array((left, top, left + w, top + h))) for box in boxes):
                part = Rectangle(left, top, left + w, top + h)
                scale, mirror = scene.view.width / w, bool(rng.random() < 0.5)
                matrix = Placement(part.middle, scene.view.middle, scale, 0.0, mirror).matrix
                scene.layers.append(Layer(source, number, matrix, scene.view, reflect=True))
                return True
        return False

    def _piece(self, scene: Scene, rng: Generator) -> None:
        """Paste a piece of another room: an edge alone is not a person."""
        source, number = self.shelves.draw_room(rng)
        height, width = self.shelves.size(source, number)
        w, h = width * float(rng.uniform(0.15, 0.6)), height * float(rng.uniform(0.2, 0.8))
        left, top = float(rng.uniform(0, width - w)), float(rng.uniform(0, height - h))
        part = Rectangle(left, top, left + w, top + h)
        at = (
            float(rng.uniform(scene.view.left, scene.view.right)),
            float(rng.uniform(scene.view.top, scene.view.bottom)),
        )
        scale = scene.side * float(rng.uniform(0.15, 0.7)) / max(w, h)
        placement = Placement(part.middle, at, scale, float(rng.normal(0, 20)), bool(rng.random() < 0.5))
        scene.layers.append(Layer(source, number, placement.matrix, scene.view, part))

    def _background(self, scene: Scene, rng: Generator) -> None:
        """Fill the view with a random part of a room."""
        source, number = self.shelves.draw_room(rng)
        height, width = self.shelves.size(source, number)
        scale = max(scene.view.width / width, scene.view.height / height) * float(rng.uniform(1.0, 1.8))
        slack = ((scale * width - scene.view.width) / 2, (scale * height - scene.view.height) / 2)
        at = _near(scene.view.middle, slack, rng)
        placement = _placement((width, height), at, scale, float(rng.normal(0, 4)), rng)
        self._lay(scene, source, number, placement, scene.view, reflect=True)

    def _fill(self, scene: Scene, source: str, number: int, tile: Rectangle, rng: Generator) -> None:
        """Cover a tile with an image, or fit the image into it."""
        height, width = self.shelves.size(source, number)
        x, y = tile.width / width, tile.height / height
        scale = max(x, y) if rng.random() < 0.7 else min(x, y)
        scale *= float(np.exp(rng.uniform(np.log(0.8), np.log(1.3))))
        slack = (abs(scale * width - tile.width) / 2, abs(scale * height - tile.height) / 2)
        degrees = 0.0 if rng.random() < 0.6 else turn_degrees(rng)
        placement = _placement((width, height), _near(tile.middle, slack, rng), scale, degrees, rng)
        self._lay(scene, source, number, placement, tile)

    def _lay(
        self, scene: Scene, source: str, number: int, placement: Placement, clip: Rectangle, *, reflect: bool = False
    ) -> None:
        """Add an image and all people in it."""
        label, matrix = self.shelves.label(source, number), placement.matrix
        scene.layers.append(Layer(source, number, matrix, clip, None, reflect))
        scene.add_people(label.keypoints, label.boxes, placement, clip)
        scene.add_unsure(label.unsure, matrix, clip)
        if not label.complete:
            height, width = self.shelves.size(source, number)
            scene.add_unsure(np.array([[0, 0, width, height]], np.float32), matrix, clip)


def view(side: int, aspect: float) -> Rectangle:
    """Return where a letterbox puts an image of an aspect (width by height) in a square."""
    width, height = round(side * min(1.0, aspect)), round(side * min(1.0, 1 / aspect))
    left, top = (side - width) // 2, (side - height) // 2
    return Rectangle(left, top, left + width, top + height)


def tiles(whole: Rectangle, count: int, rng: Generator) -> list[Rectangle]:
    """Divide a rectangle into ``count`` parts, always the largest into two across its longer side."""
    parts = [whole]
    while len(parts) < count:
        parts.sort(key=lambda part: part.width * part.height)
        part, share = parts.pop(), float(rng.uniform(0.35, 0.65))
        if part.width > part.height:
            cut = round(part.left + share * part.width)
            parts += [
                Rectangle(part.left, part.top, cut, part.bottom),
                Rectangle(cut, part.top, part.right, part.bottom),
            ]
        else:
            cut = round(part.top + share * part.height)
            parts += [
                Rectangle(part.left, part.top, part.right, cut),
                Rectangle(part.left, cut, part.right, part.bottom),
            ]
    return parts


def turn_degrees(rng: Generator) -> float:
    """Mostly nearly upright; at times as a tilted camera sees it, or in any direction."""
    kind = rng.random()
    if kind < 0.25:
        return float(rng.uniform(-180, 180))
    return float(rng.normal(0, 30 if kind < 0.45 else 9))


def _placement(
    size: tuple[int, int], at: tuple[float, float], scale: float, degrees: float, rng: Generator
) -> Placement:
    width, height = size
    return Placement(((width - 1) / 2, (height - 1) / 2), at, scale, degrees, bool(rng.random() < 0.5))


def _near(middle: tuple[float, float], slack: tuple[float, float], rng: Generator) -> tuple[float, float]:
    return middle[0] + float(rng.uniform(-1, 1)) * slack[0], middle[1] + float(rng.uniform(-1, 1)) * slack[1]


def _overlaps(a: np.ndarray, b: np.ndarray) -> bool:
    return bool((np.minimum(a[2:], b[2:]) > np.maximum(a[:2], b[:2])).all())
