"""A recording as any of the formats has it, and the clips that come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from haredge.activity.window import MAX_GAP_S
from haredge.datasets.checks import Rejected
from haredge.datasets.clips import LabelledClip, Split
from haredge.datasets.formats.people import People, follow


@dataclass(frozen=True, slots=True)
class Title:
    """What a recording is called, and what is done in it."""

    name: str
    """Path within the data set."""
    label: str
    split: Split


def clips_of(
    recording: Title, times: Sequence[float], people: Sequence[People], rejected: Rejected
) -> list[LabelledClip]:
    """Make clips of one person's poses in a recording: one for each stretch without a gap, all of one group.

    ``times`` are growing seconds, ``people`` everyone in each frame. Of a recording with gaps, scraps shorter than
    what a window bridges are left out.
    """
    stretches = follow(times, people)
    if not stretches:
        rejected.add(recording.name, f"no person is seen in two frames of it within {MAX_GAP_S:g} s")
    clips: list[LabelledClip] = []
    for index, (at, poses) in enumerate(stretches, 1):
        name = f"{recording.name}#{index}" if len(stretches) > 1 else recording.name
        clip = LabelledClip(name, recording.label, at, poses, recording.name, recording.split)
        if len(stretches) > 1 and clip.duration_s < MAX_GAP_S:
            rejected.add(name, f"a scrap of less than {MAX_GAP_S:g} s between gaps")
        else:
            clips.append(clip)
    return clips
