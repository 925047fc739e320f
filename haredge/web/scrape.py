"""Answers to Prometheus: base units, one name a thing (https://prometheus.io/docs/practices/naming/)."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from starlette.responses import Response

from haredge.version import __version__


class Scrape:
    """Answers with what a collector knows at that moment, and with what there is to say of the process."""

    def __init__(self, collector: Collector) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(collector)
        ProcessCollector(registry=self._registry)

    def answer(self) -> Response:
        """Return the metrics in Prometheus's text format."""
        return Response(generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def build_info() -> Metric:
    """Return which haredge this is."""
    return gauges("haredge_build_info", "Version of haredge; always 1.", "version", {__version__: 1})


def gauges(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    """Return what may rise and fall, a value for each value of a label."""
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def counters(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    """Return what only grows, a value for each value of a label."""
    family = CounterMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
