"""Promises of haredge.falls.watch: what is a fall and what is none, who it is, and when it is over."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stick_figure import SIZE, Course, Stance, falling_at, frames, person, states, watched

from haredge.core.types import Box, FallAlarm, Frame, Pose
from haredge.falls.clear_sight import CLEAR
from haredge.falls.evidence import Evidence
from haredge.falls.fitted import RULE
from haredge.falls.watch import MOST_GONE, FallWatch


def course(*parts: tuple[float, Course]) -> Course:
    """Return one course after another, each until its time."""

    def at(t: float) -> Stance | None:
        return next((part(t) for until, part in parts if t < until), None)

    return at


def standing(_t: float) -> Stance:
    return Stance()


def lying(_t: float) -> Stance:
    return Stance(tilt=90)


def unseen(_t: float) -> None:
    return None


@pytest.mark.parametrize("rate_hz", [5.0, 8.0, 15.0, 30.0])
@pytest.mark.parametrize("tall", [120.0, 300.0])
def test_a_fall_is_possible_at_once_and_confirmed_when_the_person_lies_still(rate_hz: float, tall: float) -> None:
    """Near and far, from five poses a second on: half a second after the ground, and ten seconds of lying."""
    alarms = watched(FallWatch(), frames(falling_at(3.0, stance=Stance(tall=tall, x=200)), 16, rate_hz))
    assert states(alarms) == ["possible", "confirmed"]
    possible, confirmed = alarms[1:]
    assert 3.2 < possible.since <= 4.4
    assert 9.9 <= confirmed.since - possible.since <= 11.5
    assert possible.person == confirmed.person == 1
    assert possible.why


@pytest.mark.parametrize("bend", [0, 20, 30, 45, 60])
def test_who_always_walks_bent_falls_as_others_do(bend: float) -> None:
    """As behind a walking frame: how tall they would stand is guessed by the torso, though it is never upright."""

    def walks_and_falls(t: float) -> Stance:
        done = min(max((t - 6) / 0.9, 0.0), 1.0)
        return Stance(x=200 + 20 * min(t, 6), tilt=90 * done**2, bend=bend)

    assert states(watched(FallWatch(), frames(walks_and_falls, 18.5))) == ["possible", "confirmed"]


def test_who_was_first_seen_bent_is_as_tall_as_they_sit_upright() -> None:
    """A bent torso is a guess for as long as there is no better one: bending is no falling afterwards."""

    def first_bent(t: float) -> Stance:
        return Stance(sunk=0.5, bend=50 if t < 2 or 6 < t < 8 else 0)

    assert states(watched(FallWatch(), frames(first_bent, 12))) == []


def _bends(t: float) -> Stance:
    return Stance(bend=100 * min(max(np.sin(t * 1.5), 0), 1))


def _sits_down(t: float) -> Stance:
    return Stance(sunk=0.5 * min(max((t - 3) / 1.0, 0), 1))


def _walks_away(t: float) -> Stance:
    share = 1 / (1 + 0.2 * t)
    return Stance(feet=200 + 230 * share, tall=250 * share)


def _comes_near(t: float) -> Stance:
    return _walks_away(10 - t)


def _leans(t: float) -> Stance:
    return Stance(bend=60 * min(max((t - 3) / 0.4, 0), 1))


@pytest.mark.parametrize("living", [standing, _bends, _sits_down, _walks_away, _comes_near])
def test_what_people_do_all_day_is_no_fall(living: Course) -> None:
    """Bending, sitting down, walking away and coming near, even to a watch of high sensitivity."""
    assert states(watched(FallWatch("high"), frames(living, 10))) == []


@pytest.mark.parametrize("bend", [90, 100, 110])
def test_who_was_only_seen_sitting_leans_forward_without_having_fallen(bend: float) -> None:
    """How tall they stand is a guess, so that more is asked; what counts after someone stood there is unchanged."""

    def leans(t: float) -> Stance:
        return Stance(sunk=0.6, bend=bend * min(max((t - 3) / 0.4, 0), 1))

    assert states(watched(FallWatch(), frames(leans, 6))) == []


def _ties_a_shoe(t: float) -> Stance:
    down = min(max((t - 3) / 0.6, 0), 1)
    return Stance(sunk=0.55 * down, bend=25 * down)


@pytest.mark.parametrize(("course", "said"), [(_leans, []), (_ties_a_shoe, []), (falling_at(3), ["possible"])])
def test_who_leans_or_ties_a_shoe_has_not_fallen_whatever_else_speaks_for_it(course: Course, said: list[str]) -> None:
    """Over a table that hides the legs, say: here all the cues speak for a fall all the time."""
    certain = replace(RULE, fallen=Evidence(10.0, {}), low=Evidence(-10.0, {}))
    assert states(watched(FallWatch(rule=certain), frames(course, 4.5))) == said


def _leaves_a_foot(t: float) -> Stance:
    """Walk to the image's side, and be seen by no more than a foot from then on."""
    return Stance(x=320 + 70 * min(t, 4)) if t < 4 else Stance(x=630, tall=24, tilt=40)


