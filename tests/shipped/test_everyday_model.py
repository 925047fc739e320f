"""The shipped `everyday` model on real clips, as haredge runs without a configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from haredge.compose import Networks, open_networks
from haredge.config.schema import Config
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.sources.throttle import at_rate
from haredge.sources.uri import open_source

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def recogniser() -> Networks:
    """Load the networks that are the defaults."""
    return open_networks(Config())


CLIPS = {
    "clapping.avi": "clapping",
    "walking.avi": "walking",
    "pushup.mp4": "pushup",
    "squat.mp4": "squat",
    "boxing.avi": "boxing",
    "two_people_approach.mp4": "walking standing",
    "three_people_exercise.avi": "",
}
"""What is right in each; the two who approach stand, take a step and hug."""

FOUND = [(clip, hz) for clip in ("clapping.avi", "walking.avi") for hz in (30, 15, 10)]
FOUND += [(clip, hz) for clip in ("pushup.mp4", "boxing.avi") for hz in (30, 15, 10)]
"""Clips in which the activity is found, and at how many fps."""


def reported(shared: Path, recogniser: Networks, clip: str, hz: float) -> set[str]:
    frames = at_rate(open_source(str(shared / "videos" / clip)), hz)
    return {seen.activity.label for seen in recogniser.observe(frames)} - {NO_PERSON, UNKNOWN}


@pytest.mark.parametrize(("clip", "hz"), FOUND)
def test_an_activity_is_found(shared: Path, recogniser: Networks, clip: str, hz: float) -> None:
    """What is done is reported, and nothing else, at any frame rate of the camera."""
    assert reported(shared, recogniser, clip, hz) == {CLIPS[clip]}


@pytest.mark.parametrize("hz", [30, 15, 10])
@pytest.mark.parametrize("clip", [clip for clip in CLIPS if (clip, 30) not in FOUND])
def test_what_is_not_recognised_is_unknown(shared: Path, recogniser: Networks, clip: str, hz: float) -> None:
    """A squat half outside the image, people together: no label rather than a wrong one."""
    assert reported(shared, recogniser, clip, hz) <= set(CLIPS[clip].split())
