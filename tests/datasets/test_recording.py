"""Promises of recordings: what is saved is read again, whatever it is called; what is damaged is reported in a line."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haredge.core.errors import ConfigError, DataError
from haredge.core.types import Pose
from haredge.core.whole_file import part_of
from haredge.datasets.recording import About, Recording, RecordingBuilder, safe_name, usable_rate
from haredge.manifest import PoseModel

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80)


def about(name: str = "a.mp4", label: str = "waving") -> About:
    model = PoseModel(name="dots", sha256="0" * 64)
    return About(name=name, label=label, group="anna", source="waving/a.mp4", rate_hz=15, pose_model=model)


def recording(name: str = "a.mp4", label: str = "waving", poses: int = 5) -> Recording:
    take = RecordingBuilder(about(name, label))
    for index in range(poses):
        take.add((Pose(index / 15, np.full((17, 3), index / 10, np.float32)),))
    take.add(())
    (built,) = take.build()
    return built


def test_who_is_never_seen_twice_within_what_a_window_bridges_has_no_recording() -> None:
    """Training would leave it out; of several people those who remain are counted."""
    take = RecordingBuilder(about().model_copy(update={"person": "all"}))
    for index in range(10):
        seen = [1, 2] if index % 5 == 0 else [2]
        take.add(tuple(Pose(index * 0.1, np.full((17, 3), each, np.float32), track=each) for each in seen))
    (built,) = take.build()
    assert (len(built.times), built.about.number, built.about.of, take.sparse) == (10, 1, 1, False)


def same(one: Recording, other: Recording) -> bool:
    return (
        one.about == other.about
        and one.frames == other.frames
        and np.array_equal(one.times, other.times)
        and np.array_equal(one.keypoints, other.keypoints)
    )


@given(name=TEXTS, label=TEXTS)
@settings(max_examples=30)
def test_what_is_saved_is_read_again(name: str, label: str) -> None:
    """Names and labels of any letters are kept as they are, and their file lies in the folder it was meant for."""
    with tempfile.TemporaryDirectory() as folder:
        saved = recording(name, label)
        path = saved.save(Path(folder))
        assert path.resolve().parent.parent == Path(folder).resolve()
        assert same(Recording.load(path), saved)
        assert sorted(Path(folder).rglob("*.*z")) == [path]


@given(st.lists(TEXTS, unique=True, max_size=20))
def test_safe_names_are_safe_and_distinguish_texts(texts: list[str]) -> None:
    """No name is hidden, leads elsewhere or is too long for a file system; two texts never share one."""
    names = [safe_name(text) for text in texts]
    assert len(set(names)) == len(texts)
    for name in names:
        assert name
        assert "/" not in name
        assert name[0] not in ".-"
        assert len(f"{name}.npz".encode()) <= 255


def test_plain_names_stay_as_they_are() -> None:
    """A person finds the folder of a label by its name."""
    assert safe_name("sitting_down") == "sitting_down"
    assert safe_name("Kniebeuge-für.2") == "Kniebeuge-für.2"
    assert safe_name("jump / run").startswith("jump_run-")


def test_a_recording_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    """What an interrupted run has left beside is overwritten; a place that cannot be written to is one line."""
    path = about().path(tmp_path)
    path.parent.mkdir()
    part_of(path).write_bytes(b"half")
    recording().save(tmp_path)
    assert [file.name for file in path.parent.iterdir()] == ["a.mp4.npz"]
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match=r"cannot write the recording .*Not a directory"):
        recording().save(tmp_path / "file")


@given(at=st.integers(0, 10**6), byte=st.integers(0, 255))
@settings(max_examples=50)
def test_damage_is_reported_or_does_no_harm(at: int, byte: int) -> None:
    """With any byte changed, or cut off at any place, it is the recording that was saved or an error of one line."""
    with tempfile.TemporaryDirectory() as folder:
        saved = recording()
        path = saved.save(Path(folder))
        content = path.read_bytes()
        place = at % len(content)
        for damaged in (content[:place], content[:place] + bytes([byte]) + content[place + 1 :]):
            path.write_bytes(damaged)
            said = complaint(path, saved)
            assert said == "" or (said.startswith(f"{path}: ") and len(said.splitlines()) == 1)


def complaint(path: Path, saved: Recording) -> str:
    """Read a file that should hold ``saved``; return what is said of its damage, or nothing."""
    try:
        loaded = Recording.load(path)
    except DataError as error:
        return str(error)
    assert same(loaded, saved)
    return ""


def stored(path: Path, **changed: object) -> Path:
    """Save a recording with some of its arrays replaced."""
    whole = recording()
    arrays: dict[str, object] = {
        "about": whole.about.model_dump_json(),
        "frames": 6,
        "times": whole.times,
        "keypoints": whole.keypoints,
    }
    file = io.BytesIO()
    np.savez(file, **{name: np.array(value) for name, value in {**arrays, **changed}.items()})  # type: ignore[arg-type]
    path.write_bytes(file.getvalue())
    return path


GOOD = recording()
NOT_A_NUMBER = GOOD.keypoints.copy()
NOT_A_NUMBER[2, 3, 0] = np.nan


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"keypoints": NOT_A_NUMBER}, "not a number"),
        ({"keypoints": GOOD.keypoints[:, :16]}, "shape"),
        ({"keypoints": GOOD.keypoints[:4]}, "shape"),
        ({"keypoints": GOOD.keypoints.astype(float)}, "float32"),
        ({"times": GOOD.times[::-1]}, "do not grow"),
        ({"times": GOOD.times + np.inf}, "not a number"),
        ({"frames": 4}, "4 frames"),
        ({"frames": "many"}, "many"),
        ({"about": "{}"}, "name"),
        ({"about": "not JSON"}, "JSON"),
        ({"about": np.array([{"name": "pickled"}], object)}, "pickle"),
    ],
)
def test_what_is_not_a_recording_is_reported(tmp_path: Path, changed: dict[str, object], said: str) -> None:
    """Numbers that would make a silent, wrong model are refused; nothing is ever unpickled."""
    with pytest.raises(DataError, match=said):
        Recording.load(stored(tmp_path / "x.npz", **changed))


def test_other_files_are_reported(tmp_path: Path) -> None:
    """An absent file, text, and numpy's other format."""
    np.save(tmp_path / "array.npy", np.zeros(3))
    (tmp_path / "text.npz").write_text("hello")
    for name in ("absent.npz", "text.npz", "array.npy"):
        with pytest.raises(DataError, match=f"{name}: not a recording"):
            Recording.load(tmp_path / name)


@pytest.mark.parametrize("rate_hz", [0.0, 3.9, 121.0, float("nan")])
def test_a_rate_at_which_no_window_fills_is_refused(rate_hz: float) -> None:
    """Poses half a second apart are gaps, all of them: such a recording cannot be trained on."""
    with pytest.raises(ConfigError, match=r"4 to 120"):
        usable_rate(rate_hz)
    assert usable_rate(4) == 4
