"""Images that are the same, or nearly: a network that has seen the one knows the other, so both go to one side.

Each image has a fingerprint of 256 bits: brightness of 17 by 16 cells, whether it grows from each cell to the next on
its right (N. Krawetz's difference hash). It survives another size and another compression. A mirror image counts, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from haredge.opencv import cv2

CELLS: Final = 16
NEAR: Final = 24
"""Most bits by which the fingerprints of two images differ that count as one; unlike ones differ by some 128."""

_PIECE: Final = 1000
"""Images that are compared with all others at a time."""

Fingerprints = NDArray[np.bool_]
"""(n, CELLS, CELLS)."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Images by what is the same."""

    marks: tuple[str, ...]
    """Of each image the mark of its group: the least checksum of the group's files."""
    same: int
    """Files that are another one, byte for byte."""
    near: int
    """Further images that are nearly another one."""


def fingerprint(image: NDArray[np.uint8]) -> Fingerprints:
    """Return an RGB image's (height, width, 3) fingerprint (CELLS, CELLS)."""
    grey = cv2.resize(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), (CELLS + 1, CELLS), interpolation=cv2.INTER_AREA)
    grown: Fingerprints = grey[:, 1:] > grey[:, :-1]
    return grown


def group(checksums: Sequence[str], fingerprints: Fingerprints) -> Groups:
    """Find the groups of images with these checksums (SHA-256) of their files, and these fingerprints (n, ...)."""
    parents = list(range(len(checksums)))

    def root(index: int) -> int:
        while parents[index] != index:
            index = parents[index]
        return index

    def join(first: int, second: int) -> bool:
        first, second = sorted((root(first), root(second)))
        parents[second] = first
        return first != second

    known: dict[str, int] = {}
    same = sum(join(index, known.setdefault(checksum, index)) for index, checksum in enumerate(checksums))
    near = sum(join(*pair) for pair in _near(fingerprints))
    roots = [root(index) for index in range(len(checksums))]
    least: dict[int, str] = {}
    for each, checksum in zip(roots, checksums, strict=True):
        least[each] = min(least.get(each, checksum), checksum)
    return Groups(tuple(least[each] for each in roots), same, near)


def share_of(mark: str) -> float:
    """Return a number in [0, 1) that depends on a group's mark alone, by which groups are divided."""
    return int(hashlib.sha256(mark.encode()).hexdigest()[:8], 16) / 2**32


def _near(fingerprints: Fingerprints) -> list[tuple[int, int]]:
    """Return the pairs of images, the first before the second, that are nearly one, or one's mirror image."""
    # As +1 and -1 their scalar product is 256 less twice the bits that differ.
    signs = _signs(fingerprints)
    # Mirrored, what grew from left to right falls.
    mirrored = -_signs(fingerprints[:, :, ::-1])
    pairs: list[tuple[int, int]] = []
    least = CELLS * CELLS - 2 * NEAR
    for start in range(0, len(signs), _PIECE):
        piece = signs[start : start + _PIECE]
        alike = (piece @ signs.T >= least) | (piece @ mirrored.T >= least)
        pairs += [(start + int(i), int(j)) for i, j in zip(*alike.nonzero(), strict=True) if start + i < j]
    return pairs


def _signs(fingerprints: Fingerprints) -> NDArray[np.float32]:
    return fingerprints.reshape(len(fingerprints), -1).astype(np.float32) * 2 - 1