def _keeps_a_hand_on_the_floor(t: float) -> Stance:
    """Crawl behind something low, and be seen by a hand."""
    return Stance(sunk=0.3 * min(t, 1)) if t < 4 else Stance(tall=40, bend=90)


@pytest.mark.parametrize("leaving", [_leaves_a_foot, _keeps_a_hand_on_the_floor])
def test_a_piece_of_a_person_is_no_one_who_fell(leaving: Course) -> None:
    """Who leaves at the image's side is seen by a foot at last, small and low."""
    assert states(watched(FallWatch("high"), frames(leaving, 20))) == []


def test_a_person_who_gets_up_is_no_longer_reported() -> None:
    """A possible fall is cleared a moment after the person is upright, and says so."""
    alarms = watched(FallWatch(), frames(course((7, falling_at(3)), (12, standing)), 11))
    assert states(alarms) == ["possible", "clear"]
    assert (alarms[-1].why, alarms[-1].person) == ("up again", None)
    assert 8 <= alarms[-1].since <= 9


def _towards_the_camera(_t: float) -> Stance:
    """Lie with the feet towards it: the legs are below an upright torso, but all of it is short."""
    return Stance(tall=100)


def test_who_lies_with_the_feet_towards_the_camera_is_not_up_again() -> None:
    """The height, beside that of the person who stood there, distinguishes it from standing."""
    alarms = watched(FallWatch(), frames(course((4.2, falling_at(3)), (20, _towards_the_camera)), 18))
    assert states(alarms)[:1] == ["possible"]
    assert "up again" not in [alarm.why for alarm in alarms]


def _vague(share: float) -> Course:
    """Lie at a place, hardly seen."""
    return lambda _t: Stance(x=380, tilt=90, score=share * CLEAR)


@pytest.mark.parametrize("missing_s", [0.5, 1.5, 4.0])
def test_what_is_never_seen_clearly_where_a_person_was_lost_did_not_fall(missing_s: float) -> None:
    """As a piece of furniture that a tracker takes for the person who left; who is seen clearly did fall."""
    gone = course((4, standing), (4 + missing_s, unseen), (12, _vague(0.9)))
    assert states(watched(FallWatch(), frames(gone, 11))) == []
    there = course((4, standing), (4 + missing_s, unseen), (12, _vague(1.1)))
    assert states(watched(FallWatch(), frames(there, 7 + missing_s))) == ["possible"]


def test_who_comes_in_later_does_not_fall_for_what_was_seen_vaguely() -> None:
    """The next person who is seen there is no one who has dropped, whatever the piece of furniture resembled."""
    later = course((4, standing), (6, unseen), (9, _vague(0.9)), (14, standing))
    assert states(watched(FallWatch("high"), frames(later, 13))) == []


def test_who_has_fallen_may_be_seen_vaguely_from_then_on() -> None:
    """In the dark a person who lies still is confirmed, too."""
    alarms = watched(FallWatch(), frames(course((4.5, falling_at(3)), (20, _vague(0.5))), 18))
    assert states(alarms) == ["possible", "confirmed"]


def test_who_has_fallen_is_down_until_they_are_up() -> None:
    """While the report stands, down says what their posture is now; without a fall no one is down."""
    watch, downs = FallWatch(), dict[float, float]()
    for t, pose in frames(course((7, falling_at(3)), (12, standing)), 11):
        (found,), _ = watch.update(Frame(0, t, np.zeros((*SIZE, 3), np.uint8)), (person(pose),))
        downs[t] = found.fall.down if found.fall else 0.0
    assert not any(down for t, down in downs.items() if t < 3.2 or t > 8)
    assert all(down >= 0.5 for t, down in downs.items() if 4.5 < t < 7)
    resting = FallWatch()
    for t, pose in frames(falling_at(3), 8):
        (found,), _ = resting.update(Frame(0, t, np.zeros((*SIZE, 3), np.uint8)), (person(pose, resting=True),))
        assert found.fall
        assert not found.fall.down


