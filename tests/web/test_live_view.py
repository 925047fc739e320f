"""The sink that viewers read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from observed import LABELS, observed

from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Activity, Occupancy
from haredge.core.zone import Zone
from haredge.web.live import STALE_S, LiveView


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def no_health() -> Mapping[str, object]:
    return {"fps": 15.0}


def test_the_newest_observation_is_left_for_viewers() -> None:
    """With what was before it; and only the newest."""
    live = LiveView(LABELS, no_health, clock=Clock())
    live.emit(observed(0.0, NO_PERSON))
    live.emit(observed(1.0, "squat", since=0.5))
    snapshot = live.snapshot
    assert snapshot is not None
    assert (snapshot.t, snapshot.activity.label, snapshot.size) == (1.0, "squat", (48, 64))
    assert [span.label for span in snapshot.spans] == [NO_PERSON, "squat"]
    assert [person.id for person in snapshot.people] == [1]
    assert snapshot.health == {"fps": 15.0}


def test_a_start_is_not_an_empty_room() -> None:
    """Until it is known who is in view the activity is unknown, and the time line has no one's absence in it."""
    live = LiveView(LABELS, no_health)
    live.emit(replace(observed(0.0, NO_PERSON), known=False))
    assert live.snapshot is not None
    assert (live.snapshot.activity.label, live.snapshot.known, live.snapshot.spans) == (UNKNOWN, False, ())
    assert live.starts[NO_PERSON] == 0
    live.emit(observed(2.0, NO_PERSON))
    assert [(span.label, span.start_s) for span in live.snapshot.spans] == [(NO_PERSON, 0.0)]


def test_the_image_is_not_even_kept_unless_it_is_allowed() -> None:
    """What is not there cannot be shown by mistake."""
    for allowed in (False, True):
        live = LiveView(LABELS, no_health, keep_image=allowed)
        live.emit(observed(0.0))
        assert live.snapshot is not None
        assert (live.snapshot.image is not None) == allowed


def test_a_view_that_sees_nothing_says_so() -> None:
    """Before the first frame, and when none has come for a while."""
    clock = Clock()
    live = LiveView(LABELS, no_health, clock=clock)
    stale = [live.stale]
    live.emit(observed(0.0))
    stale.append(live.stale)
    clock.now_s += STALE_S + 1
    stale.append(live.stale)
    assert stale == [True, False, True]


def test_a_loop_that_hangs_while_detection_is_off_is_noticed() -> None:
    """It is off for as long as the loop says so, and no longer once there is a frame."""
    clock = Clock()
    live = LiveView(LABELS, no_health, clock=clock)
    paused = [live.paused]
    live.pause()
    paused.append(live.paused)
    clock.now_s += STALE_S + 1
    paused.append(live.paused)
    live.pause()
    live.emit(observed(0.0))
    paused.append(live.paused)
    assert paused == [False, True, False, False]


def test_who_switches_detection_off_is_no_longer_shown() -> None:
    """Neither the last image nor what they did is there for viewers all night; what there was before stays."""
    live = LiveView(LABELS, no_health, keep_image=True, clock=Clock())
    sofa = Zone("sofa", ((0, 0), (1, 0), (1, 1)))
    live.emit(replace(observed(3.0, since=1.0), zones=(Occupancy(sofa, True, 1.0),)))
    live.pause()
    now = live.snapshot
    assert now is not None
    assert (now.image, now.people, now.known) == (None, (), False)
    assert now.activity == Activity(UNKNOWN, 0.0, 3.0)
    assert [(each.zone, each.occupied) for each in now.zones] == [(sofa, None)]
    assert [span.label for span in now.spans] == ["squat"]
    live.pause()
    assert live.snapshot is now


def test_health_values_are_read_by_the_loop_and_not_for_each_frame() -> None:
    """They belong to the loop's thread, and reading a board takes time."""
    clock, asked = Clock(), []

    def health() -> Mapping[str, object]:
        asked.append(clock.now_s)
        return {"n": len(asked)}

    live = LiveView(LABELS, health, clock=clock)
    for n in range(50):
        clock.now_s = 100 + n / 10
        live.emit(observed(n / 10))
    assert asked == pytest.approx([100.0, 102.0, 104.0])


def test_activities_are_counted() -> None:
    """How often each has begun, and how long it went on."""
    live = LiveView(LABELS, no_health, clock=Clock())
    for t, label, since in ((0, NO_PERSON, 0), (1, "squat", 0.8), (2, "squat", 0.8), (3, "squat", 2.9), (4, "wave", 4)):
        live.emit(observed(t, label, since=since))
    assert live.frames == 5
    assert live.starts == {NO_PERSON: 1, "squat": 2, "wave": 1}
    assert live.seconds == {"squat": 3.0, "wave": 1.0}


def test_a_night_with_detection_off_is_no_activity() -> None:
    """What happened in it is not known: after a pause two seconds count at most."""
    live = LiveView(LABELS, no_health, clock=Clock())
    for t in (0, 1, 8 * 3600, 8 * 3600 + 1):
        live.emit(observed(t, "squat"))
    assert live.seconds == {"squat": 1.0 + 2.0 + 1.0}


def test_an_hour_of_flicker_needs_no_more_memory_than_a_quiet_one() -> None:
    """The oldest are forgotten first."""
    live = LiveView(LABELS, no_health, clock=Clock())
    for n in range(5000):
        live.emit(observed(n / 10, LABELS[n % 3], since=n / 10))
    assert live.snapshot is not None
    assert len(live.snapshot.spans) == 2000
