"""Promises of a scene with zones: whose zone it is, what is ignored, and when a zone is occupied."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.filter import ActivityFilter
from haredge.core.labels import NO_PERSON
from haredge.core.types import Frame, Observation, Pose, Prediction
from haredge.core.zone import Point, Zone
from haredge.scene.observer import SceneObserver
from haredge.scene.occupancy import ENTER_S, LEAVE_S, Occupancies

IMAGE = np.zeros((100, 100, 3), np.uint8)
ROOM = Zone("room", ((0, 0), (0.9, 0), (0.9, 1), (0, 1)))
BED = Zone("bed", ((0.1, 0.5), (0.4, 0.5), (0.4, 0.9), (0.1, 0.9)), rest=True)
SCREEN = Zone("screen", ((0.6, 0.1), (0.8, 0.1), (0.8, 0.3), (0.6, 0.3)), ignore=True)
HZ = 10


class Nothing:
    """A recogniser that predicts nothing."""

    labels = ("wave",)

    def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
        return None


def scene() -> SceneObserver:
    return SceneObserver(Nothing, lambda: ActivityFilter(("wave",)), zones=(ROOM, BED, SCREEN))


def watch(view: SceneObserver, start: float, end: float, **people: Point) -> list[Observation]:
    """Show people whose tracks are a1, a2 and so on, each standing at a place, without the end."""
    return [
        view.observe(
            Frame(0, number / HZ, IMAGE), [_pose(number / HZ, int(name[1:]), at) for name, at in people.items()]
        )
        for number in range(round(start * HZ), round(end * HZ))
    ]


def _pose(t: float, track: int, at: Point) -> Pose:
    keypoints = np.ones((17, 3), np.float32)
    keypoints[:, 0], keypoints[:, 1] = 100 * at[0], 100 * at[1] - np.linspace(30, 0, 17)
    keypoints[15:, 1] = 100 * at[1]
    return Pose(t, keypoints, track)


def occupied(observation: Observation) -> set[str]:
    return {each.zone.name for each in observation.zones if each.occupied}


IN_BED, IN_ROOM, ON_SCREEN, OUTSIDE = (0.2, 0.7), (0.7, 0.7), (0.7, 0.2), (0.95, 0.5)


class Falling(Nothing):
    """A recogniser that is sure of a fall, in every frame in which the person is seen."""

    def update(self, frame: Frame, pose: Pose | None) -> Prediction | None:
        return None if pose is None else Prediction(frame.t, np.array([1, 0], np.float32))


def test_who_drops_into_a_place_to_rest_is_not_falling() -> None:
    """As it is no fall; who falls out of it is, and so is who falls elsewhere, or in a zone of another kind."""
    labels = ("falling", "lying")
    view = SceneObserver(Falling, lambda: ActivityFilter(labels), zones=(ROOM, BED))
    assert {each.activity_so_far.label for each in watch(view, 0, 4, a1=IN_BED)} == {"unknown"}
    assert watch(view, 4, 8, a1=IN_ROOM)[-1].activity.label == "falling"
    assert watch(view, 8, 12, a1=IN_BED)[-1].activity.label == "unknown"


def test_a_person_has_the_zone_that_they_are_in() -> None:
    """From the first frame on; the smallest, and none outside all of them."""
    for at, zone in ((IN_BED, "bed"), (IN_ROOM, "room"), (OUTSIDE, None)):
        assert watch(scene(), 0, 0.1, a1=at)[0].people[0].zone == zone


def test_a_person_changes_zones_once_they_have_stayed() -> None:
    """Who walks across a corner of the bed is not in it; who stays a second is."""
    view = scene()
    zones = [
        observation.people[0].zone
        for observation in [
            *watch(view, 0, 1, a1=IN_ROOM),
            *watch(view, 1, 1.9, a1=IN_BED),
            *watch(view, 1.9, 3, a1=IN_ROOM),
            *watch(view, 3, 5, a1=IN_BED),
        ]
    ]
    assert [zone for zone, _ in itertools.groupby(zones)] == ["room", "bed"]
    assert zones.index("bed") == 40


def test_who_is_hidden_stays_where_they_were() -> None:
    """Behind the cupboard for a second and a half, in the bed all the same; after that, gone, and the bed free."""
    view = scene()
    watch(view, 0, 2, a1=IN_BED)
    hidden = watch(view, 2, 3.5)
    assert {observation.people[0].zone for observation in hidden} == {"bed"}
    assert all("bed" in occupied(observation) for observation in hidden)
    after = watch(view, 3.5, 8)
    assert (after[-1].people, occupied(after[-1])) == ((), set())


def test_a_zone_is_free_when_its_last_person_has_left_the_view() -> None:
    """Since the same moment as no person is in view, and half a second after that is said at most."""
    view = scene()
    watch(view, 0, 2, a1=IN_BED)
    after = watch(view, 2, 8)
    gone = next(observation for observation in after if not observation.people)
    free = next(observation for observation in after if "bed" not in occupied(observation))
    assert gone.frame.t <= free.frame.t <= gone.frame.t + 0.6
    assert {each.since for each in free.zones if each.zone in {BED, ROOM}} == {gone.activity.since}


def test_who_is_seen_now_and_then_occupies_the_zone_that_they_go_to() -> None:
    """In the dusk, once in nine tenths of a second: the bed is occupied, and stays so."""
    view = scene()
    watch(view, 0, 2, a1=IN_ROOM)
    beds: list[bool] = []
    for step in range(80):
        people = {"a1": IN_BED} if step % 9 == 0 else {}
        (observation,) = watch(view, 2 + step / HZ, 2 + (step + 1) / HZ, **people)
        beds.append("bed" in occupied(observation))
    assert beds.index(True) <= 10
    assert all(beds[beds.index(True) :])


def test_what_is_ignored_is_no_person() -> None:
    """The television's people are not there, and take no id; those before it are, though the screen is behind them."""
    view = scene()
    seen = watch(view, 0, 3, a1=ON_SCREEN, a2=IN_ROOM)
    assert [[(person.id, person.zone) for person in observation.people] for observation in seen] == [[(1, "room")]] * 30
    assert watch(scene(), 0, 3, a1=ON_SCREEN)[-1].activity.label == NO_PERSON
    assert "screen" not in occupied(seen[-1])


