"""``test:``, the synthetic person as a source."""

from __future__ import annotations

from itertools import islice, pairwise

import pytest

from haredge.core.errors import SourceError
from haredge.sources.synthetic import SyntheticSource
from haredge.synthetic.script import SECONDS


class Clock:
    """Time that passes only while something waits, and a little while a frame is drawn."""

    def __init__(self, drawing_s: float) -> None:
        self.now, self.drawing_s = 100.0, drawing_s
        self.waits: list[float] = []

    def read(self) -> float:
        self.now += self.drawing_s
        return self.now

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


def live(uri: str, drawing_s: float) -> tuple[SyntheticSource, Clock]:
    clock = Clock(drawing_s)
    return SyntheticSource.from_uri(uri, clock=clock.read, wait=clock.wait), clock


def test_options_are_taken_from_the_uri() -> None:
    """Every option of the URI arrives."""
    source = SyntheticSource.from_uri("test:?fps=7.5&size=96x64&seed=3&script=empty,walking,waving:6&live=no")
    assert (source.rate_hz, source.size, source.seed, source.live) == (7.5, (96, 64), 3, False)
    assert source.script == (("empty", None), ("walking", None), ("waving", 6.0))


def test_without_options_it_is_a_camera() -> None:
    """``test:`` alone is live, 640x480 at 15 fps, and begins without a person in view."""
    source = SyntheticSource.from_uri("test:")
    assert source.live
    assert source.rate_hz == 15
    assert source.size == (640, 480)
    assert source.script[0] == ("empty", None)


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("test:?fps=fast", "between 0.5 and 120"),
        ("test:?fps=0", "between 0.5 and 120"),
        ("test:?fps=nan", "between 0.5 and 120"),
        ("test:?size=640", "WIDTHxHEIGHT"),
        ("test:?size=1x1", "between 64 and 1920"),
        ("test:?seed=-1", "whole number"),
        ("test:?live=maybe", "yes or no"),
        ("test:?script=flying", "picking_up"),
        ("test:?script=", "picking_up"),
        ("test:?script=waving:0", "between 1 and 3600"),
        ("test:?colour=red", "fps, size, seed, script, live"),
        ("test:nonsense", "question mark"),
    ],
)
def test_a_wrong_option_is_one_clear_line(uri: str, told: str) -> None:
    """The message names the source, what is wrong, and what is allowed."""
    with pytest.raises(SourceError) as error:
        SyntheticSource.from_uri(uri)
    assert uri in str(error.value)
    assert told in str(error.value)
    assert "\n" not in str(error.value)


def test_offline_gives_every_frame_of_one_pass_without_waiting() -> None:
    """Index and time run on without gaps to the script's end, and nothing waits."""
    source, clock = live("test:?fps=5&size=64x64&script=empty:2,standing:2&live=no", 0.0)
    frames = list(source)
    assert [frame.index for frame in frames] == list(range(len(frames)))
    assert all(frame.t == pytest.approx(frame.index / 5) for frame in frames)
    assert len(frames) > 20
    assert not clock.waits
    assert all(frame.image.shape == (64, 64, 3) for frame in frames)


def test_iterating_again_gives_the_same_frames() -> None:
    """A source may be read twice."""
    source = SyntheticSource.from_uri("test:?fps=2&size=64x64&script=standing:2&live=no")
    first, second = list(source), list(source)
    assert all((a.image == b.image).all() and a.t == b.t for a, b in zip(first, second, strict=True))


def test_live_keeps_time() -> None:
    """Each frame comes when its time has come: the waits and the drawing together make the rate."""
    source, clock = live("test:?fps=10&size=64x64&script=standing:2", 0.03)
    began = clock.now
    frames = list(islice(source, 20))
    assert [frame.index for frame in frames] == list(range(20))
    assert frames[0].t == pytest.approx(began, abs=0.1)
    assert clock.now == pytest.approx(frames[-1].t, abs=0.1)
    assert all(0 < seconds < 0.1 for seconds in clock.waits)


def test_live_skips_what_it_cannot_draw_in_time() -> None:
    """Where a frame takes longer than its turn, indices skip and time stays true; nothing lags behind."""
    source, clock = live("test:?fps=10&size=64x64&script=standing:2", 0.25)
    frames = list(islice(source, 8))
    steps = {after.index - before.index for before, after in pairwise(frames)}
    assert min(steps) >= 2
    assert frames[-1].t == pytest.approx(clock.now, abs=0.6)


def test_live_never_ends() -> None:
    """After the script's end it begins again: time runs on, images come again."""
    source, _ = live("test:?fps=1&size=64x64&script=empty:3,standing:2", 0.0)
    frames = list(islice(source, 60))
    assert frames[-1].t - frames[0].t == 59
    count = next(n for n in range(2, 59) if (frames[n].image == frames[0].image).all())
    assert (frames[count + 4].image == frames[4].image).all()


def test_every_word_of_a_script_can_be_played() -> None:
    """Each word alone makes a clip that can be drawn to its end."""
    for word in SECONDS:
        frames = list(SyntheticSource.from_uri(f"test:?fps=0.5&size=64x64&script={word}&live=no"))
        assert frames[-1].index == len(frames) - 1 >= 1
