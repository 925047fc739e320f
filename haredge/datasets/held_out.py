"""Groups that are held out of training to test on, and the marks by which a model remembers them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from haredge.datasets.clips import LabelledClip


def mark_of(group: str) -> str:
    """Return what stands for a group in a model's manifest, which is published and so must not name people."""
    return hashlib.sha256(group.encode(errors="surrogatepass")).hexdigest()[:16]


def held_out_clips(clips: Sequence[LabelledClip], marks: Collection[str]) -> list[LabelledClip]:
    """Return the clips of the groups with these marks: those that training held out."""
    return [clip for clip in clips if mark_of(clip.group) in marks]
