"""The shipped `everyday` model on real clips, as haredge runs without a configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from haredge.composition import Recogniser, open_recogniser
from haredge.config import Config
from haredge.core import NO_PERSON, UNKNOWN
from haredge.pipeline import at_rate
from haredge.sources import open_source

pytestmark = [pytest.mark.shared, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    """Load the networks that are the defaults."""
    return open_recogniser(Config())


@pytest.mark.parametrize("hz", [30, 15, 10])
@pytest.mark.parametrize(
    ("clip", "label"),
    [("pushup.mp4", "pushup"), ("squat.mp4", "squat"), ("clapping.avi", "clapping"), ("walking.avi", "walking")],
)
def test_an_activity_is_found_at_every_frame_rate(
    shared: Path, recogniser: Recogniser, clip: str, label: str, hz: float
) -> None:
    """What is done is told, and nothing else, however many frames a second the camera gives."""
    frames = at_rate(open_source(str(shared / "videos" / clip)), hz)
    told = {seen.activity.label for seen in recogniser.observe(frames)}
    assert told - {NO_PERSON, UNKNOWN} == {label}
