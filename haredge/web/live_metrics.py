"""Metrics of the live view for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from haredge.board import THROTTLED_BITS
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.web.live import LiveView, Snapshot
from haredge.web.scrape import build_info, counters, gauges

_MIB: Final = 1024 * 1024


class LiveMetrics(Collector):
    """Turns the newest snapshot into metrics when it is scraped."""

    def __init__(self, live: LiveView) -> None:
        self._live = live

    def collect(self) -> Iterator[Metric]:
        """Yield what there is to say of the newest snapshot, and of all time."""
        live = self._live
        yield build_info()
        yield CounterMetricFamily("haredge_frames", "Frames that have been through the pipeline.", live.frames)
        yield counters("haredge_activity_starts", "Times that each activity has begun.", "activity", dict(live.starts))
        yield counters("haredge_activity_seconds", "Seconds of each activity in all.", "activity", dict(live.seconds))
        paused = live.paused
        yield GaugeMetricFamily("haredge_detection_on", "1 while detection is on, 0 while it is off.", 1 - paused)
        # What was last seen is not what is, and an alert on its age would not be about a fault.
        if (snapshot := live.snapshot) is not None and not paused:
            words = "Time since the newest frame came through."
            yield GaugeMetricFamily("haredge_last_frame_age_seconds", words, live.age_s())
            yield from _activity(snapshot, (*live.labels, UNKNOWN, NO_PERSON))
            yield from _health(snapshot.health)


def _activity(snapshot: Snapshot, labels: tuple[str, ...]) -> Iterator[Metric]:
    now = snapshot.activity
    states = {label: float(label == now.label) for label in labels}
    yield gauges("haredge_activity", "1 for the current activity, 0 for all others.", "activity", states)
    if snapshot.known:
        people = sum(person.settled for person in snapshot.people)
        yield GaugeMetricFamily("haredge_people", "People in view.", people)
    yield GaugeMetricFamily(
        "haredge_activity_probability_ratio", "Smoothed probability of the current activity, 0 to 1.", now.probability
    )


def _health(health: Mapping[str, object]) -> Iterator[Metric]:
    for key, name, words, factor in _GAUGES:
        value = health.get(key)
        if isinstance(value, (int, float)):
            yield GaugeMetricFamily(name, words, value * factor)
    dropped = health.get("dropped")
    if isinstance(dropped, int):
        yield CounterMetricFamily("haredge_frames_dropped", "Frames dropped because a newer one was there.", dropped)
    stages = health.get("stages_ms")
    if isinstance(stages, Mapping):
        medians = {str(stage): ms / 1000 for stage, ms in stages.items()}
        yield gauges("haredge_stage_median_seconds", "Median time of each stage, lately.", "stage", medians)
    throttled = health.get("throttled")
    if isinstance(throttled, (tuple, list)):
        states = {reason: float(reason in throttled) for reason in THROTTLED_BITS.values()}
        yield gauges("haredge_throttled", "1 for each reason that slows the board down now.", "reason", states)


_GAUGES: Final = (
    ("fps", "haredge_frame_rate_hertz", "Frames per second through the pipeline, lately.", 1.0),
    ("temperature_c", "haredge_board_temperature_celsius", "Temperature of the processor.", 1.0),
    ("memory_available_mb", "haredge_board_memory_available_bytes", "Memory that is available on the board.", _MIB),
    ("board_uptime_s", "haredge_board_uptime_seconds", "Time since the board started.", 1.0),
    ("uptime_s", "haredge_uptime_seconds", "Time since haredge started.", 1.0),
)
