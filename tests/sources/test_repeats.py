"""Promises of haredge.sources.repeats: a camera of single images has its true rate, whatever it shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from haredge.sources.repeats import Repeats

PERIOD_S = 0.1


def taken(
    image: Callable[[float], int], begin_s: float = 0.0, end_s: float = 60.0, repeats: Repeats | None = None
) -> int:
    """Count the images that are new, of those asked for ten times a second: their content by the time."""
    repeats = repeats or Repeats(PERIOD_S)
    times = [begin_s + PERIOD_S * number for number in range(round((end_s - begin_s) / PERIOD_S))]
    return sum(repeats.is_new(str(image(t)).encode(), t) for t in times)


def renewed(each_s: float, t: float) -> int:
    """Return which image a camera gives that makes one every so many seconds."""
    return int(t / each_s + 1e-6)


@pytest.mark.parametrize(("each_s", "rate_hz"), [(0.1, 10), (0.3, 3.3), (0.5, 2), (1.0, 1)])
def test_what_is_fetched_twice_is_one_image(each_s: float, rate_hz: float) -> None:
    """A camera that makes fewer images than are fetched has the rate that it has, after the first second."""
    assert taken(lambda t: renewed(each_s, t)) == pytest.approx(60 * rate_hz, abs=11)


def test_a_still_room_without_noise_is_no_slow_camera() -> None:
    """From the start on, or once everything has come to rest: each request brings a new image."""
    assert taken(lambda _t: 0) == 600
    assert taken(lambda t: renewed(PERIOD_S, min(t, 5.0))) == 600


@pytest.mark.parametrize("each_s", [0.5, 1.0])
def test_a_slow_camera_stays_one_when_nothing_changes(each_s: float) -> None:
    """What it keeps and gives again is no new image, though it might be one."""
    repeats = Repeats(PERIOD_S)
    taken(lambda t: renewed(each_s, t), 0.0, 10.0, repeats)
    assert taken(lambda _t: -1, 10.0, 70.0, repeats) == pytest.approx(60 / each_s, abs=2)


def test_a_delayed_answer_teaches_nothing_wrong() -> None:
    """Two changes in a row then, once."""
    repeats = Repeats(PERIOD_S)
    taken(lambda t: renewed(1.0, t), 0.0, 8.95, repeats)
    assert repeats.is_new(b"late", 9.3)
    assert repeats.is_new(b"next", 9.35)
    assert repeats.kept_s == pytest.approx(1.0, abs=PERIOD_S)


def test_a_room_in_which_little_happens_is_seen_once_a_second_at_least() -> None:
    """Someone comes by every ten seconds: how rarely is the room's affair."""
    assert taken(lambda t: renewed(10.0, t)) >= 60