def test_who_has_fallen_is_down_after_the_fall_is_acknowledged_too() -> None:
    """Who reports it as seen to does not lift the person."""
    asked = itertools.count()
    watch = FallWatch(acknowledged=lambda: next(asked) == 50)
    for t, pose in frames(falling_at(3), 8):
        (found,), alarm = watch.update(Frame(0, t, np.zeros((*SIZE, 3), np.uint8)), (person(pose),))
    assert alarm.state == "clear"
    assert found.fall
    assert found.fall.state == "cleared"
    assert 0.5 <= found.fall.down <= 1


def test_a_confirmed_fall_takes_longer_to_clear() -> None:
    """A helper who lifts a person a little does not end it; two seconds upright do."""
    alarms = watched(FallWatch(confirm_s=2.0), frames(course((8, falling_at(3)), (12, standing)), 11.9))
    assert states(alarms) == ["possible", "confirmed", "clear"]
    assert alarms[-1].since >= 10


def test_a_fall_is_acknowledged_once() -> None:
    """What is acknowledged is clear, and not reported again as long as the person stays down."""
    asked = itertools.count()
    watch = FallWatch(confirm_s=2.0, acknowledged=lambda: next(asked) == 60)
    alarms = watched(watch, frames(falling_at(3), 20))
    assert states(alarms) == ["possible", "confirmed", "clear"]
    assert alarms[-1].why == "acknowledged"


@pytest.mark.parametrize(("missing_s", "later"), [(30, []), (300, []), (700, ["possible"])])
def test_who_is_not_seen_for_minutes_after_an_acknowledgement_is_not_found_lying(
    missing_s: float, later: Sequence[str]
) -> None:
    """A helper knows, and the network sees the person only now and then; after ten minutes it may be another."""
    asked = itertools.count()
    watch = FallWatch(confirm_s=2.0, acknowledged=lambda: next(asked) == 100)
    there = course((8, falling_at(3)), (10 + missing_s, unseen), (2000, lying))
    alarms = watched(watch, frames(there, 18 + missing_s))
    assert states(alarms)[:3] == ["possible", "confirmed", "clear"]
    assert states(alarms)[3:4] == later


def test_who_got_up_and_left_at_once_is_not_reported_for_ever() -> None:
    """As who ties a shoe at the door: they were up when last seen. Who was lost lying may lie there still."""
    leaves = course((5, falling_at(3)), (5.6, standing), (60, unseen))
    alarms = watched(FallWatch(), frames(leaves, 40))
    assert states(alarms) == ["possible", "clear"]
    assert (alarms[-1].why, 25 <= alarms[-1].since <= 27) == ("up when last seen", True)
    lost = course((5, falling_at(3)), (60, unseen))
    assert states(watched(FallWatch(), frames(lost, 40))) == ["possible"]


def test_falls_that_no_one_acknowledges_do_not_pile_up() -> None:
    """Of many who fall one after the other, far apart, and are lost, the last are reported; the others' falls end."""
    watch, over, image = FallWatch(), list[str](), np.zeros((*SIZE, 3), np.uint8)
    for index in range(6 * 8 * (MOST_GONE + 3)):
        t, number = index / 8, 1 + index // 48
        stance = falling_at(3, stance=Stance(x=40.0 * number, tall=20))(t % 6)
        people = (person(stance.pose(t, number), number),) if stance and t % 6 < 5 else ()
        _, alarm = watch.update(Frame(index, t, image), people)
        over += [each.why for each in (alarm, *alarm.others) if each.state == "clear" and each.id]
    assert sorted(each.person or 0 for each in alarm.standing) == list(range(4, MOST_GONE + 4))
    assert over == ["many others since"] * 3


def test_nor_do_those_of_before_the_watch_began() -> None:
    """It begins again with each reload, setting and restart: of old falls and new ones the last are reported."""
    before = [FallAlarm("confirmed", -100.0 + number, id=f"{number:02}") for number in range(MOST_GONE)]
    watch = FallWatch(kept=replace(before[0], others=tuple(before[1:])))
    course_of_one = frames(course((5, falling_at(3)), (60, unseen)), 8)
    alarms = watched(watch, course_of_one)
    assert {each.id for each in before[:1]}.isdisjoint(each.id for each in alarms[-1].standing)
    assert len(alarms[-1].standing) == MOST_GONE
    ended = [each for alarm in alarms for each in (alarm, *alarm.others) if each.state == "clear"]
    assert [(each.id, each.why) for each in ended] == [("00", "many others since")]


