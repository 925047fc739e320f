"""Promises of reading your own recordings: no window spans a gap, nothing usable is lost, bad data is reported."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from extras import needs_training
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from haredge import cli
from haredge.activity.window import MAX_GAP_S
from haredge.core.errors import DataError
from haredge.datasets.clips import sliding_windows
from haredge.datasets.reading import read_clips
from haredge.datasets.recorded import pieces
from haredge.datasets.recording import About, Recording
from haredge.manifest import PoseModel

SPAN_S = 1.0


def recording(
    times: NDArray[np.floating], label: str = "waving", name: str = "a", group: str = "anna", network: str = "dots"
) -> Recording:
    """Record a person who moves right at a pixel per second: places give times."""
    model = PoseModel(name=network, sha256=("1" if network == "dots" else "2") * 64)
    keypoints = np.ones((len(times), 17, 3), np.float32)
    keypoints[..., 0] = times[:, None]
    about = About(name=name, label=label, group=group, source="test:", rate_hz=15, pose_model=model)
    return Recording(about, len(times) + 3, times.astype(np.float64), keypoints)


STEPS = st.lists(st.one_of(st.floats(0.02, 0.39), st.floats(0.41, 5.0)), max_size=40)


@given(STEPS)
def test_no_window_ever_spans_a_gap(steps: list[float]) -> None:
    """Between two poses of a piece there is never more than a window bridges, nor in any window cut from it."""
    times = np.cumsum([1.0, *steps])
    for clip in pieces(recording(times)):
        assert len(clip.times) >= 2
        assert np.diff(clip.times).max() <= MAX_GAP_S
        assert (clip.label, clip.group) == ("waving", "anna")
        for window in sliding_windows(clip, SPAN_S, 0.1):
            inside = times[(times >= window[0, 0, 0] - 1e-4) & (times <= window[-1, 0, 0] + 1e-4)]
            assert np.diff(inside).max(initial=0) <= MAX_GAP_S


@given(STEPS)
def test_only_poses_that_stand_alone_are_lost(steps: list[float]) -> None:
    """All the others are there once, in order."""
    times = np.cumsum([1.0, *steps])
    near = np.diff(times) <= MAX_GAP_S
    kept = np.append(near, False) | np.append(False, near)
    clips = pieces(recording(times))
    np.testing.assert_array_equal(np.concatenate([np.zeros(0), *(clip.times for clip in clips)]), times[kept])
    assert len({clip.name for clip in clips}) == len(clips)


def test_a_pose_in_which_nothing_is_seen_is_a_gap() -> None:
    """If all keypoints are missing, there is no person."""
    whole = recording(np.arange(60) / 15)
    whole.keypoints[20:40, :, 2] = 0.1
    first, second = pieces(whole)
    assert (len(first.times), len(second.times)) == (20, 20)
    assert (first.name, second.name) == ("waving/a#1", "waving/a#2")


def test_a_folder_of_recordings_becomes_clips(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Labels and groups come from the files; what is unusable is left out and reported."""
    times = np.arange(30) / 15
    recording(times, "sit / down", "b", "ben").save(tmp_path)
    recording(times, "waving", "a").save(tmp_path)
    recording(np.arange(3) * 0.7, "waving", "sparse").save(tmp_path)
    with caplog.at_level(logging.WARNING):
        read = read_clips(tmp_path)
    assert read.source == tmp_path.stem
    assert {(clip.name, clip.label, clip.group) for clip in read.clips} == {
        ("sit / down/b", "sit / down", "ben"),
        ("waving/a", "waving", "anna"),
    }
    assert "1 clip left out ('sparse')" in caplog.text
    assert "or it has too few a second" in caplog.text, "a slow video is no video without people"
    assert "several pose networks" not in caplog.text


