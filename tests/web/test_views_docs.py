"""docs/views.md and docs/metrics.md are true."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

pytest.importorskip("starlette")

from observed import LABELS, observed
from prometheus_client.parser import text_string_to_metric_families

from haredge.web.clip_metrics import ClipMetrics
from haredge.web.clips import Clips
from haredge.web.limits import Limits
from haredge.web.live import LiveView
from haredge.web.live_metrics import LiveMetrics
from haredge.web.scrape import Scrape

HEALTH: Mapping[str, object] = {
    "fps": 14.9,
    "dropped": 3,
    "stages_ms": {"pose": 12.5},
    "temperature_c": 61.5,
    "throttled": (),
    "memory_available_mb": 512.0,
    "uptime_s": 12.0,
    "board_uptime_s": 20.0,
}


def test_every_metric_is_documented_and_there(tmp_path: Path) -> None:
    """By its name and labels; and none is promised that is not there."""
    live = LiveView(LABELS, lambda: HEALTH)
    live.emit(observed(0.0))
    live.emit(observed(1.0))
    clips = Clips(tmp_path, lambda _clip: [], Limits())
    answers = [Scrape(each).answer() for each in (LiveMetrics(live), ClipMetrics(clips))]
    there = {
        sample.name + ("{" + ",".join(sample.labels) + "}" if sample.labels else "")
        for answer in answers
        for family in text_string_to_metric_families(bytes(answer.body).decode())
        for sample in family.samples
        if sample.name.startswith("haredge_")
    }
    text = (Path(__file__).parents[2] / "docs/metrics.md").read_text()
    assert set(re.findall(r"`(haredge_[a-z_]+(?:\{[a-z]+\})?)`", text)) == there


def test_limits_are_those_of_the_program() -> None:
    """As they are by default."""
    text = (Path(__file__).parents[2] / "docs/views.md").read_text()
    limits = Limits()
    assert f"`--most-mb` ({limits.most_mb}), `--longest` ({limits.video.longest_s:g} s)" in text
    assert f"`--largest` ({limits.video.largest_px} pixels" in text
    assert f"`--most-gigapixels` ({limits.video.gigapixels}" in text
    assert f"`--work-time` ({limits.work_s:g} s)" in text
    assert f"`--waiting` ({limits.waiting})" in text
