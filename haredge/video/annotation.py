"""A video in, the same video with what was recognised in it out."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from haredge.activity.timeline import PeopleTimeline, Span
from haredge.core.types import Frame, Observation
from haredge.sources.buffered import Prefetched
from haredge.sources.video import VideoFile
from haredge.sources.video_info import VideoInfo
from haredge.video.draw.panel import Panel, shown_size
from haredge.video.writer import open_writer


@dataclass(frozen=True)
class Recognition:
    """What annotating needs of the networks."""

    observe: Callable[[Iterator[Frame]], Iterable[Observation]]
    """The loop over one video, with no state of another."""
    labels: Sequence[str]
    background: Collection[str] = ()
    """Those labels that are no activity to report."""
    most_people: int = 1
    """How many people may be followed at a time."""


def annotate(
    source: VideoInfo,
    out: Path,
    recognition: Recognition,
    *,
    progress: Callable[[float], None] = lambda _done_s: None,
) -> Sequence[Span]:
    """Write the annotated video and return each person's activities; every frame is in it, in order, at its own time.

    ``progress`` gets the seconds done. Times count from the first frame. Raises
    :class:`haredge.core.errors.SourceError` if the video cannot be decoded, and
    :class:`haredge.core.errors.OutputError` if the annotated one cannot be written.
    """
    labels, size = recognition.labels, shown_size(source.size)
    panel = Panel(size, labels, recognition.background, recognition.most_people, source.length_s or 0.0)
    timeline = PeopleTimeline()
    frames = Prefetched(VideoFile(source.path))
    with open_writer(out, panel.size, source.rate_hz) as video, closing(iter(frames)) as reading:
        start_s: float | None = None
        for observation in recognition.observe(reading):
            t = observation.frame.t
            start_s = t if start_s is None else start_s
            timeline.add(observation)
            video.write(panel.draw(observation, timeline.spans(), start_s), t)
            progress(t - start_s)
    return _from(start_s or 0.0, timeline.spans())


def _from(start_s: float, spans: Sequence[Span]) -> Sequence[Span]:
    return [replace(span, start_s=span.start_s - start_s, end_s=span.end_s - start_s) for span in spans]
