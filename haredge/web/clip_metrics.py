"""Metrics of the clip page for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from haredge.version import __version__
from haredge.web.clips import Clips


class ClipMetrics(Collector):
    """Answers a scrape."""

    def __init__(self, clips: Clips) -> None:
        self._clips = clips
        self._registry = CollectorRegistry()
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def answer(self) -> Response:
        """Return the metrics in Prometheus's text format."""
        return Response(generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def collect(self) -> Iterator[Metric]:
        """Count the clips."""
        info = GaugeMetricFamily("haredge_build_info", "Version of haredge; always 1.", labels=["version"])
        info.add_metric([__version__], 1)
        yield info
        finished = CounterMetricFamily("haredge_clips", "Clips that have ended, by their result.", labels=["result"])
        for result, count in self._clips.finished.items():
            finished.add_metric([result], count)
        yield finished
        held = GaugeMetricFamily("haredge_clips_held", "Clips that are here now, by their state.", labels=["state"])
        for state in ("uploading", "waiting", "working", "done", "failed"):
            held.add_metric([state], sum(clip.state == state for clip in self._clips))
        yield held
