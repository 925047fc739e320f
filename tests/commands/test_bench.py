"""``haredge bench``."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import installed

from haredge.cli import main
from haredge.commands import fresh_start
from haredge.commands.bench import COMING_IN, DRAWN, RECORDED, Repeated, as_table
from haredge.core.errors import HaredgeError, SourceError
from haredge.core.types import Frame
from haredge.sources.synthetic import SyntheticSource
from haredge.synthetic.clip import SyntheticClip


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Install small models in a folder of their own; give the arguments that choose them."""
    monkeypatch.chdir(tmp_path)
    pose, activity = installed.pose_model(tmp_path / "models"), installed.activity_model(tmp_path / "models")
    return ["--pose-model", str(pose), "--model", str(activity)]


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return installed.exercise_film(tmp_path / "film.mp4", each=20)


def test_json_has_every_figure(models: list[str], video: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The figures keep their names, and agree with each other; every stage of the pipeline is timed."""
    assert main(["bench", "--source", str(video), "--frames", "40", "--json", *models]) == 0
    reported = json.loads(capsys.readouterr().out)
    assert list(reported) == ["pipeline_fps", "interpreter_fps", "ratio", "peak_rss_mb", "startup_s", "stages"]
    assert reported["ratio"] == pytest.approx(reported["pipeline_fps"] / reported["interpreter_fps"], abs=0.01)
    assert set(reported["stages"]) == {"capture", "fit", "pose", "decode", "window", "classify", "activity", "fall"}
    assert all(0 <= stage["p50_ms"] <= stage["p95_ms"] for stage in reported["stages"].values())
    assert reported["stages"]["decode"]["p50_ms"] < reported["stages"]["pose"]["p50_ms"]
    assert reported["stages"]["classify"]["p50_ms"] > 0
    assert 20 < reported["peak_rss_mb"] < 1000
    assert reported["startup_s"] > 0


def test_without_a_source_a_drawn_person_is_benched_on(
    models: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A board is measured without a camera or a video; a person reads a table, a still model's time in it."""
    still = installed.still_model(tmp_path / "models")
    assert main(["bench", "--frames", "10", *models, "--pose-model", "people", "--still-model", str(still)]) == 0
    reported = capsys.readouterr().out
    assert [line.split("  ")[0] for line in reported.splitlines()][:5] == [
        "pipeline",
        "bare interpreter",
        "ratio",
        "peak memory",
        "start to pose",
    ]
    assert [line for line in reported.splitlines() if line.split()[:1] == ["still"]]


def test_the_drawn_person_is_in_view_all_the_time() -> None:
    """A room that has just become empty takes more runs than a person does: the ratio would be of the search."""
    source = SyntheticSource.from_uri(DRAWN)
    clip = SyntheticClip(source.script, seed=source.seed, size=source.size)
    benched = [clip.truth(index / source.rate_hz)[0] for index in range(COMING_IN, COMING_IN + RECORDED)]
    assert set(benched) == {"jumping_jacks"}


def test_a_missing_source_is_one_line(models: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A source that cannot be opened ends in its own one line."""
    assert main(["bench", "--source", "nowhere.mp4", *models]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_empty_source_is_no_source(models: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """As of a variable that is not set: nothing else is benched on in its place."""
    assert main(["bench", "--source", "", "--frames", "10", *models]) == 1
    assert capsys.readouterr().err.startswith("haredge: source '': no such file")


def test_a_source_that_cannot_be_opened_ends_it_as_it_ends_the_daemon(
    models: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing or wrong is said in the source's own line, with the daemon's status, not a fresh process's."""
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    for source, status, said in (
        ("gst:videotestsrc", 78, "haredge: gst-launch-1.0 is not installed"),
        (str(broken), 1, f"haredge: cannot read the video {broken}"),
    ):
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("PATH", str(tmp_path))
            assert main(["bench", "--source", source, *models]) == status
        assert capsys.readouterr().err.startswith(said)


def test_a_fresh_process_that_fails_says_why(models: list[str]) -> None:
    """What the fresh process could not do is said by its own last line."""
    with pytest.raises(HaredgeError, match=r"the fresh process failed: .*nowhere\.mp4"):
        fresh_start.measure(["--source", "nowhere.mp4", *models])


def frames(*times: float) -> list[Frame]:
    return [Frame(index, t, np.zeros((1, 1, 3), np.uint8)) for index, t in enumerate(times)]


def test_a_short_video_goes_on() -> None:
    """Frames are played over and over, with indexes and times that go on."""
    played = iter(Repeated(frames(5.0, 5.1, 5.3)))
    again = [next(played) for _ in range(7)]
    assert [frame.index for frame in again] == list(range(7))
    assert np.diff([frame.t for frame in again]) == pytest.approx([0.1, 0.2, 0.2, 0.1, 0.2, 0.2])


def test_the_time_of_a_single_image_goes_on() -> None:
    """If it stood still, nothing would be due after the first frame, and the loop would seem to need no network."""
    played = iter(Repeated(frames(5.0)))
    times = [next(played).t for _ in range(4)]
    assert np.diff(times) == pytest.approx([1 / 15] * 3)


def test_a_video_without_frames_is_an_error() -> None:
    """Playing nothing over and over would never end."""
    with pytest.raises(SourceError, match="no frames"):
        next(iter(Repeated([])))


def test_the_table_names_what_programs_read() -> None:
    """A table holds the figures that the JSON holds."""
    stage = {"p50_ms": 1.5, "p95_ms": 2.5}
    reported = {"pipeline_fps": 9.5, "interpreter_fps": 10, "ratio": 0.95, "peak_rss_mb": 88.8, "startup_s": 1.25}
    table = "\n".join(as_table({**reported, "stages": {"pose": stage}}))
    assert [part for part in ("9.50", "10.00", "0.950", "88.8", "1.25", "1.500", "2.500") if part not in table] == []
