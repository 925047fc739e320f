"""Where the parts are put together: from a configuration to the loop that it describes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from haredge.activity.filter import ActivityFilter, FilterTimes
from haredge.activity.recogniser import WindowedRecogniser
from haredge.activity.thresholds import Threshold, resolve
from haredge.activity.timeline import Span, Timeline
from haredge.activity.window import MAX_GAP_S
from haredge.config.schema import Config, FallSection
from haredge.core.address import redacted
from haredge.core.errors import SourceError, of_key
from haredge.core.seams import ActivityRecogniser, ImageClassifier, Measure
from haredge.core.types import FallAlarm, Frame, Observation
from haredge.core.zone import Zone
from haredge.falls.watch import FallWatch
from haredge.manifest import ActivityManifest
from haredge.models.contract import reported
from haredge.pipeline import observe
from haredge.pose.estimator import RegionEstimator
from haredge.pose.tracker import PeopleTracker
from haredge.scene.zones import ignored_in
from haredge.sources.buffered import BufferedSource, LatestFrame, Prefetched
from haredge.sources.throttle import ThrottledSource

if TYPE_CHECKING:
    from haredge.image_pipeline import ImageRecogniser

NewRecogniser = Callable[[Measure], ActivityRecogniser]
"""Makes one person's recogniser, whose stages the argument times, with the networks that are open."""


@dataclass(frozen=True)
class Networks:
    """The networks that a configuration names, loaded, and the thresholds that it comes to."""

    estimator: RegionEstimator
    manifest: ActivityManifest
    """The contract of the activity model, with the labels that the still model adds."""
    new_recogniser: NewRecogniser
    thresholds: Mapping[str, Threshold]
    still: ImageClassifier | None = None
    """What recognises crops of people beside their motion, if the configuration asks for it."""
    zones: Sequence[Zone] = ()
    max_people: int = 1
    """Number of people who are followed at a time."""
    fall: FallSection = FallSection()  # noqa: RUF009  # frozen
    hold_s: float = 0.0
    """Seconds for which an activity is kept while none is recognised in its place."""

    def observe(
        self,
        frames: Iterator[Frame],
        measure: Measure = nullcontext,
        *,
        rate_hz: float | None = None,
        acknowledged: Callable[[], bool] = lambda: False,
        fallen: FallAlarm | None = None,
    ) -> Iterator[Observation]:
        """Run the loop over one source's frames; each call starts with no state but a fall reported before.

        ``rate_hz``, for a live source, is what a slow board should keep up with: see
        :class:`haredge.pose.tracker.PeopleTracker`. ``acknowledged()`` is asked with each frame whether that
        fall, or what is reported since, has been acknowledged.
        """
        refill_s = (self.manifest.least_span_s or self.manifest.span_s) + MAX_GAP_S
        times = FilterTimes(hold_s=self.hold_s, refill_s=refill_s)
        return observe(
            frames,
            PeopleTracker(self.estimator, self.max_people, rate_hz=rate_hz, ignored=ignored_in(self.zones)),
            self._recognisers(measure, live=rate_hz is not None),
            lambda: ActivityFilter(self.manifest.labels, self.thresholds, self.manifest.rest, times),
            zones=self.zones,
            falls=FallWatch(
                self.fall.sensitivity,
                self.fall.confirm_s,
                acknowledged=acknowledged,
                kept=fallen,
            ),
            measure=measure,
        )

    def _recognisers(self, measure: Measure, *, live: bool) -> Callable[[], ActivityRecogniser]:
        """Return what makes one person's recogniser of one source."""
        if self.still is None:
            return lambda: self.new_recogniser(measure)
        # What crops need is imported where they are wanted: a board without a still model does without.
        from haredge.still.crops import Crops  # noqa: PLC0415
        from haredge.still.joining import Joining  # noqa: PLC0415
        from haredge.still.recogniser import JoinedRecogniser  # noqa: PLC0415

        crops, background = Crops(self.still, measure, live=live), self.manifest.rest

        def recogniser() -> ActivityRecogniser:
            motion = self.new_recogniser(measure)
            return JoinedRecogniser(
                motion, crops, Joining(self.manifest.labels, motion.labels, crops.labels, self.thresholds, background)
            )

        return recogniser

    def with_settings(self, config: Config) -> Networks:
        """Return the same networks with other thresholds, zones and readiness to report falls.

        Raises :class:`haredge.core.errors.ConfigError` for a label or a sensitivity that the model does not have.
        """
        return replace(
            self,
            thresholds=resolve(self.manifest, config.activity),
            zones=zones(config),
            fall=config.fall,
            hold_s=config.activity.hold_s,
        )