def test_a_person_falls_again_after_getting_up() -> None:
    """Each fall is reported."""
    twice = course((7, falling_at(3)), (11, standing), (16, falling_at(12)))
    assert states(watched(FallWatch(), frames(twice, 15))) == ["possible", "clear", "possible"]


def test_lying_down_in_a_place_to_rest_is_no_fall() -> None:
    """However fast a person drops into bed; the same beside it is a fall."""
    assert states(watched(FallWatch(), frames(falling_at(3), 8), resting=_lies)) == []
    assert states(watched(FallWatch(), frames(falling_at(3), 8))) == ["possible"]


@pytest.mark.parametrize("reaches_bed", [3.2, 3.6, 4.5])
def test_who_lies_in_bed_is_not_on_their_way_down(reaches_bed: float) -> None:
    """All night: they were for the moment in which they dropped into it."""
    watch, seen = FallWatch("high"), dict[float, str | None]()
    for t, pose in frames(falling_at(3), 20):
        (found,), _ = watch.update(
            Frame(0, t, np.zeros((*SIZE, 3), np.uint8)), (person(pose, resting=t >= reaches_bed),)
        )
        seen[t] = None if found.fall is None else found.fall.state
    assert {state for t, state in seen.items() if t > reaches_bed + 3.5} == {"normal"}


@pytest.mark.parametrize("rate_hz", [5.0, 8.0, 15.0, 30.0])
def test_who_falls_out_of_bed_has_fallen(rate_hz: float) -> None:
    """Within a second of lying on the floor, however long they were in bed."""
    night = course((3, standing), (20, _in_bed), (30, _out_of_bed(20)))
    (_, possible, *_) = watched(FallWatch(), frames(night, 25, rate_hz), resting=_above_the_floor)
    assert possible.state == "possible"
    assert 20 < possible.since <= 21.5


def test_who_was_in_bed_before_anyone_saw_them_up_falls_out_of_it() -> None:
    """Such as after a restart by night, or when the tracker finds a sleeper again: who rests is not on the floor."""
    someone_else = ((t, pose) for t, pose in frames(course((3, standing), (5, unseen)), 5, track=1))
    sleeper = ((t, pose) for t, pose in frames(course((10, _in_bed), (30, _out_of_bed(10))), 15, track=2) if t > 5)
    alarms = watched(FallWatch(), itertools.chain(someone_else, sleeper), resting=_above_the_floor)
    assert states(alarms) == ["possible"]
    assert (alarms[1].person, alarms[1].since < 11.5) == (2, True)


def test_who_trembles_over_the_edge_of_the_bed_has_not_fallen_out() -> None:
    """Hips that are outside for a moment now and then, and back."""
    night, outside = course((3, standing), (40, _in_bed)), itertools.cycle([True] * 20 + [False] * 3)
    assert states(watched(FallWatch(), frames(night, 40), resting=lambda pose: _lies(pose) and next(outside))) == []


def test_who_fell_into_bed_may_fall_out_of_it() -> None:
    """A report that is over as the person is in a place to rest is no end of watching them."""
    night = course((9, falling_at(3)), (20, _in_bed), (30, _out_of_bed(20)))
    alarms = watched(FallWatch(), frames(night, 25), resting=lambda pose: pose.t > 5 and _above_the_floor(pose))
    assert states(alarms) == ["possible", "clear", "possible"]
    assert alarms[2].why == "in a place to rest"


def _lies(pose: Pose) -> bool:
    left, top, right, bottom = pose.box
    return right - left > bottom - top


def _in_bed(_t: float) -> Stance:
    return Stance(feet=300, tilt=90)


def _out_of_bed(start: float) -> Course:
    return lambda t: Stance(feet=300 + 100 * min(max((t - start) / 0.4, 0.0), 1.0), tilt=90)


def _above_the_floor(pose: Pose) -> bool:
    return _lies(pose) and pose.box.bottom < 350


@pytest.mark.parametrize("missing_s", [0.5, 1.5, 4.0])
def test_a_person_lost_in_a_fall_is_found_on_the_floor_under_another_number(missing_s: float) -> None:
    """A tracker that loses a person in the middle of a fall gives them a new number; it is the same person."""
    fall = falling_at(3)

    def seen() -> Iterator[tuple[float, Pose | None]]:
        for t, pose in frames(fall, 16):
            lost = 3.4 < t <= 3.4 + missing_s
            yield t, None if lost or pose is None else replace(pose, track=1 if t <= 3.4 else 2)

    alarms = watched(FallWatch(), seen())
    assert states(alarms)[:1] == ["possible"]
    assert alarms[1].person == 2
    assert alarms[1].since <= 3.4 + missing_s + 1.5


