"""What turns a pose network's outputs into people: one decoder for each architecture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from haredge.core.types import Box, Keypoints
from haredge.inference.engine import Array

BEST: Final = 5
"""Number of keypoints, those of the highest scores, whose mean score counts."""


@dataclass(frozen=True, slots=True)
class Detection:
    """A person that a network found in one image."""

    keypoints: Keypoints
    """(17, 3) x, y in pixels of the network's input, pixel centres at whole numbers, and score in [0, 1]."""
    presence: float
    """How sure the network is that a person is there, in [0, 1], on the architecture's own scale."""
    box: Box | None = None
    """The box round the person's outline, in pixels of the network's input; None if the architecture gives none."""


class PoseDecoder(Protocol):
    """What distinguishes one architecture of pose network from another."""

    @property
    def architecture(self) -> str:
        """What the architecture is called, such as "PoseNet"."""

    @property
    def min_pose_score(self) -> float:
        """Least :attr:`Detection.presence` at which a person who was not there before counts."""

    @property
    def min_tracked_score(self) -> float:
        """The same for a person who was there a moment ago; not above :attr:`min_pose_score`."""

    @property
    def most_people(self) -> int:
        """Number of people that one inference can find."""

    @property
    def confirms_new(self) -> bool:
        """Whether a person who is new counts only if a second pass, on a crop around them, finds them too.

        Of networks that find one person at a time every new one is confirmed in this way, whatever this says.
        """

    @property
    def float_range(self) -> tuple[float, float]:
        """What a network with float input expects for the bytes 0 and 255."""

    def decode(self, outputs: Sequence[Array], least: float = 0.0) -> Sequence[Detection]:
        """Turn the network's outputs, as stored, into all people who are there, the highest presence first.

        People whose presence is below ``least`` are left out. Values that are not numbers, as of a damaged network, are
        passed on.
        """


def person_score(keypoints: Keypoints) -> float:
    """Return the mean score of the five most confident of (17, 3) keypoints, in [0, 1].

    This is the presence of a person that a network does not score itself. The mean of all 17 distinguishes people from
    empty rooms less well: half of a person at a desk is hidden.
    """
    return float(np.partition(keypoints[:, 2], -BEST)[-BEST:].mean())
