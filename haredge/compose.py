"""Where the parts are put together: from a configuration to the loop that it describes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from haredge.activity.filter import ActivityFilter
from haredge.activity.recogniser import WindowedRecogniser
from haredge.activity.thresholds import resolve
from haredge.activity.timeline import Span, Timeline
from haredge.config.schema import ActivitySection, Config
from haredge.core.errors import SourceError
from haredge.core.seams import Measure
from haredge.core.types import Frame, Observation
from haredge.manifest import ActivityManifest
from haredge.pipeline import observe
from haredge.pose.estimator import RegionEstimator
from haredge.pose.tracker import SinglePersonTracker

if TYPE_CHECKING:
    from haredge.activity.classifier import WindowClassifier
    from haredge.sources.buffered import BufferedSource as Captured
    from haredge.sources.source import Source


@dataclass(frozen=True)
class Recogniser:
    """The networks that a configuration names, loaded, and how their answers are steadied."""

    looker: RegionEstimator
    classifier: WindowClassifier
    section: ActivitySection

    @property
    def manifest(self) -> ActivityManifest:
        """The contract of the activity model."""
        return self.classifier.manifest

    def observe(self, frames: Iterator[Frame], measure: Measure = nullcontext) -> Iterator[Observation]:
        """Run the loop over one source's frames; each call starts from rest."""
        return observe(
            frames,
            SinglePersonTracker(self.looker),
            lambda: WindowedRecogniser(self.classifier, measure),
            lambda: activity_filter(self.manifest, self.section),
            measure=measure,
        )


def open_recogniser(config: Config) -> Recogniser:
    """Load the networks that a configuration names.

    Raises :class:`haredge.core.errors.ModelError` for a model that cannot be used, and
    :class:`haredge.core.errors.ConfigError` for thresholds of labels that the model does not have.
    """
    # TFLite is imported when a network is opened, not when the command line is parsed.
    from haredge.activity.classifier import WindowClassifier  # noqa: PLC0415
    from haredge.models.catalog import find_model  # noqa: PLC0415
    from haredge.models.open import open_pose_estimator  # noqa: PLC0415

    classifier = WindowClassifier.open(find_model(config.activity.model))
    activity_filter(classifier.manifest, config.activity)
    return Recogniser(open_pose_estimator(config.pose.model, threads=config.pose.threads), classifier, config.activity)


def activity_filter(manifest: ActivityManifest, section: ActivitySection) -> ActivityFilter:
    """Make the filter from the model's thresholds and what the configuration changes of them."""
    thresholds = resolve(manifest.name, manifest.labels, manifest.thresholds, section)
    return ActivityFilter(manifest.labels, thresholds, manifest.rest)


def open_configured_source(config: Config) -> Source:
    """Make the source that a configuration names; nothing is opened before it is iterated over.

    Raises :class:`haredge.core.errors.SourceError` for a URI of no known form, or a file that does not exist.
    """
    # OpenCV is imported when frames are wanted, not when the command line is parsed.
    from haredge.sources.uri import open_source  # noqa: PLC0415

    return open_source(config.source, size=(config.camera.height, config.camera.width), rate_hz=config.camera.rate_hz)


def captured(
    source: Source,
    config: Config,
    stop: Callable[[], bool],
    live_hz: Callable[[], float] | None = None,
) -> Captured:
    """Read a source in a thread that thins out its frames, until ``stop()``.

    Of a live source the newest frame wins, and ``live_hz()`` gives the rate (by default the configured one); of a file
    every frame counts.
    """
    from haredge.sources.buffered import LatestFrame as Latest  # noqa: PLC0415
    from haredge.sources.buffered import Prefetched as Prefetch  # noqa: PLC0415
    from haredge.sources.throttle import ThrottledSource  # noqa: PLC0415

    def configured_hz() -> float:
        return config.camera.rate_hz

    if source.live:
        thinned = ThrottledSource(source, live_hz or configured_hz)
        return Latest(thinned, stale_s=config.camera.stale_s, stop=stop)
    return Prefetch(ThrottledSource(source, configured_hz), stop=stop)


def recognised(
    recogniser: Recogniser, config: Config, progress: Callable[[float], None] = lambda _done_s: None
) -> Sequence[Span]:
    """Run a film, the source that the configuration names, through the loop: what the daemon tells of it, in order.

    ``progress`` is told the seconds of film done. Raises :class:`SourceError` where it cannot be read, and
    for a camera, which never ends.
    """
    source = open_configured_source(config)
    if source.live:
        raise SourceError(f"{config.source}: a camera or stream never ends; a film is needed")
    frames = captured(source, config, lambda: False)
    timeline = Timeline()
    with closing(iter(frames)) as reading:
        for observation in recogniser.observe(reading):
            timeline.add(observation.activity, observation.frame.t)
            progress(observation.frame.t)
    return timeline.spans()