@pytest.mark.parametrize("missing_s", [6.0, 8.0, 12.0, 19.0])
@pytest.mark.parametrize("track", [1, 2])
def test_who_is_lost_standing_and_found_lying_there_is_reported_if_they_lie_still(missing_s: float, track: int) -> None:
    """A pose network may see no one on the floor for a while: nothing of the fall is seen then but its end."""
    there = course((6, standing), (6 + missing_s, unseen), (60, lying))
    seen = ((t, pose and replace(pose, track=1 if t < 6 else track)) for t, pose in frames(there, 50))
    alarms = watched(FallWatch(), seen)
    assert states(alarms) == ["possible", "confirmed"]
    assert (alarms[1].person, alarms[1].why) == (track, "found lying")
    assert 10 <= alarms[1].since - 6 - missing_s <= 12


@pytest.mark.parametrize("found", [standing, lambda _: Stance(sunk=0.5), lambda _: Stance(x=900, tilt=90)])
def test_who_is_lost_standing_and_found_otherwise_has_not_fallen(found: Course) -> None:
    """Nor is someone else, who lies farther away than a body's length."""
    there = frames(course((6, standing), (14, unseen), (60, found)), 40)
    assert (
        states(watched(FallWatch(), ((t, pose and replace(pose, track=1 if t < 6 else 2)) for t, pose in there))) == []
    )


def test_a_fall_outlives_the_persons_being_seen() -> None:
    """A person who fell out of sight has still fallen; a helper who walks by does not clear it."""
    watch = FallWatch(confirm_s=2.0)
    alarms = watched(watch, frames(course((8, falling_at(3)), (30, unseen)), 30))
    assert states(alarms) == ["possible", "confirmed"]
    helper = ((31 + t, replace(Stance().pose(31 + t), track=7)) for t in np.arange(0, 5, 0.125).tolist())
    assert states([alarms[-1], *watched(watch, helper)])[-1:] in ([], ["confirmed"])


def test_a_person_first_seen_lying_has_not_been_seen_to_fall() -> None:
    """A video that begins with a person in bed, or on the floor, is no alarm."""
    assert states(watched(FallWatch(), frames(lying, 40))) == []


def test_a_person_found_lying_in_a_view_that_was_empty_is_worth_a_word() -> None:
    """A person left, no one was there for half a minute, no one came in, and now a person lies there, still."""
    alarms = watched(FallWatch(), frames(course((4, standing), (30, unseen), (60, lying)), 50))
    assert states(alarms)[:1] == ["possible"]
    assert alarms[1].why == "found lying"
    assert 39 < alarms[1].since < 43


def test_a_time_without_frames_is_no_empty_view() -> None:
    """Anyone may have come in meanwhile, and lain down."""
    there = course((4, standing), (10, unseen), (99, lying))
    seen = ((t if t < 10 else t + 40, pose) for t, pose in frames(there, 40))
    moved = ((t, pose and replace(pose, t=t, track=1 if t < 10 else 2)) for t, pose in seen)
    assert states(watched(FallWatch(), moved)) == []


def test_one_persons_fall_is_not_anothers() -> None:
    """Of two people, the one who falls is named, and each has a state of their own."""
    watch, fall = FallWatch(), falling_at(3)
    image = np.zeros((*SIZE, 3), np.uint8)
    for index in range(48):
        t = index / 8
        people = (person(replace(Stance(x=120)).pose(t), 1), person(fall(t).pose(t), 2))  # type: ignore[union-attr]
        seen, alarm = watch.update(Frame(index, t, image), people)
    assert (alarm.state, alarm.person) == ("possible", 2)
    assert [each.fall and each.fall.state for each in seen] == ["normal", "possible"]


def _both(
    watch: FallWatch, first: Course, second: Course, until: float, *, resting: int | None = None
) -> dict[float, FallAlarm]:
    """Run a watch over two people, the one of this number resting, and return what is reported after each frame."""
    image, alarms = np.zeros((*SIZE, 3), np.uint8), dict[float, FallAlarm]()
    for index, ((t, one), (_, other)) in enumerate(zip(frames(first, until), frames(second, until), strict=True)):
        people = [person(pose, number, resting=number == resting) for number, pose in ((1, one), (2, other)) if pose]
        _, alarms[t] = watch.update(Frame(index, t, image), tuple(people))
    return alarms


