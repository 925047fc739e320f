"""What is trained on and what is tested on: by the recordings' own split, else by group, never by window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar

import numpy as np

from haredge.core.errors import DataError
from haredge.datasets.clips import LabelledClip
from haredge.datasets.held_out import mark_of
from haredge.datasets.motions import Motion
from haredge.datasets.reading import Read
from haredge.manifest import PoseModel

TEST_PART: Final = 0.2

TOO_FEW: Final = (
    "there are too few people, recording sessions or videos to hold some out: a label needs four or more, as some are "
    "for the test and some to choose the best epoch by"
)

TOO_FEW_TO_CHOOSE: Final = (
    "there are too few people, recording sessions or videos to choose the best epoch by: a label needs three or more "
    "beside those tested on, so four if each is left out once"
)


@dataclass(frozen=True, slots=True)
class Recordings:
    """What is trained on, and what the model is tested on."""

    clips: Sequence[LabelledClip]
    motions: Sequence[Motion]
    test: Sequence[LabelledClip]


@dataclass(frozen=True, slots=True)
class Division:
    """Recordings, divided."""

    recordings: Recordings
    split: str
    """How they were divided, in words."""
    held_out: tuple[str, ...] = ()
    """Marks of the groups to test on (:mod:`haredge.datasets.held_out`), if the recordings have no split."""
    pose_model: PoseModel | None = None
    """The pose network that the first set was recorded with, if known."""


def divide(sets: Sequence[Read], motions: Sequence[Motion], seed: int) -> Division:
    """Divide what was read: test on a part of the first set, train on the rest of it and on the others' training parts.

    No group that is tested on is trained on, whichever set it is in. Raises :class:`DataError` if there are too few
    groups to hold some out.
    """
    first, others = sets[0].clips, [clip for each in sets[1:] for clip in each.clips if clip.split != "test"]
    own_split = any(clip.split for clip in first)
    train, test = _by_own_split(first) if own_split else _by_group(first, seed)
    tested = {clip.group for clip in test}
    recordings = Recordings([*train, *(clip for clip in others if clip.group not in tested)], motions, test)
    if own_split:
        return Division(recordings, "the data set's own", pose_model=sets[0].pose_model)
    held_out = tuple(sorted(map(mark_of, tested)))
    return Division(recordings, f"by group, {TEST_PART:.0%} to test on", held_out, sets[0].pose_model)


def without(recordings: Recordings, others: Sequence[LabelledClip]) -> Recordings:
    """Remove from the training recordings every group that is in other clips."""
    groups = {clip.group for clip in others}
    clips = [clip for clip in recordings.clips if clip.group not in groups]
    return replace(recordings, clips=clips, motions=unseen(recordings.motions, others))


def unseen(motions: Sequence[Motion], clips: Sequence[LabelledClip]) -> list[Motion]:
    """Return the motions of people who are in none of the clips."""
    groups = {clip.group for clip in clips}
    return [motion for motion in motions if motion.person not in groups]


def _by_own_split(clips: Sequence[LabelledClip]) -> tuple[Sequence[LabelledClip], Sequence[LabelledClip]]:
    train, test = ([clip for clip in clips if (clip.split == "test") == wanted] for wanted in (False, True))
    for part, name in ((train, "train"), (test, "test")):
        if not part:
            raise DataError(f"the recordings have a test part of their own, but no clip is in the part '{name}'")
    return train, test


def _by_group(clips: Sequence[LabelledClip], seed: int) -> tuple[Sequence[LabelledClip], Sequence[LabelledClip]]:
    train, test = hold_out(clips, [clip.group for clip in clips], TEST_PART, seed)
    if not test:
        raise DataError(TOO_FEW)
    return train, test


class Labelled(Protocol):
    """A clip or a motion."""

    @property
    def label(self) -> str:
        """What is done in it."""


L = TypeVar("L", bound=Labelled)


def hold_out(
    recordings: Sequence[L], groups: Sequence[str], part: float, seed: int, least: int = 0
) -> tuple[list[L], list[L]]:
    """Divide recordings into those to use and those to hold out: about ``part`` of every label's groups.

    Of a label that has three groups or more at least ``least`` are held out. Recordings of one group stay together, and
    no label loses its last group.
    """
    rng = np.random.default_rng(seed)
    owners: dict[str, set[str]] = {}
    for recording, group in zip(recordings, groups, strict=True):
        owners.setdefault(recording.label, set()).add(group)
    out: set[str] = set()
    for label in sorted(owners):
        wanted = max(round(part * len(owners[label])), least if len(owners[label]) > 2 else 0)
        for group in rng.permutation(sorted(owners[label] - out)).tolist():
            if len(owners[label] & out) >= wanted:
                break
            if not any(own <= out | {group} for own in owners.values()):
                out.add(group)
    pairs = list(zip(recordings, groups, strict=True))
    return [r for r, group in pairs if group not in out], [r for r, group in pairs if group in out]
