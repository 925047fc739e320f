"""Warnings about a training, by how many recordings there are: logged before it begins."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from haredge.core.counted import counted
from haredge.core.printable import printable
from haredge.datasets.clips import LabelledClip
from haredge.evaluation.ranges import Z
from haredge.training.recipe import Recipe
from haredge.training.split import Recordings

FEW: Final = 5
"""With fewer test clips of a label its score means little: one clip is more than 20 points."""
FEW_IN_ALL: Final = 50
"""With fewer test clips the score may be off by more than 14 points."""
UNEVEN: Final = 10
"""Ratio of the clips of two labels from which a warning is given."""
NOT_HELD_OUT: Final = (
    "the weights to start from held out other groups, and may have been trained on what this model is tested on: give "
    "the same recordings in the same order, and the same --seed"
)


def data_warnings(recordings: Recordings, recipe: Recipe) -> Iterator[str]:
    """Yield a line for each reason why the scores to come mean little."""
    train, test = recipe.relabelled(recordings.clips), recipe.relabelled(recordings.test)
    trained, tested = Counter(clip.label for clip in train), Counter(clip.label for clip in test)
    if untested := sorted(set(trained) - set(tested)):
        yield f"not tested, as there are too few people, recording sessions or videos: {', '.join(untested)}"
    yield from too_few(tested, "clips")
    if len(test) < FEW_IN_ALL:
        off = Z / 2 / math.sqrt(max(1, len(test)))
        yield f"{counted(len(test), 'clip')} to test on: the accuracy may be off by {100 * off:.0f} points either way"
    yield from _few_groups(test)
    yield from _alike({*trained, *recipe.rest})
    yield from _alike_on_both_sides(recordings)
    if not recordings.motions:
        yield from unevenness(trained, "clip", "record more")
    if short := sum(clip.duration_s < recipe.span_s for clip in [*train, *test]):
        clips = counted(len(train) + len(test), "clip")
        yield (
            f"{short} of {clips} shorter than the window of {recipe.span_s:g} s: each is "
            "one window, of another speed than in use; record longer ones"
        )


def _few_groups(test: Sequence[LabelledClip]) -> Iterator[str]:
    """Yield a line if many clips to test on come from few groups: they are alike, and ranges count them as unlike."""
    if (groups := len({clip.group for clip in test})) < min(FEW, len(test)):
        which = "person, recording session or video" if groups == 1 else "people, recording sessions or videos"
        yield (
            f"the {counted(len(test), 'clip')} to test on are of {groups} {which}: with others the accuracy may be "
            "off by more than its likely range"
        )


def too_few(tested: Mapping[str, int], things: str) -> Iterator[str]:
    """Yield a line if labels have so few clips or images to test on that these say little."""
    if few := [f"{label} {count}" for label, count in sorted(tested.items()) if count < FEW]:
        yield f"fewer than {FEW} {things} to test on, which say little: {', '.join(few)}"


def unevenness(trained: Counter[str], thing: str, remedy: str) -> Iterator[str]:
    """Yield a line if one label has many times the clips or images of another to learn from."""
    ranked = trained.most_common()
    (most, many), (least, few) = ranked[0], ranked[-1]
    if many > UNEVEN * few:
        learned = f"{counted(many, thing)} of {most} to learn from and {few} of {least}"
        yield f"very uneven: {learned}; {remedy} of the latter"


def copies(recordings: Recordings) -> Iterator[str]:
    """Yield a line if clips are, pose by pose, others of another label, or to test on and trained on as well."""
    yield from _contradictions([*recordings.clips, *recordings.test])
    trained = {clip.keypoints.tobytes(): clip.name for clip in recordings.clips}
    copied = [clip for clip in recordings.test if clip.keypoints.tobytes() in trained]
    if copied:
        copy, original = copied[0].name, trained[copied[0].keypoints.tobytes()]
        yield (
            f"{len(copied)} of {counted(len(recordings.test), 'clip')} to test on are copies of what is trained on, as "
            f"'{printable(copy)}' of '{printable(original)}', which makes the score too good: keep one of each"
        )


def _contradictions(clips: Iterable[LabelledClip]) -> Iterator[str]:
    labelled: dict[bytes, dict[str, LabelledClip]] = {}
    for clip in clips:
        labelled.setdefault(clip.keypoints.tobytes(), {}).setdefault(clip.label, clip)
    if several := [list(same.values()) for same in labelled.values() if len(same) > 1]:
        one, another, *_ = several[0]
        yield (
            f"{counted(len(several), 'clip')} under several labels, as '{printable(one.name)}' and "
            f"'{printable(another.name)}', which makes the model worse: keep each under one"
        )


def _alike_on_both_sides(recordings: Recordings) -> Iterator[str]:
    """Yield a line if who is tested on is probably trained on, too, under a name in other capitals or blanks."""
    trained = {" ".join(clip.group.split()).casefold(): clip.group for clip in recordings.clips}
    tested = sorted({clip.group for clip in recordings.test})
    pairs = [(group, trained.get(" ".join(group.split()).casefold(), group)) for group in tested]
    if same := [f"'{printable(one)}' and '{printable(other)}'" for one, other in pairs if one != other]:
        yield (
            f"tested on and trained on, under names that differ only in capitals or blanks: {', '.join(same[:3])}; "
            "if they are the same, give them one name, or the score is too good"
        )


def _alike(labels: Iterable[str]) -> Iterator[str]:
    """Yield a line if labels differ in nothing that people hear."""
    forms: dict[str, list[str]] = {}
    for label in sorted(labels):
        forms.setdefault(re.sub(r"[\s_-]+", " ", label).casefold(), []).append(label)
    if pairs := [" and ".join(f"'{label}'" for label in same) for same in forms.values() if len(same) > 1]:
        yield f"labels that differ only in capitals, blanks or hyphens are distinguished: {', '.join(pairs)}"