def _on_the_left(t: float) -> Stance:
    done = min(max((t - 3) / 0.9, 0.0), 1.0) - min(max((t - 20) / 2, 0.0), 1.0)
    return Stance(x=120, tilt=90 * done**2)


def test_of_two_who_fall_each_has_a_fall_of_their_own() -> None:
    """The second is reported while the first still lies there; of the first, when and why it is over."""
    alarms = _both(FallWatch(), _on_the_left, falling_at(8), 26)
    at_once = alarms[10.0]
    assert [(alarm.person, alarm.state) for alarm in at_once.standing] == [(1, "possible"), (2, "possible")]
    first, second = (alarm.id for alarm in at_once.standing)
    assert len({"", first, second}) == 3
    assert [(alarm.id, alarm.state) for alarm in alarms[21.0].standing] == [(first, "confirmed"), (second, "confirmed")]
    over = [(t, each) for t, alarm in alarms.items() for each in alarm.others if each.state == "clear"]
    assert [(each.id, each.why, each.since) for t, each in over] == [(first, "up again", over[0][0])]
    assert [(alarm.id, alarm.person) for alarm in alarms[26.0].standing] == [(second, 2)]


def test_who_acknowledges_a_fall_has_seen_to_that_one_alone() -> None:
    """The fall of who lies beside is reported next, and takes an acknowledgement of its own."""
    asked = itertools.count()
    watch = FallWatch(acknowledged=lambda: next(asked) in {120, 136})
    alarms = _both(watch, falling_at(3, stance=Stance(x=120)), falling_at(8), 24)
    assert [(alarms[t].state, alarms[t].person) for t in (14.875, 15.125, 16.875)] == [
        ("confirmed", 1),
        ("possible", 2),
        ("possible", 2),
    ]
    assert alarms[24.0].standing == ()


def test_the_falls_of_two_go_on_when_the_loop_begins_again() -> None:
    """Each with the id that it had, also if but one of the two is found."""
    before = _both(FallWatch(), falling_at(3, stance=Stance(x=120)), falling_at(8), 20)[20.0]
    again = _both(FallWatch(kept=before), lambda _: None, lying, 3)[3.0]
    assert [(alarm.id, alarm.person) for alarm in again.standing] == [
        (before.id, 2),
        (before.others[0].id, None),
    ]


def test_a_fall_from_before_a_restart_goes_on() -> None:
    """It is reported from the first frame on, and over when the person who is found lying gets up."""
    before = FallAlarm("confirmed", -100.0, 3, None, "lies still")
    alarms = watched(FallWatch(kept=before), frames(course((5, lying), (12, standing)), 11))
    assert [(alarm.state, alarm.since) for alarm in alarms[:1]] == [("confirmed", -100.0)]
    assert [alarm.state for alarm in alarms] == ["confirmed", "clear"]


def _sits(_t: float) -> Stance:
    return Stance(x=120, sunk=0.55)


def _comes_in(t: float) -> Stance:
    """Walk in from beneath the camera, seen to the knees at first."""
    return Stance(x=120, feet=max(560 - 40 * t, 400), tall=250)


def _slumps(_t: float) -> Stance:
    """Lie along the view, the torso not level in the image, but all of it wider than high."""
    return Stance(sunk=1.0, bend=40)


@pytest.mark.parametrize("other", [_sits, _comes_in])
@pytest.mark.parametrize("there", [lying, _slumps, unseen])
def test_who_is_up_when_the_loop_begins_again_does_not_end_a_fall_from_before(other: Course, there: Course) -> None:
    """Who sits beside the one who fell, or comes in first, is not the one: these lie there, or out of sight."""
    alarms = _both(FallWatch(kept=FallAlarm("confirmed", -100.0, 3)), other, there, 8)
    assert [(alarm.state, alarm.person) for alarm in (alarms[0.0], alarms[8.0])] == 2 * [
        ("confirmed", None if there is unseen else 2)
    ]


def test_who_rests_when_the_loop_begins_again_does_not_end_a_fall_from_before() -> None:
    """They lie in bed all the time, and who possibly fell lies elsewhere."""
    kept = FallAlarm("possible", -2.0, 3, "hall", "low, fast", "ab")
    alarms = watched(FallWatch(kept=kept), frames(lying, 8), resting=lambda _: True)
    assert [(alarm.state, alarm.person) for alarm in alarms] == [("possible", None)]