def zones(config: Config) -> Sequence[Zone]:
    """Return the zones that a configuration draws, in its order."""
    return tuple(
        Zone(name, section.polygon, ignore=section.ignore, rest=section.rest) for name, section in config.zones.items()
    )


def open_networks(config: Config) -> Networks:
    """Load the networks that a configuration names.

    Raises :class:`haredge.core.errors.ModelError` for a model that cannot be used, and
    :class:`haredge.core.errors.ConfigError` for thresholds of labels that the model does not have.
    """
    # The inference engine is imported when a network is opened, not when the command line is parsed.
    from haredge.models.catalog import find_model  # noqa: PLC0415
    from haredge.models.open import open_pose_estimator  # noqa: PLC0415

    manifest = reported(config.activity)
    with of_key("pose.model"):
        estimator = open_pose_estimator(config.pose.model, threads=config.pose.threads)
    with of_key("activity.model"):
        new_recogniser = RECOGNISERS[manifest.kind](find_model(config.activity.model))
    return Networks(
        estimator,
        manifest,
        new_recogniser,
        resolve(manifest, config.activity),
        _still(config),
        zones(config),
        config.pose.max_people,
        config.fall,
        config.activity.hold_s,
    )


def _still(config: Config) -> ImageClassifier | None:
    if config.activity.still_model is None:
        return None
    from haredge.models.catalog import find_model  # noqa: PLC0415
    from haredge.still.classifier import StillClassifier  # noqa: PLC0415

    with of_key("activity.still_model"):
        return StillClassifier.open(find_model(config.activity.still_model), threads=config.pose.threads)


def _windowed(folder: Path) -> NewRecogniser:
    from haredge.activity.classifier import WindowClassifier  # noqa: PLC0415

    classifier = WindowClassifier.open(folder)
    return lambda measure: WindowedRecogniser(classifier, measure)


RECOGNISERS: Final[Mapping[str, Callable[[Path], NewRecogniser]]] = {"activity": _windowed}
"""What opens a model's folder, by its manifest's kind."""


PREFERRED: Final = ("multipose", "people")
"""Pose networks for single images, the first that is installed."""


def open_image_recogniser(model: str, pose_model: str | None) -> ImageRecogniser:
    """Load what recognises single images: a still model and a pose network, the first of PREFERRED if None.

    Raises :class:`haredge.core.errors.ModelError` for a model that cannot be used.
    """
    from haredge.image_pipeline import ImageRecogniser  # noqa: PLC0415
    from haredge.models.catalog import find_model, installed  # noqa: PLC0415
    from haredge.models.open import open_pose_estimator  # noqa: PLC0415
    from haredge.still.classifier import StillClassifier  # noqa: PLC0415

    classifier = StillClassifier.open(find_model(model))
    if pose_model is None:
        names = {each.folder.name for each in installed()}
        pose_model = next(name for name in PREFERRED if name in names or name == PREFERRED[-1])
    return ImageRecogniser(open_pose_estimator(pose_model), classifier, classifier.manifest.rest)


def open_configured_source(config: Config) -> ThrottledSource:
    """Make the source that a configuration names, throttled to the configured rate.

    Nothing is opened before it is iterated over. Raises :class:`haredge.core.errors.SourceError` for a URI of no known
    form, or a file that does not exist.
    """
    # OpenCV is imported when frames are wanted, not when the command line is parsed.
    from haredge.sources.uri import open_source  # noqa: PLC0415

    camera = config.camera
    with of_key("source"):
        source = open_source(config.source, size=(camera.height, camera.width), rate_hz=camera.rate_hz)
    return ThrottledSource(source, camera.rate_hz)


def buffered(source: ThrottledSource, config: Config, stop: Callable[[], bool] = lambda: False) -> BufferedSource:
    """Read a source in a thread, until ``stop()``: of a camera or stream the newest frame, of a file every frame."""
    if source.live:
        return LatestFrame(source, stale_s=config.camera.stale_s, stop=stop)
    return Prefetched(source, stop=stop)


def recognise_video(
    recogniser: Networks, config: Config, progress: Callable[[float], None] = lambda _done_s: None
) -> Sequence[Span]:
    """Run a video, the source that the configuration names, through the loop: its activities, in order.

    ``progress`` gets the seconds of video done. Raises :class:`SourceError` if it cannot be read, and for a camera,
    which never ends.
    """
    source = open_configured_source(config)
    if source.live:
        raise SourceError(f"{redacted(config.source)}: a camera or stream never ends; a video is needed")
    timeline = Timeline()
    with closing(iter(buffered(source, config))) as frames:
        for observation in recogniser.observe(frames):
            timeline.add(observation.activity, observation.frame.t)
            progress(observation.frame.t)
    return timeline.spans()
