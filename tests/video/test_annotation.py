"""A video in, the annotated video out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import installed

from haredge.core.errors import ModelError
from haredge.core.labels import NO_PERSON
from haredge.core.types import Activity, Frame, Observation, Person
from haredge.sources.video import VideoFile
from haredge.sources.video_info import probe
from haredge.video.annotation import Recognition, annotate


class Seen:
    """Takes note of the frames it is shown; a person is there from the tenth on."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    def __call__(self, frames: Iterator[Frame]) -> Iterator[Observation]:
        for frame in frames:
            self.frames.append(frame)
            there = frame.index >= 10
            activity = Activity("wave" if there else NO_PERSON, 1.0, 10 / 15 if there else 0.0)
            yield Observation(frame, (Person(1, None, None, activity),) if there else (), activity)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return installed.film(tmp_path / "clip.mp4", [installed.nobody((48, 64))] * 25)


def recognition(seen: Seen) -> Recognition:
    return Recognition(seen, ("wave",))


def test_every_frame_is_seen_and_written_in_order(tmp_path: Path, clip: Path) -> None:
    """However slow the networks are, nothing is dropped."""
    seen = Seen()
    annotate(probe(clip), tmp_path / "out.webm", recognition(seen))
    assert [frame.index for frame in seen.frames] == list(range(25))
    written = list(VideoFile(tmp_path / "out.webm"))
    assert [frame.t for frame in written] == pytest.approx([frame.t for frame in seen.frames], abs=0.002)


def test_activities_count_from_the_films_beginning(tmp_path: Path, clip: Path) -> None:
    """With the start and the end of each, and who did it."""
    spans = annotate(probe(clip), tmp_path / "out.webm", recognition(Seen()))
    assert [(span.person, span.label, round(span.start_s, 2), round(span.end_s, 2)) for span in spans] == [
        (None, NO_PERSON, 0.0, 0.67),
        (1, "wave", 0.67, 1.6),
    ]


def test_progress_is_told_in_seconds_of_film(tmp_path: Path, clip: Path) -> None:
    """Growing, once a frame, from 0."""
    told: list[float] = []
    annotate(probe(clip), tmp_path / "out.webm", recognition(Seen()), progress=told.append)
    assert np.allclose(told, np.arange(25) / 15, atol=0.002)


def test_a_network_that_fails_leaves_no_video(tmp_path: Path, clip: Path) -> None:
    """And its error comes through."""

    def failing(frames: Iterator[Frame]) -> Iterator[Observation]:
        for observation in Seen()(frames):
            if observation.frame.index == 5:
                raise ModelError("broken")
            yield observation

    with pytest.raises(ModelError):
        annotate(probe(clip), tmp_path / "out.webm", Recognition(failing, ("wave",)))
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]