def test_of_falls_from_before_each_goes_on_with_who_lies_in_its_zone() -> None:
    """As far as anyone does: the first of them is not always found first."""
    kept = FallAlarm("confirmed", -9.0, 3, "hall", id="a", others=(FallAlarm("possible", -2.0, 4, "kitchen", id="b"),))
    watch, pose = FallWatch(kept=kept), Stance(tilt=90).pose(0.0)
    _, alarm = watch.update(Frame(0, 0.0, np.zeros((*SIZE, 3), np.uint8)), (person(pose, zone="kitchen"),))
    assert [(each.id, each.person) for each in alarm.standing] == [("a", None), ("b", 1)]


@pytest.mark.parametrize("helper", [Stance(x=400), Stance(x=380, sunk=0.4, bend=20)])
def test_who_comes_to_help_is_not_the_one_who_possibly_fell(helper: Stance) -> None:
    """A network misses who lies there in every other frame, in one of which the helper is first seen beside them."""
    fall = falling_at(3.0, stance=Stance(x=250))
    missed = course((5, fall), (5.2, unseen), (17, lambda t: fall(t) if round(t * 8) % 2 else None))
    alarms = _both(FallWatch(), missed, course((5.1, unseen), (17, lambda _: helper)), 16)
    told = {(alarm.state, alarm.person) for t, alarm in alarms.items() if t > 5}
    assert told == {("possible", 1), ("confirmed", 1)}


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("missed_s", [3.0, 12.0])
def test_who_lies_there_still_is_reported_again_after_a_helper_was_taken_for_them(
    missed_s: float, swapped: bool
) -> None:
    """A helper who is first seen beside someone that the network misses seems to be them, up again.

    The tracker may even give the helper their number.
    """
    fall = falling_at(3.0, stance=Stance(x=250))
    falls = course((5, fall), (5 + missed_s, unseen), (60, fall))
    helps = course((5 + min(missed_s, 2.0), unseen), (60, lambda _: Stance(x=400)))
    if swapped:
        falls, helps = course((5, fall), (60, helps)), course((5, unseen), (60, falls))
    alarms = _both(FallWatch(), falls, helps, 45)
    last = alarms[45.0]
    assert (last.state, last.person) == ("confirmed", 2 if swapped else 1)


def test_who_helped_and_kneels_beside_the_place_has_not_fallen() -> None:
    """Nor has anyone else who is up there after the one who fell."""
    fall = falling_at(3.0, stance=Stance(x=250))
    kneels = course((12, unseen), (60, lambda _: Stance(x=330, sunk=0.8)))
    alarms = _both(FallWatch(), course((5, fall), (9, unseen), (60, standing)), kneels, 45)
    assert {alarm.state for t, alarm in alarms.items() if t > 12} == {"clear"}


def test_who_sleeps_beside_the_one_who_fell_out_of_bed_is_not_that_one() -> None:
    """A network finds who sleeps now and then alone, as in a frame in which it misses who lies beside the bed."""
    fall = falling_at(3.0, stance=Stance(x=250))
    missed = course((5, fall), (5.2, unseen), (17, lambda t: fall(t) if round(t * 8) % 2 else None))
    sleeps = course((5.1, unseen), (17, lambda _: Stance(x=250, feet=330, tilt=90)))
    alarms = _both(FallWatch(), missed, sleeps, 16, resting=2)
    assert {(alarm.state, alarm.person) for t, alarm in alarms.items() if t > 5} == {("possible", 1), ("confirmed", 1)}


def test_who_lies_still_aslant_to_the_view_is_confirmed_in_the_end() -> None:
    """Their posture is less clear, and stays so for as long as they lie there; who stirs is not lying still."""

    def aslant(t: float) -> Stance:
        return Stance(tall=160, tilt=60)

    def stirs(t: float) -> Stance:
        return replace(aslant(t), x=320 + 60 * math.sin(3 * t))

    falls = course((3.9, falling_at(3)), (99, aslant)), course((3.9, falling_at(3)), (99, stirs))
    lies, moves = (watched(FallWatch(), frames(fall, 70)) for fall in falls)
    assert states(lies) == ["possible", "confirmed"]
    assert 30 <= lies[-1].since - lies[-2].since <= 33
    assert "confirmed" not in states(moves)


def test_a_possible_fall_from_before_a_reload_is_confirmed_if_they_lie_still() -> None:
    """How tall they stand is not known by then; who sits up, or rolls about, is not confirmed."""
    before = FallAlarm("possible", -2.0, 3, None, "low, fast", "ab")
    alarms = watched(FallWatch(kept=before), frames(lying, 15, rate_hz=8.0))
    assert [(alarm.state, alarm.id) for alarm in alarms] == [("possible", "ab"), ("confirmed", "ab")]
    assert 10 <= alarms[1].since <= 11

    def rolls(t: float) -> Stance:
        return Stance(x=320 + 60 * math.sin(3 * t), tilt=90)

    for other in (rolls, lambda _: Stance(sunk=0.9)):
        assert "confirmed" not in states(watched(FallWatch(kept=before), frames(other, 15)))


