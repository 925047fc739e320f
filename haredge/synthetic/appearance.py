"""A person's appearance: build, skin, hair, clothes; all of it drawn from one random generator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import numpy as np

from haredge.synthetic.skeleton import Bones, Floats

Colour = tuple[float, float, float]
"""Blue, green, red in [0, 255]."""

Hair = Literal["bald", "short", "bushy", "long", "bun", "tail", "cap", "hood"]
Legwear = Literal["trousers", "leggings", "shorts", "skirt"]
Pattern = Literal["plain", "stripes", "pinstripes", "check", "panel", "open", "print"]

Name = TypeVar("Name", bound=str)

# fmt: off
_PATTERNS: Final[dict[Pattern, float]] = {
    "plain": 0.5, "stripes": 0.1, "pinstripes": 0.06, "check": 0.06, "panel": 0.08, "open": 0.1, "print": 0.1,
}
# fmt: on
_SKIN: Final = (
    (184, 205, 238),
    (160, 188, 230),
    (130, 165, 214),
    (102, 140, 194),
    (74, 108, 160),
    (52, 78, 122),
    (38, 54, 86),
)
_HAIR: Final = (
    (24, 22, 24),
    (30, 38, 52),
    (36, 56, 84),
    (62, 96, 140),
    (110, 160, 198),
    (44, 66, 140),
    (150, 150, 150),
    (205, 208, 212),
)
_LEGS: Final = (
    (60, 40, 32),
    (96, 70, 48),
    (132, 100, 72),
    (40, 40, 42),
    (70, 72, 76),
    (110, 130, 148),
    (160, 176, 190),
    (52, 62, 50),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One person: bones and appearance. Lengths are those of a person of 1.75 m."""

    bones: Bones
    girth: float
    """Thickness of the body beside an ordinary one."""
    curve: float
    """0 straight waist and wide shoulders, 1 narrow waist and wide hips."""
    skin: Colour
    hair: Colour
    hair_style: Hair
    top: Colour
    top_accent: Colour
    top_pattern: Pattern
    top_loose_m: float
    top_hem: float
    """How far down the top hangs: share of the torso from the hips; below 0 over the hips."""
    sleeve: float
    """Share of the arm that is covered, 0 to 1."""
    legwear: Legwear
    bottom: Colour
    bottom_loose_m: float
    bottom_length: float
    """Share of the leg that is covered, 0 to 1."""
    shoe: Colour
    sole: Colour
    glasses: bool
    beard: bool
    creases: Floats
    """(32, 32) factors by which cloth is lighter or darker here and there."""

    @classmethod
    def random(cls, rng: np.random.Generator) -> Figure:
        """Draw a person."""
        curve = float(rng.uniform(0, 1))
        legwear: Legwear = _pick(rng, {"trousers": 0.5, "leggings": 0.14, "shorts": 0.22, "skirt": 0.14 * curve * 2})
        fit = {"trousers": (0.008, 0.035), "leggings": (0.002, 0.005), "shorts": (0.012, 0.045), "skirt": (0.01, 0.05)}
        length = {"trousers": (0.93, 0.98), "leggings": (0.8, 0.95), "shorts": (0.2, 0.5), "skirt": (0.28, 0.75)}
        skin = _shade(_colour(_SKIN[rng.integers(len(_SKIN))]), rng.uniform(0.92, 1.1))
        top = _unlike(rng, skin)
        accent = _cloth(rng) if rng.random() < 0.6 else _shade(top, rng.uniform(0.6, 1.5))
        sleeve = rng.choice([0.0, rng.uniform(0.18, 0.42), rng.uniform(0.55, 0.75), 0.97], p=[0.12, 0.43, 0.08, 0.37])
        return cls(
            bones=_bones(rng, curve),
            girth=float(np.clip(rng.normal(1.0, 0.12), 0.82, 1.4)),
            curve=curve,
            skin=skin,
            hair=_shade(_colour(_HAIR[rng.integers(len(_HAIR))]), rng.uniform(0.8, 1.2)),
            hair_style=_hair(rng, curve),
            top=top,
            top_accent=accent,
            top_pattern=_pick(rng, _PATTERNS),
            top_loose_m=float(rng.choice([rng.uniform(0.003, 0.01), rng.uniform(0.01, 0.04)])),
            top_hem=float(rng.uniform(-0.12, 0.1)),
            sleeve=float(sleeve),
            legwear=legwear,
            bottom=_shade(_colour(_LEGS[rng.integers(len(_LEGS))]), rng.uniform(0.7, 1.3))
            if rng.random() < 0.75
            else _unlike(rng, skin),
            bottom_loose_m=float(rng.uniform(*fit[legwear])),
            bottom_length=float(rng.uniform(*length[legwear])),
            shoe=_cloth(rng),
            sole=_shade((225.0, 228.0, 230.0), rng.uniform(0.15, 1.0)),
            glasses=bool(rng.random() < 0.18),
            beard=bool(rng.random() < 0.3 * (1 - curve)),
            creases=_creases(rng),
        )


def _bones(rng: np.random.Generator, curve: float) -> Bones:
    stature = float(np.clip(rng.normal(1.76 - 0.13 * curve, 0.08), 1.45, 2.0))
    scale = np.clip(rng.normal(1.0, 0.03, 11), 0.92, 1.08)
    return Bones.of(stature, scale, shoulders=0.208 - 0.02 * curve, hips=0.100 + 0.010 * curve)


def _hair(rng: np.random.Generator, curve: float) -> Hair:
    long = 0.04 + 0.5 * curve
    weights: dict[Hair, float] = {
        "bald": 0.1 * (1 - curve),
        "short": 0.6 * (1 - curve) + 0.1,
        "bushy": 0.12,
        "cap": 0.07,
        "hood": 0.02,
    }
    return _pick(rng, {**weights, "long": long, "bun": long / 3, "tail": long / 2})


def _pick(rng: np.random.Generator, weights: Mapping[Name, float]) -> Name:
    names, weight = list(weights), np.array(list(weights.values()))
    return names[int(rng.choice(len(names), p=weight / weight.sum()))]


def _cloth(rng: np.random.Generator) -> Colour:
    """Cloth is mostly dull or dark or pale, and now and then bright."""
    hue, value = rng.uniform(0, 2 * np.pi), rng.uniform(30, 235)
    strength = value * (rng.uniform(0, 0.2) if rng.random() < 0.5 else rng.uniform(0.2, 0.75))
    waves = np.cos(hue + np.array([0, 2 * np.pi / 3, 4 * np.pi / 3]))
    return _colour(np.clip(value - strength / 2 + strength / 2 * waves, 5, 245))


def _unlike(rng: np.random.Generator, skin: Colour) -> Colour:
    """Draw a cloth that is not taken for bare skin."""
    cloth = _cloth(rng)
    while np.abs(np.subtract(cloth, skin)).sum() < 90:
        cloth = _cloth(rng)
    return cloth


def _shade(colour: Colour, factor: float) -> Colour:
    return _colour(np.clip(np.asarray(colour) * factor, 4, 250))


def _colour(values: tuple[int, int, int] | Floats) -> Colour:
    return float(values[0]), float(values[1]), float(values[2])


def _creases(rng: np.random.Generator) -> Floats:
    noise = rng.normal(0, 1, (32, 32))
    smooth = noise + np.roll(noise, 1, 0) + np.roll(noise, 1, 1) + np.roll(noise, -1, 1)
    return np.clip(1 + 0.028 * rng.uniform(0.3, 1.4) * smooth, 0.75, 1.2)
