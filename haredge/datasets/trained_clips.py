"""Clips that were trained on, and the marks by which a model remembers them.

A mark is a checksum of the group and the poses: another recording of the same group has another one, so has a copy in
another group, which may have been held out, and it names no one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence

from haredge.datasets.clips import LabelledClip
from haredge.manifest import MOST_MARKS


def marks_of(clips: Iterable[LabelledClip], former: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the marks of clips, and former ones, sorted: the least :data:`MOST_MARKS` of them, if there are more."""
    return tuple(sorted({*former, *map(_mark, clips)})[:MOST_MARKS])


def divided(
    clips: Sequence[LabelledClip], marks: Collection[str]
) -> tuple[Sequence[LabelledClip], Sequence[LabelledClip]]:
    """Return the clips that have none of the marks, and those that have one: these were trained on."""
    known = set(marks)
    trained = [_mark(clip) in known for clip in clips]
    parts = ([clip for clip, was in zip(clips, trained, strict=True) if was == wanted] for wanted in (False, True))
    unseen, seen = parts
    return unseen, seen


def _mark(clip: LabelledClip) -> str:
    group = clip.group.encode(errors="surrogatepass")
    return hashlib.sha256(group + b"\0" + clip.keypoints.tobytes()).hexdigest()[:16]