def test_who_has_fallen_before_a_reload_is_down_until_they_sit_up() -> None:
    """So that they are `lying` for who reads activities, though how tall they stand is not known again yet."""
    watch = FallWatch(kept=FallAlarm("confirmed", -2.0, 3, None, "lies still", "ab"))
    downs = dict[float, float]()
    for t, pose in frames(course((2, lying), (4, lambda _: Stance(sunk=0.9))), 3):
        (found,), _ = watch.update(Frame(0, t, np.zeros((*SIZE, 3), np.uint8)), (person(pose),))
        downs[t] = found.fall.down if found.fall else 0.0
    assert all(down >= 0.5 for t, down in downs.items() if t < 2)
    assert not any(down for t, down in downs.items() if t >= 2)


def test_a_fall_from_before_a_restart_can_be_acknowledged() -> None:
    """With no one in view."""
    asked = itertools.count()
    kept = FallAlarm("confirmed", -100.0, 3)
    alarms = watched(FallWatch(kept=kept, acknowledged=lambda: next(asked) == 5), frames(unseen, 3))
    assert [(alarm.state, alarm.why) for alarm in alarms] == [("confirmed", ""), ("clear", "acknowledged")]


def test_a_fall_outlives_a_camera_that_changes_its_size() -> None:
    """It is reported on, without a person, until who lies in the new images is found to be the one, and gets up."""
    watch = FallWatch(confirm_s=2.0)
    before = watched(watch, frames(falling_at(3), 8))
    assert states(before) == ["possible", "confirmed"]
    again = course((12, lying), (20, standing))
    after = watched(watch, ((t, pose) for t, pose in frames(again, 19) if t > 8), size=(240, 320))
    assert (after[0].state, after[0].since) == ("confirmed", before[-1].since)
    assert states(after) == ["clear"]


def test_one_wrong_pose_does_not_make_a_fall_of_who_lies() -> None:
    """Nor do several that come one at a time: up is who is up from one frame to the next."""

    def seen(t: float) -> Stance | None:
        return standing(t) if round(t * 8) % 20 == 0 else lying(t)

    assert states(watched(FallWatch(), frames(seen, 12))) == []


def test_a_video_that_starts_over_starts_from_scratch() -> None:
    """What was reported in the last pass is over."""
    watch = FallWatch()
    watched(watch, frames(falling_at(3), 6))
    assert [alarm.state for alarm in watched(watch, frames(standing, 3))] == ["clear"]


def test_a_pose_of_an_earlier_frame_says_nothing_new() -> None:
    """A tracker returns a person as last seen while it searches elsewhere: they have not lain there since."""
    watch, fall = FallWatch(confirm_s=2.0), falling_at(3)
    stale = fall(6).pose(6)  # type: ignore[union-attr]
    seen = ((t, pose if t <= 4.5 else stale) for t, pose in frames(fall, 30))
    moved = (each for each in seen if each[0] <= 4.5 or each[0] > 6)
    assert states(watched(watch, moved)) == ["possible"]


@settings(max_examples=20, deadline=None)
@given(scale=st.floats(0.4, 3), mirrored=st.booleans(), later=st.floats(0, 1e6))
def test_the_answer_does_not_depend_on_resolution_side_or_clock(scale: float, mirrored: bool, later: float) -> None:
    """The same fall in another number of pixels, to the other side, at another time, is reported at the same moment."""

    def changed(pose: Pose) -> Pose:
        points, box = pose.keypoints.astype(np.float64), np.array(pose.box)
        if mirrored:
            points[:, 0] = SIZE[1] - points[:, 0]
            box = np.array((SIZE[1] - box[2], box[1], SIZE[1] - box[0], box[3]))
        points[:, :2] *= scale
        return Pose(pose.t + later, points.astype(np.float32), 1, 0.6, Box(*(box * scale).tolist()))

    fall = list(frames(falling_at(3), 6))
    first = watched(FallWatch(), fall)
    size = (round(SIZE[0] * scale), round(SIZE[1] * scale))
    second = watched(FallWatch(), ((t + later, changed(pose)) for t, pose in fall if pose), size)
    assert states(first) == states(second) == ["possible"]
    assert second[1].since - later == pytest.approx(first[1].since, abs=0.13)