def test_a_recording_in_the_folder_of_another_label_is_reported(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Who moves a file to change its label hears that the file's own counts; a name made safe is no other label."""
    times = np.arange(30) / 15
    recording(times, "sit / down", "b", "ben").save(tmp_path)
    moved = recording(times, "waving", "a").save(tmp_path)
    with caplog.at_level(logging.WARNING):
        read_clips(tmp_path)
    assert not caplog.text
    (tmp_path / "squat").mkdir()
    moved.rename(tmp_path / "squat" / moved.name)
    with caplog.at_level(logging.WARNING):
        clips = read_clips(tmp_path).clips
    assert {clip.label for clip in clips} == {"sit / down", "waving"}
    assert "squat/a.npz is 'waving'" in caplog.text


def test_recordings_that_lie_too_deep_are_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Beside others they are left out with a line that says where recordings are read; unrelated files are not."""
    recording(np.arange(9) / 15).save(tmp_path)
    with caplog.at_level(logging.WARNING):
        (tmp_path / "waving/notes").mkdir()
        (tmp_path / "waving/notes/a.npz").write_bytes(b"no recording")
        read_clips(tmp_path)
        assert not caplog.text
        deeper = recording(np.arange(9) / 15, "squat").save(tmp_path / "waving")
        assert len(read_clips(tmp_path).clips) == 1
    assert deeper == tmp_path / "waving/squat/a.npz"
    assert "1 recording left out (waving/squat/a.npz): they lie too deep" in caplog.text
    assert "LABEL/NAME.npz" in caplog.text


@pytest.mark.parametrize("given", [".", "anna/waving", "anna/waving/a.npz"])
def test_a_folder_too_high_or_too_low_names_the_one_to_give(
    given: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is the one above the folders of the labels; a relative path is one, too."""
    recording(np.arange(9) / 15).save(tmp_path / "anna")
    monkeypatch.chdir(tmp_path)
    for path in (tmp_path / given, Path(given)):
        with pytest.raises(DataError) as error:
            read_clips(path)
        assert str(error.value).endswith(f"move them, or give {tmp_path / 'anna'}")
    assert read_clips(tmp_path / "anna").clips


def test_what_is_wrong_in_a_recordings_description_is_named(tmp_path: Path) -> None:
    """Its key and what is allowed there, without a library's own words around it."""
    file = recording(np.arange(9) / 15).save(tmp_path)
    with np.load(file) as arrays:
        content = dict(arrays)
    content["about"] = np.array(str(content["about"]).replace('"group":"anna"', '"group":""'))
    np.savez(file, **content)
    with pytest.raises(DataError, match=r"damaged: about: group: String should have at least 1 character$"):
        Recording.load(file)


def test_several_pose_networks_are_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A label that only one of them recorded would be recognised by the network, not by the person."""
    recording(np.arange(9) / 15).save(tmp_path)
    recording(np.arange(9) / 15, "squat", network="movenet").save(tmp_path)
    with caplog.at_level(logging.WARNING):
        read_clips(tmp_path)
    assert "several pose networks (dots, movenet)" in caplog.text


def test_a_damaged_recording_is_reported_by_name(tmp_path: Path) -> None:
    """Not skipped silently, for it may be one of few."""
    recording(np.arange(9) / 15).save(tmp_path)
    damaged = recording(np.arange(9) / 15, "squat").save(tmp_path)
    damaged.write_bytes(damaged.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"squat/a\.npz: not a recording of haredge, or damaged"):
        read_clips(tmp_path)


def test_recordings_without_people_are_reported(tmp_path: Path) -> None:
    """Nothing is trained on nothing."""
    recording(np.arange(9) * 1.0).save(tmp_path)
    recording(np.zeros(0), name="none").save(tmp_path)
    with pytest.raises(DataError, match="no clip in it can be used: 2 clips: no person is seen"):
        read_clips(tmp_path)


def record_people(folder: Path, labels: tuple[str, ...], people: int) -> None:
    for label in labels:
        for person in range(people):
            recording(np.arange(30) / 15, label, f"{person}", f"person {person}").save(folder)


@needs_training
@pytest.mark.parametrize(
    ("labels", "people", "said"),
    [(("waving",), 5, "one label only (waving)"), (("waving", "squat"), 2, "a label needs four or more")],
)
def test_too_little_is_reported_before_anything_is_trained(
    tmp_path: Path, labels: tuple[str, ...], people: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One label alone has nothing to be distinguished from; of two people none is left to test on."""
    record_people(tmp_path / "mine", labels, people)
    assert cli.main(["train", str(tmp_path / "mine"), "--out", str(tmp_path / "model")]) == 1
    reported = capsys.readouterr().err
    assert said in reported
    assert len(reported.splitlines()) == 1


@needs_training
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_recordings_train_a_model_and_measure_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`haredge train` takes the folder that `extract` and `record` write; `evaluate` measures what was held out."""
    record_people(tmp_path / "mine", ("waving", "squat"), 4)
    data, model = str(tmp_path / "mine"), str(tmp_path / "models/own")
    assert cli.main(["train", data, "--out", model, "--epochs", "1", "--examples", "500"]) == 0
    assert "2 clips to test on" in capsys.readouterr().out
    assert cli.main(["evaluate", "--model", model, "--data", data]) == 0
    assert "2 clips" in capsys.readouterr().out
