"""The training's material in its work folder: images, labels, cut-outs, rooms and synthetic people.

Made by ``python -m research.pose label``; every part is kept, and made only where it is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from haredge.core.errors import DataError
from haredge.core.types import Image
from haredge.datasets.formats.leeds import read_lspet
from haredge.datasets.image_set import ImageSet
from haredge.datasets.pose_image_splits import Rooms, lspet_number, split_rooms
from haredge.datasets.pose_labels import Labels
from haredge.datasets.reading import read_motions
from research.image_splits import for_choice, lspet_training
from research.pose.dataset import Composer
from research.pose.store import ImageStore, write

DRAWN: Final = 10_000
"""Images of synthetic people."""
SHARE_RECORDED: Final = 0.6
"""Share of them in postures out of motion capture."""
STOCK: Final = "har15/"
"""What the names of stock photographs begin with."""
DRAWN_SIZES: Final = ((224, 168), (192, 192), (224, 126), (168, 224))
"""(width, height) of drawn images."""
SURE: Final = 0.7
"""Least weight of a keypoint on whose place the opinions agree."""
FEWEST: Final = 5
"""An image with fewer keypoints of that weight is not trained on."""


@dataclass(frozen=True)
class PoseData:
    """The work folder."""

    folder: Path
    shared: Path
    """The folder with ``lspet``, ``har15``, ``rooms`` and ``skeletons3d``."""

    def albums(self) -> dict[str, ImageSet]:
        """Return the sets of images by name."""
        return {
            "har15": ImageSet(self.shared / "har15" / "train.zip"),
            "lspet": ImageSet(self.shared / "lspet" / "images.zip"),
            "rooms": ImageSet(self.shared / "rooms" / "rooms.zip"),
        }

    def gather(self) -> None:
        """Decode all images into stores, tests left out, and note which are in the validation set."""
        if (self.folder / "names.txt").exists():
            return
        albums = self.albums()
        named = [("har15", name) for name in albums["har15"].names()]
        named += [("lspet", name) for name in lspet_training(albums["lspet"].names())]
        choice = [for_choice(part, albums[part].content(name)) for part, name in tqdm(named, unit="image")]
        np.save(self.folder / "choice.npy", np.array(choice))
        write(self.folder / "pictures.bin", (albums[part].image(name) for part, name in tqdm(named, unit="image")))
        rooms = albums["rooms"].names()
        write(self.folder / "rooms.bin", (albums["rooms"].image(name) for name in rooms))
        _write_lines(self.folder / "rooms.txt", rooms)
        _write_lines(self.folder / "names.txt", [f"{part}/{name}" for part, name in named])

    @cached_property
    def images(self) -> ImageStore:
        """Return the images of people."""
        return ImageStore.open(self._made("pictures.bin"))

    @cached_property
    def rooms(self) -> ImageStore:
        """Return all rooms' images."""
        return ImageStore.open(self._made("rooms.bin"))

    @cached_property
    def names(self) -> list[str]:
        """Return the images' names, the set's first."""
        return self._made("names.txt").read_text(encoding="utf-8").split("\n")

    @cached_property
    def keypoints(self) -> NDArray[np.float32]:
        """Return (n, 17, 4) fused labels."""
        return np.asarray(np.load(self._made("keypoints.npy")))

    @cached_property
    def choice(self) -> NDArray[np.bool_]:
        """Which images are in the validation set."""
        return np.asarray(np.load(self._made("choice.npy")))

    def room_numbers(self) -> dict[str, NDArray[np.int64]]:
        """Return the rooms' numbers for ``test``, ``choice`` and ``train``."""
        names = self._made("rooms.txt").read_text(encoding="utf-8").split("\n")
        split: Rooms = split_rooms(names)
        parts = {"test": split.test, "choice": split.choice, "train": split.train}
        return {
            part: np.array([number for number, name in enumerate(names) if name in members])
            for part, members in parts.items()
        }

    def human(self) -> dict[int, NDArray[np.float64]]:
        """Return the human labels, (17, 3) x, y, labelled, of the images that have them."""
        labels = {lspet_number(one.name): one.keypoints for one in read_lspet(self.shared / "lspet")}
        return {
            index: labels[lspet_number(name)].astype(float)
            for index, name in enumerate(self.names)
            if name.startswith("lspet/")
        }

    def usable(self) -> NDArray[np.bool_]:
        """Return which images are labelled well enough to train on or to choose by."""
        sure = (self.keypoints[:, :, 2] > 0) & (self.keypoints[:, :, 3] >= SURE)
        return np.asarray(sure.sum(1) >= FEWEST)

    def kept_stock(self) -> list[Labels]:
        """Return the confident labels of the stock photographs in the validation set."""
        numbers = np.flatnonzero(self.choice & self.usable()).tolist()
        kept = [number for number in numbers if self.names[number].startswith(STOCK)]
        rows = self.keypoints[kept][:, :, :3].copy()
        rows[:, :, 2] *= self.keypoints[kept][:, :, 3] >= SURE
        return [Labels(self.names[i].removeprefix(STOCK), row, None) for i, row in zip(kept, rows, strict=True)]

    def composer(self) -> Composer:
        """Return what makes training examples."""
        numbers = np.flatnonzero(self.usable() & ~self.choice)
        everyday = [number for number in numbers.tolist() if self.names[number].startswith(STOCK)]
        return Composer(
            self.images,
            self.keypoints,
            np.concatenate((numbers, everyday)),
            self.rooms,
            self.room_numbers()["train"],
            ImageStore.open(self._made("masks.bin")),
            ImageStore.open(self._made("drawn.bin")),
            np.load(self._made("drawn.keypoints.npy")),
        )

    def draw(self, seed: int = 7) -> None:
        """Draw people, most of them in the training's rooms."""
        path = self.folder / "drawn.keypoints.npy"
        if path.exists():
            return
        keypoints: list[NDArray[np.float32]] = []
        write(self.folder / "drawn.bin", self._drawn(seed, keypoints))
        np.save(path, np.array(keypoints))

    def _drawn(self, seed: int, keypoints: list[NDArray[np.float32]]) -> Iterator[Image]:
        from research.pose.synthetic_images import random_image  # noqa: PLC0415 - training itself needs no synthetic people

        rooms, bodies = self.room_numbers()["train"], self._recorded_bodies()
        for number in tqdm(range(DRAWN), unit="drawing", mininterval=5):
            rng = np.random.default_rng((seed, number))
            size = DRAWN_SIZES[int(rng.integers(len(DRAWN_SIZES)))]
            room = self.rooms[int(rng.choice(rooms))] if rng.random() < 0.7 else None
            body = bodies[int(rng.integers(len(bodies)))] if rng.random() < SHARE_RECORDED else None
            image, labels = random_image(rng, size, room, body, people=1 if rng.random() < 0.9 else 2)
            keypoints.append(weighted(labels[0]))
            yield image

    def _recorded_bodies(self) -> NDArray[np.float32]:
        """Return (n, 13, 3) postures, every tenth of each recorded motion."""
        motions = read_motions(self.shared / "skeletons3d")
        return np.concatenate([motion.joints[::10] for motion in motions])

    def _made(self, name: str) -> Path:
        path = self.folder / name
        if not path.exists():
            raise DataError(f"{path}: not there yet; 'python -m research.pose label' makes it")
        return path


def weighted(labels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn COCO's flags (0 outside, 1 hidden, 2 visible) of (17, 3) keypoints into (17, 4) x, y, present, weight.

    A hidden limb can be guessed; a face seen from behind need not be.
    """
    hidden = labels[:, 2] == 1
    weight = np.where(hidden, 0.8, 1.0)
    weight[:5] = np.where(hidden[:5], 0.0, 1.0)
    return np.column_stack((labels[:, :2], labels[:, 2] > 0, weight)).astype(np.float32)


def _write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines), encoding="utf-8")
