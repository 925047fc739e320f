"""``haredge bench``: how fast the whole pipeline is beside the bare interpreter, how soon it starts, what it takes.

The pipeline is the daemon's own: a source read in the capture thread, and the loop. It runs block by block
in turn with the bare interpreter on the same frames, so that a busy machine slows both alike.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from haredge.commands import fresh_start
from haredge.commands.arguments import add_overrides, load_config, whole
from haredge.compose import Networks, open_configured_source, open_networks
from haredge.core.errors import SourceError
from haredge.core.seams import FrameSource, Measure
from haredge.core.types import Frame, Image, Observation
from haredge.service.health import Stages
from haredge.terminal import say, say_json

if TYPE_CHECKING:
    from haredge.inference.engine import Array
    from haredge.pose.decoder import Detection, PoseDecoder
    from haredge.pose.estimator import NetworkPoseEstimator
    from haredge.pose.fitting import LetterboxedImage

BLOCK: Final = 25
"""Frames that the pipeline and then the bare interpreter do in turn."""

WARM_UP: Final = 50
"""Frames before the measured ones: caches fill, and so does the window."""

RECORDED: Final = 60
"""Frames of a live source that are taken into memory: its own rate would else be all that is measured."""

DRAWN: Final = "test:?live=no&script=jumping_jacks:9"
"""What is benched on where no source is named."""

COMING_IN: Final = 60
"""Frames of it that are left out: in a room that has just become empty people are searched for, on crops as well."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge bench``."""
    add_overrides(parser)
    parser.add_argument(
        "--frames",
        type=whole(1),
        default=300,
        metavar="N",
        help=f"frames measured, {BLOCK} a block (default: 300)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: argparse.Namespace) -> int:
    """Measure and print. Raises the errors of the models and of the source."""
    drawn = args.source is None
    args.source = DRAWN if drawn else args.source
    config = load_config(args)
    source = open_configured_source(config)
    source.limit_hz = math.inf
    recogniser = open_networks(config)
    capture = Stages(lately_s=math.inf)
    timed = TimedSource(source, capture.measure)
    in_memory = drawn or source.live
    # Before the fresh process: a source that cannot be opened fails here, as the daemon does.
    first = _recorded(timed, COMING_IN if drawn else 0, RECORDED if in_memory else 1)
    fresh = fresh_start.measure(_arguments(args))
    frames: Iterable[Frame] = first if in_memory else timed
    told = as_json(_measure(recogniser, frames, capture, args.frames), fresh)
    if args.json:
        say_json(told)
    else:
        say(*as_table(told))
    return 0


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured in this process."""

    pipeline_fps: float
    interpreter_fps: float
    stages: dict[str, dict[str, float]]
    """For each stage "p50_ms" and "p95_ms"."""


def as_json(speed: Speed, fresh: fresh_start.FreshStart) -> dict[str, object]:
    """Name the figures as programs read them; docs/bench.md says what each means."""
    return {
        "pipeline_fps": round(speed.pipeline_fps, 2),
        "interpreter_fps": round(speed.interpreter_fps, 2),
        "ratio": round(speed.pipeline_fps / speed.interpreter_fps, 4),
        "peak_rss_mb": round(fresh.peak_rss_mb, 1),
        "startup_s": round(fresh.startup_s, 3),
        "stages": speed.stages,
    }


def as_table(told: Mapping[str, Any]) -> list[str]:
    """Put the figures into a table for a person."""
    lines = [
        f"pipeline          {told['pipeline_fps']:8.2f} frames/s",
        f"bare interpreter  {told['interpreter_fps']:8.2f} frames/s",
        f"ratio             {told['ratio']:8.3f}",
        f"peak memory       {told['peak_rss_mb']:8.1f} MiB",
        f"start to pose     {told['startup_s']:8.2f} s",
        "",
        f"{'stage, ms':16}{'p50':>10}{'p95':>10}",
    ]
    lines += [f"{stage:16}{ms['p50_ms']:10.3f}{ms['p95_ms']:10.3f}" for stage, ms in told["stages"].items()]
    return lines


def _measure(recogniser: Networks, frames: Iterable[Frame], capture: Stages, count: int) -> Speed:
    """Run the pipeline and the bare interpreter in turn, at least ``count`` frames each."""
    from haredge.pose.estimator import NetworkPoseEstimator  # noqa: PLC0415
    from haredge.sources.buffered import Prefetched  # noqa: PLC0415

    network, loop = recogniser.estimator, Stages(lately_s=math.inf)
    assert isinstance(network, NetworkPoseEstimator)
    timed = replace(recogniser, estimator=_timed(network, loop.measure))
    with closing(iter(Prefetched(Repeated(frames)))) as captured:
        observations = timed.observe(captured, loop.measure)
        pipeline_s, interpreter_s = _take_turns(observations, network, count)
    return Speed(1 / pipeline_s, 1 / interpreter_s, {**_figures(capture), **_figures(loop)})


def _take_turns(observations: Iterator[Observation], network: NetworkPoseEstimator, count: int) -> tuple[float, float]:
    """Return the seconds a frame of the pipeline and of the bare interpreter, each the median of its blocks."""
    _images(observations, WARM_UP)
    pipeline_s, interpreter_s = [], []
    for _ in range(math.ceil(count / BLOCK)):
        start = time.perf_counter()
        block = _images(observations, BLOCK)
        pipeline_s.append((time.perf_counter() - start) / BLOCK)
        stored = [network.stored(network.fit(image).pixels) for image in block]
        start = time.perf_counter()
        for each in stored:
            network.engine.run(each)
        interpreter_s.append((time.perf_counter() - start) / BLOCK)
    return median(pipeline_s), median(interpreter_s)


def _images(observations: Iterator[Observation], count: int) -> list[Image]:
    """Run the pipeline for some frames; return their images."""
    return [observation.frame.image for observation in islice(observations, count)]


def _timed(network: NetworkPoseEstimator, measure: Measure) -> NetworkPoseEstimator:
    """Return the same network, whose fitting and decoding are timed."""
    from haredge.pose.estimator import NetworkPoseEstimator  # noqa: PLC0415

    class Timed(NetworkPoseEstimator):
        def fit(self, image: Image) -> LetterboxedImage:
            with measure("fit"):
                return super().fit(image)

    decoder = TimedDecoder(network.decoder, measure)
    scores = {"min_pose_score": network.min_pose_score, "min_tracked_score": network.min_tracked_score}
    return Timed(network.engine, decoder, **scores)


class TimedDecoder:
    """A decoder that is timed; implements :class:`haredge.pose.decoder.PoseDecoder`."""

    def __init__(self, decoder: PoseDecoder, measure: Measure) -> None:
        self._decoder = decoder
        self._measure = measure
        self.architecture = decoder.architecture
        self.min_pose_score = decoder.min_pose_score
        self.min_tracked_score = decoder.min_tracked_score
        self.most_people = decoder.most_people
        self.confirms_new = decoder.confirms_new
        self.float_range = decoder.float_range

    def decode(self, outputs: Sequence[Array], least: float = 0.0) -> Sequence[Detection]:
        """Decode as the decoder does."""
        with self._measure("decode"):
            return self._decoder.decode(outputs, least)


class TimedSource:
    """A source of which each frame's capture is timed."""

    def __init__(self, source: FrameSource, measure: Measure) -> None:
        self._source = source
        self._measure = measure

    def __str__(self) -> str:
        return str(self._source)

    def __iter__(self) -> Generator[Frame, None, None]:
        """Yield the source's frames."""
        frames = iter(self._source)
        while True:
            with self._measure("capture"):
                frame = next(frames, None)
            if frame is None:
                return
            yield frame


_STEP_S: Final = 1 / 15
"""Between the same image and itself, where there is but one."""


class Repeated:
    """Frames over and over, with growing times: a short video serves for a long measurement."""

    def __init__(self, frames: Iterable[Frame]) -> None:
        self._frames = frames

    def __iter__(self) -> Generator[Frame, None, None]:
        """Yield frames without end; raises SourceError where there are none."""
        index, t, step_s = 0, 0.0, _STEP_S
        while True:
            previous = None
            for frame in self._frames:
                step_s = frame.t - previous.t if previous else step_s
                t += step_s
                yield replace(frame, index=index, t=t)
                previous, index = frame, index + 1
            if previous is None:
                raise SourceError(f"{self._frames}: it has no frames")


def _recorded(source: TimedSource, after: int, most: int) -> list[Frame]:
    """Read at most so many frames ``after`` the first ones. Raises SourceError where there are none."""
    with closing(iter(source)) as frames:
        recorded = list(islice(frames, after, after + most))
    if not recorded:
        raise SourceError(f"{source}: it has no frames")
    return recorded


def _figures(stages: Stages) -> dict[str, dict[str, float]]:
    return {
        stage: {f"p{percent}_ms": round(stages.percentile_ms(stage, percent), 3) for percent in (50, 95)}
        for stage in stages.names
    }


def _arguments(args: argparse.Namespace) -> list[str]:
    """Return what of the arguments is the daemon's too."""
    chosen = {name: getattr(args, name) for name in ("config", "source", "pose_model", "model", "still_model")}
    return [
        part
        for name, value in chosen.items()
        if value is not None
        for part in (f"--{name.replace('_', '-')}", str(value))
    ]
