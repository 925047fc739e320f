"""Keeping recordings aside: whole recordings or whole people, never windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

import numpy as np


class Recorded(Protocol):
    """A clip or a motion."""

    @property
    def label(self) -> str:
        """What is done in it."""


TOO_FEW: Final = (
    "there are too few people, sittings or videos to keep some aside: a label needs four or more, as some are for the "
    "test and some to choose the best epoch by"
)

R = TypeVar("R", bound=Recorded)


def keep_aside(
    recordings: Sequence[R], groups: Sequence[str], part: float, seed: int, least: int = 0
) -> tuple[list[R], list[R]]:
    """Divide recordings into those to use and those to keep aside: about ``part`` of every label's groups.

    Of a label that has three groups or more it is ``least`` at any rate. Recordings of one group stay together, and no
    label loses its last group.
    """
    rng = np.random.default_rng(seed)
    owners: dict[str, set[str]] = {}
    for recording, group in zip(recordings, groups, strict=True):
        owners.setdefault(recording.label, set()).add(group)
    aside: set[str] = set()
    for label in sorted(owners):
        wanted = max(round(part * len(owners[label])), least if len(owners[label]) > 2 else 0)
        for group in rng.permutation(sorted(owners[label] - aside)).tolist():
            if len(owners[label] & aside) >= wanted:
                break
            if not any(own <= aside | {group} for own in owners.values()):
                aside.add(group)
    pairs = list(zip(recordings, groups, strict=True))
    return [r for r, group in pairs if group not in aside], [r for r, group in pairs if group in aside]
