"""Metrics of the clip page for Prometheus."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from haredge.web.clips import Clips
from haredge.web.scrape import build_info, counters, gauges
from haredge.web.uploaded_clip import State


class ClipMetrics(Collector):
    """Counts the clips when they are scraped."""

    def __init__(self, clips: Clips) -> None:
        self._clips = clips

    def collect(self) -> Iterator[Metric]:
        """Count them."""
        yield build_info()
        yield counters("haredge_clips", "Clips that have ended, by their result.", "result", self._clips.finished)
        held = Counter(clip.state for clip in self._clips)
        states = {state: held[state] for state in get_args(State)}
        yield gauges("haredge_clips_held", "Clips that are here now, by their state.", "state", states)
