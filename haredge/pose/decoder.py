"""What turns a pose network's outputs into people: one decoder for each architecture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from haredge.core.types import Keypoints
from haredge.inference.engine import Array


class PoseDecoder(Protocol):
    """What distinguishes one architecture of pose network from another."""

    @property
    def architecture(self) -> str:
        """What the architecture is called, such as "PoseNet"."""

    @property
    def min_pose_score(self) -> float:
        """Least :func:`haredge.pose.estimator.person_score` at which a person counts as detected."""

    @property
    def float_range(self) -> tuple[float, float]:
        """What a network with float input expects for the bytes 0 and 255."""

    def decode(self, outputs: Sequence[Array]) -> Sequence[Keypoints]:
        """Turn the network's outputs, as stored, into people: the most prominent first, none if there are none.

        Each is (17, 3) x, y in pixels of the input and score in [0, 1].
        """
