"""What is learnt from and what is tested on: by the recordings' own split, else by group, never by window."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from haredge.core.errors import DataError
from haredge.datasets.clips import Clip
from haredge.datasets.motions import Motion
from haredge.datasets.reading import Read
from haredge.manifest import PoseModel
from haredge.train.course import Recordings, unseen
from haredge.train.splitting import TOO_FEW, keep_aside

TEST_PART: Final = 0.2


@dataclass(frozen=True, slots=True)
class Division:
    """Recordings, divided."""

    recordings: Recordings
    split: str
    """How they were divided, in words."""
    held_out: tuple[str, ...] = ()
    """Marks of the groups to test on (:func:`kept_aside`), where the recordings did not say so themselves."""
    pose_model: PoseModel | None = None
    """The pose network that saw the first set, where it is known."""


def divided(sets: Sequence[Read], motions: Sequence[Motion], seed: int) -> Division:
    """Divide what was read: tested on a part of the first set, learnt from all others but their test parts.

    Nobody who is tested on is learnt from, whichever set it is in. Raises :class:`DataError` where there are too few
    groups to keep some aside.
    """
    first, others = sets[0].clips, [clip for each in sets[1:] for clip in each.clips if clip.split != "test"]
    own_split = any(clip.split for clip in first)
    train, test = _by_own_split(first) if own_split else _by_group(first, seed)
    tested = {clip.group for clip in test}
    recordings = Recordings([*train, *(clip for clip in others if clip.group not in tested)], motions, test)
    if own_split:
        return Division(recordings, "the data set's own", pose_model=sets[0].pose_model)
    held_out = tuple(sorted(map(_mark, tested)))
    return Division(recordings, f"by group, {TEST_PART:.0%} to test on", held_out, sets[0].pose_model)


def without(recordings: Recordings, others: Sequence[Clip]) -> Recordings:
    """Leave out of what is learnt from everybody who is in other clips."""
    groups = {clip.group for clip in others}
    clips = [clip for clip in recordings.clips if clip.group not in groups]
    return replace(recordings, clips=clips, motions=unseen(recordings.motions, others))


def kept_aside(clips: Sequence[Clip], held_out: Collection[str]) -> list[Clip]:
    """Return the clips of the groups that were marked as kept aside in training."""
    return [clip for clip in clips if _mark(clip.group) in held_out]


def _by_own_split(clips: Sequence[Clip]) -> tuple[Sequence[Clip], Sequence[Clip]]:
    train, test = ([clip for clip in clips if (clip.split == "test") == wanted] for wanted in (False, True))
    for part, name in ((train, "train"), (test, "test")):
        if not part:
            raise DataError(f"the recordings have a part of their own to test on, but no clip is in the part '{name}'")
    return train, test


def _by_group(clips: Sequence[Clip], seed: int) -> tuple[Sequence[Clip], Sequence[Clip]]:
    train, test = keep_aside(clips, [clip.group for clip in clips], TEST_PART, seed)
    if not test:
        raise DataError(TOO_FEW)
    return train, test


def _mark(group: str) -> str:
    """Stand in for a group in a model's manifest, which goes to others and so must not name people."""
    return hashlib.sha256(group.encode(errors="surrogatepass")).hexdigest()[:16]
