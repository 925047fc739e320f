"""How tall people stand where in the image, learned from those who walk there."""

from __future__ import annotations

from typing import Final

SLOPE: Final = 0.8
"""Pixels that a standing person gains for each pixel by which the feet are lower in the image, until people have walked
through it: on a level floor a person's height over that of the camera, such as 1.7 m over 2.1 m."""

PRIOR: Final = 0.01
"""How much walking it takes to replace that: the variance of the feet's place in image heights, times the poses."""

MEMORY: Final = 600.0
"""Number of poses over which it is learned: a camera may be turned."""

BOUNDS: Final = (0.4, 2.5)
"""Least and most height that is expected anywhere, by the mean height."""


class Perspective:
    """A line from where the feet are to how tall people stand there.

    On a level floor, for a camera that is not tilted much, a person's height in the image is a linear function of where
    their feet are in it (Hoiem, Efros, Hebert, "Putting Objects in Perspective", CVPR 2006).
    """

    def __init__(self, image_height: float) -> None:
        """Take the height of the image in pixels."""
        self._unit = image_height
        self._poses = self._feet = self._height = self._variance = self._covariance = 0.0

    def learn(self, feet: float, height: float) -> float:
        """Take the y of an upright person's feet and their height, in pixels; return the height expected there now."""
        y, h = feet / self._unit, height / self._unit
        self._poses = self._poses * (1 - 1 / MEMORY) + 1
        share = 1 / self._poses
        from_feet, from_height = y - self._feet, h - self._height
        self._feet += share * from_feet
        self._height += share * from_height
        self._variance = (self._variance + from_feet * (y - self._feet)) * (1 - 1 / MEMORY)
        self._covariance = (self._covariance + from_feet * (h - self._height)) * (1 - 1 / MEMORY)
        return self._at(y)

    @property
    def known(self) -> bool:
        """Whether anyone was upright yet."""
        return self._poses > 0

    def height(self, feet: float) -> float | None:
        """Return the height in pixels of a person who stands with the feet at a y; None if no one was upright yet."""
        return self._at(feet / self._unit) if self.known else None

    def _at(self, y: float) -> float:
        slope = (self._covariance + PRIOR * SLOPE) / (self._variance + PRIOR)
        expected = self._height + slope * (y - self._feet)
        low, high = BOUNDS
        return self._unit * min(max(expected, low * self._height), high * self._height)
