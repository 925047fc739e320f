"""Surfaces made of small four-sided patches: tubes round a curve, balls, boxes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from haredge.synthetic.skeleton import Floats, cross, unit

_SOFTNESS: Final = 0.12
"""How far from a chain's corner its rounding reaches, as a share of the way to the next."""


@dataclass(frozen=True, slots=True)
class Patches:
    """Four-sided patches in the world."""

    corners: Floats
    """(n, 4, 3) metres."""
    normals: Floats
    """(n, 3) unit vectors, outward."""
    colours: Floats
    """(n, 3) blue, green, red in [0, 255], before light."""
    closed: NDArray[np.bool_]
    """(n,) True where the patch is the outside of something closed, so that it need not be drawn from behind."""
    lift: Floats
    """(n,) metres by which a patch is drawn as if nearer: what lies on a surface must not sink into it."""

    @property
    def middles(self) -> Floats:
        """(n, 3) middle of each patch."""
        return (self.corners[:, 0] + self.corners[:, 2]) / 2

    def chosen(self, where: NDArray[np.bool_]) -> Patches:
        """Those of the patches for which ``where`` (n,) is true."""
        return Patches(*(getattr(self, name)[where] for name in Patches.__slots__))

    def moved(self, x: float, z: float, heading_deg: float) -> Patches:
        """Give the same patches turned about the vertical and moved over the floor."""
        c, s = np.cos(np.radians(heading_deg)), np.sin(np.radians(heading_deg))
        turn = np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
        return replace(self, corners=self.corners @ turn.T + (x, 0, z), normals=self.normals @ turn.T)

    @classmethod
    def joined(cls, parts: list[Patches]) -> Patches:
        """Put several sets into one."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__slots__))


def patches_of(corners: Floats, colours: ArrayLike, *, closed: bool = True, lift: float = 0.0) -> Patches:
    """Give (n, 4, 3) flat patches their normals: corners run clockwise as seen from outside."""
    n = len(corners)
    normals = unit(cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]))
    painted = np.broadcast_to(np.asarray(colours, float), (n, 3))
    return Patches(corners, normals, painted, np.full(n, closed), np.full(n, lift))


def grid(points: Floats, colours: ArrayLike, *, closed: bool = True) -> Patches:
    """Patches of a grid of (rings, around + 1, 3) points; ``colours`` broadcast to (rings - 1, around, 3)."""
    rows, columns = points.shape[0] - 1, points.shape[1] - 1
    corners = np.stack([points[:-1, :-1], points[:-1, 1:], points[1:, 1:], points[1:, :-1]], 2)
    painted = np.broadcast_to(np.asarray(colours, float), (rows, columns, 3)).reshape(-1, 3)
    return patches_of(corners.reshape(-1, 4, 3), painted, closed=closed)


def tube(
    centres: Floats,
    across: Floats,
    front: Floats,
    half_width: Floats,
    half_depth: Floats,
    *,
    around: int,
    square: float = 0.0,
) -> Floats:
    """Points (rings, around + 1, 3) of a tube round a curve.

    ``across`` and ``front`` are (rings, 3) unit vectors; point 0 of a ring lies at its front, and they run towards
    ``across``. ``square`` in [0, 1] takes the ellipse towards a rounded box.
    """
    angle = np.linspace(0, 2 * np.pi, around + 1)
    swell = 1 + square * 0.18 * np.sin(2 * angle) ** 2
    sine, cosine = np.sin(angle) * swell, np.cos(angle) * swell
    sideways = across[:, None] * (half_width[:, None] * sine)[..., None]
    return centres[:, None] + sideways + front[:, None] * (half_depth[:, None] * cosine)[..., None]


def ball(centre: Floats, axes: Floats, colours: ArrayLike, rings: int = 7, around: int = 10) -> Patches:
    """Ellipsoid whose half axes are the rows of ``axes`` (left, up, forward)."""
    tilt = np.linspace(-np.pi / 2, np.pi / 2, rings)
    centres = centre + np.sin(tilt)[:, None] * axes[1]
    size = np.maximum(np.cos(tilt), 0.02)
    left, forward = np.broadcast_to(axes[0], (rings, 3)), np.broadcast_to(axes[2], (rings, 3))
    return grid(tube(centres, left, forward, size, size, around=around), colours)


def bend(points: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Follow a chain of (n, 3) points at parameters ``at`` (0 to n - 1), rounding its corners.

    Returns (rings, 3) places and (rings, 3) unit tangents.
    """
    places = np.stack([np.interp(at, np.arange(len(points)), points[:, axis]) for axis in range(3)], 1)
    for corner in range(1, len(points) - 1):
        near = np.clip(1 - np.abs(at - corner) / (2 * _SOFTNESS), 0, 1)[:, None] ** 2
        pull = (points[corner - 1] + points[corner + 1]) / 2 - points[corner]
        places = places + near * _SOFTNESS * pull
    steps = unit(np.diff(places, axis=0))
    tangents = unit(np.concatenate([steps[:1], steps[1:] + steps[:-1], steps[-1:]]))
    return places, tangents


def frames(tangents: Floats, reference: Floats) -> tuple[Floats, Floats]:
    """Give unit vectors across and in front of (rings, 3) tangents; ``reference`` is roughly the direction across."""
    front = unit(cross(np.broadcast_to(reference, tangents.shape), tangents))
    return cross(tangents, front), front


def box(low: ArrayLike, high: ArrayLike, colour: ArrayLike, step_m: float = 0.15) -> Patches:
    """Box between two corners, cut into patches of about ``step_m`` so that they sort well by depth."""
    low_, high_ = np.asarray(low, float), np.asarray(high, float)
    faces = []
    for axis in range(3):
        u, v = (axis + 1) % 3, (axis + 2) % 3
        across = np.linspace(low_[u], high_[u], max(2, int((high_[u] - low_[u]) / step_m) + 1))
        along = np.linspace(low_[v], high_[v], max(2, int((high_[v] - low_[v]) / step_m) + 1))
        points = np.zeros((len(across), len(along), 3))
        points[..., u], points[..., v] = across[:, None], along[None]
        for value, flip in ((low_[axis], False), (high_[axis], True)):
            face = points.copy()
            face[..., axis] = value
            faces.append(grid(face[:, ::-1] if flip else face, colour))
    return Patches.joined(faces)
