"""Promises of what is reported before a training: how far the metrics can be trusted, in a line for each doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from own_recordings import recording

from haredge.datasets.clips import LabelledClip
from haredge.datasets.recorded import pieces
from haredge.training.data_warnings import copies, data_warnings
from haredge.training.recipe import own
from haredge.training.split import Recordings

SHORT = "each is one window, of another speed than in use; record longer ones"


def clips(label: str, count: int, seconds: float = 2.0) -> list[LabelledClip]:
    return [clip for index in range(count) for clip in pieces(recording(label, 0, 2, seconds, str(index)))]


def reported(train: Sequence[LabelledClip], test: Sequence[LabelledClip]) -> list[str]:
    return list(data_warnings(Recordings(train, [], test), own([*train, *test], "mine")))


def test_enough_even_recordings_raise_no_doubt() -> None:
    """A warning that always comes is never read."""
    assert not reported([*clips("a", 40), *clips("other", 40)], [*clips("a", 30), *clips("other", 30)])


def test_every_reason_to_doubt_is_reported_with_its_labels() -> None:
    """Untested labels, few clips, a small test, unevenness, clips shorter than the window."""
    train = [*clips("waving", 40), *clips("squat", 3), *clips("other", 9, seconds=1.0)]
    assert reported(train, [*clips("waving", 8), *clips("other", 2)]) == [
        "not tested, as there are too few people, recording sessions or videos: squat",
        "fewer than 5 clips to test on, which say little: other 2",
        "10 clips to test on: the accuracy may be off by 31 points either way",
        "very uneven: 40 clips of waving to learn from and 3 of squat; record more of the latter",
        f"9 of 62 clips shorter than the window of 1.5 s: {SHORT}",
    ]


def test_labels_that_only_look_different_are_reported() -> None:
    """Two folders of one thing, `Squat` and `squat`, would be trained to be distinguished."""
    train = [*clips("arms up", 40), *clips("Arms_Up", 40), *clips("other", 40)]
    test = [*clips("arms up", 20), *clips("Arms_Up", 20), *clips("other", 20)]
    assert reported(train, test) == [
        "labels that differ only in capitals, blanks or hyphens are distinguished: 'Arms_Up' and 'arms up'"
    ]


def test_a_background_in_capitals_is_reported() -> None:
    """A folder `Other` is not the background `other`, and would be published as an activity."""
    assert reported([*clips("a", 40), *clips("Other", 40)], [*clips("a", 30), *clips("Other", 30)]) == [
        "labels that differ only in capitals, blanks or hyphens are distinguished: 'Other' and 'other'"
    ]


def test_a_person_under_two_names_on_both_sides_of_the_split_is_reported() -> None:
    """`Anna` and `anna` are two groups, so the split may train on one and test on the other."""
    train, test = [*clips("a", 40), *clips("other", 40)], [*clips("a", 30), *clips("other", 30)]
    train[0], test[0] = replace(train[0], group="Anna"), replace(test[0], group="anna")
    said = "tested on and trained on, under names that differ only in capitals or blanks: 'anna' and 'Anna'; "
    assert reported(train, test) == [f"{said}if they are the same, give them one name, or the score is too good"]


def test_a_test_on_few_people_is_reported() -> None:
    """A hundred clips of one person are not a hundred people: the likely range of the score counts clips."""
    train, people = [*clips("a", 40), *clips("other", 40)], [*clips("a", 30), *clips("other", 30)]
    said = "with others the accuracy may be off by more than its likely range"
    test = [replace(clip, group="anna") for clip in people]
    assert reported(train, test) == [f"the 60 clips to test on are of 1 person, recording session or video: {said}"]
    test[0] = replace(test[0], group="ben")
    assert reported(train, test) == [f"the 60 clips to test on are of 2 people, recording sessions or videos: {said}"]


def test_copies_on_both_sides_of_the_split_are_reported() -> None:
    """A file that was copied under another name is no test of anything."""
    train, test = clips("a", 3), clips("a", 2)
    (line,) = copies(Recordings(train[1:], [], test))
    assert line.startswith("1 of 2 clips to test on are copies of what is trained on, as 'a/1' of 'a/1', ")
    assert not list(copies(Recordings(train[2:], [], test)))


def test_one_clip_under_two_labels_is_reported() -> None:
    """A video that was moved to another label, and recorded there as well, is learned as both."""
    a = clips("a", 2)
    moved = replace(a[1], name="b/moved", label="b")
    (line,) = copies(Recordings([*a, moved], [], []))
    assert line.startswith("1 clip under several labels, as 'a/1' and 'b/moved', which makes the model worse")
    assert not list(copies(Recordings([*a, replace(a[1], name="a/again")], [], [])))