def test_who_walks_into_what_is_ignored_is_lost() -> None:
    """Hidden at first, gone after two seconds: they are not seen there."""
    view = scene()
    watch(view, 0, 2, a1=IN_ROOM)
    gone = watch(view, 2, 5, a1=ON_SCREEN)
    assert gone[0].people[0].pose is None
    assert gone[-1].people == ()


def test_zones_are_reported_in_the_order_of_the_configuration() -> None:
    """All of them, always; at first it is not known whether there is anyone in them."""
    seen = watch(scene(), 0, 3)
    assert [each.zone for each in seen[0].zones] == [ROOM, BED, SCREEN]
    assert [each.occupied for each in seen[0].zones] == [None] * 3
    assert [(each.occupied, each.since) for each in seen[-1].zones] == [(False, 0.0)] * 3


def test_a_zone_within_a_zone_occupies_both() -> None:
    """Who is in bed is in the room."""
    assert occupied(watch(scene(), 0, 2, a1=IN_BED)[-1]) == {"room", "bed"}


def test_a_glimpse_occupies_nothing() -> None:
    """A person who is seen for a third of a second may be a chair."""
    view = scene()
    seen = watch(view, 0, 0.3, a1=IN_BED) + watch(view, 0.3, 3)
    assert {name for observation in seen for name in occupied(observation)} == set()


def test_a_zone_is_occupied_soon_and_free_later() -> None:
    """Half a second in, two seconds out; `since` is when it began to be so."""
    states = Occupancies([BED], 0.0)
    seen = [(t, *states.update(t, {"bed"} if 1 <= t < 3 else set())) for t in np.arange(0, 7, 0.1).round(3).tolist()]
    changes = [(t, now.since) for t, now in seen if now.occupied]
    assert (changes[0], changes[-1][0]) == ((1.5, 1.0), 4.9)
    assert seen[-1][1].since == 3.0


@given(st.lists(st.tuples(st.floats(0.01, 1.0), st.booleans()), max_size=80))
def test_a_zone_never_flickers(steps: list[tuple[float, bool]]) -> None:
    """However people come and go: what rings at a change rings at most every half a second in, two seconds out."""
    states, t, seen = Occupancies([BED], 0.0), 0.0, []
    for step_s, there in steps:
        t += step_s
        seen.append((t, states.update(t, {"bed"} if there else set())[0].occupied))
    changes = [after for before, after in itertools.pairwise([(0.0, False), *seen]) if before[1] != after[1]]
    for (before_t, _), (after_t, now) in itertools.pairwise(changes):
        assert after_t - before_t >= (ENTER_S if now else LEAVE_S) - 1e-9


def test_who_gets_into_bed_rests_at_once() -> None:
    """A fall is seen within a moment: the zone that is published, which is steady, would come too late."""
    view = scene()
    watch(view, 0, 3, a1=IN_ROOM)
    (observation,) = watch(view, 3, 3.1, a1=IN_BED)
    (person,) = observation.people
    assert (person.zone, person.resting) == ("room", True)
    (observation,) = watch(view, 3.1, 3.2, a1=IN_ROOM)
    assert not observation.people[0].resting
