"""Promises of archives of unknown origin: whatever a file of data is, reading it ends soon, in one line."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from haredge.core.errors import DataError, HaredgeError
from haredge.datasets import archives
from haredge.datasets.formats.coco_keypoints import read_coco
from haredge.datasets.image_set import ImageSet
from haredge.datasets.reading import read_clips
from haredge.datasets.recording import About, Recording
from haredge.manifest import PoseModel
from haredge.training import fine_tuning, recipe

Damage = Callable[[bytearray], None]


def _both(archive: bytearray, local: int, central: int, value: int) -> None:
    """Set a byte of a zip's only file, in both of its headers."""
    archive[local] = value
    archive[archive.find(b"PK\x01\x02") + central] = value


def _password(archive: bytearray) -> None:
    _both(archive, 6, 8, 1)


def _unknown_packing(archive: bytearray) -> None:
    _both(archive, 8, 10, 99)


def _damaged(archive: bytearray) -> None:
    archive[60:90] = b"\xff" * 30


def _zip(path: Path, name: str, damage: Damage) -> Path:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, bytes(range(256)) * 20)
    changed = bytearray(content.getvalue())
    damage(changed)
    path.write_bytes(changed)
    return path


@pytest.mark.parametrize("damage", [_password, _unknown_packing, _damaged])
@pytest.mark.parametrize(
    ("file", "inner", "read"),
    [
        ("labels.zip", "labels/0001.mat", read_clips),
        ("images.zip", "a.jpg", lambda path: ImageSet(path).content("a.jpg")),
        ("split1.npz", "train_joints.npy", read_clips),
    ],
)
def test_a_damaged_archive_is_one_line(
    file: str, inner: str, read: Callable[[Path], object], damage: Damage, tmp_path: Path
) -> None:
    """One that has a password or is packed in an unknown way, too."""
    with pytest.raises(DataError) as caught:
        read(_zip(tmp_path / file, inner, damage))
    assert "\n" not in str(caught.value)


def test_what_is_larger_than_its_bound_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Packed zeros are small on the disk only."""
    path = tmp_path / "a.npz"
    np.savez_compressed(path, zeros=np.zeros(1 << 20))
    with archives.open_zip(path) as archive, pytest.raises(OSError, match="larger than 1 MB"):
        archives.member(archive, "zeros.npy", 1_000_000)
    monkeypatch.setattr(archives, "MOST_BYTES", 1 << 20)
    with pytest.raises(ValueError, match="larger than"), archives.open_arrays(path):
        pass


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("labels.zip", read_clips),
        ("a.npz", read_clips),
        ("people.json", lambda path: list(read_coco(path))),
        ("images.zip", lambda path: ImageSet(path).names()),
        ("recipe.json", recipe.read),
        ("start.npz", lambda path: fine_tuning.read(str(path))),
    ],
)
def test_a_pipe_and_a_device_are_not_waited_for(name: str, read: Callable[[Path], object], tmp_path: Path) -> None:
    """A pipe would never answer, /dev/zero never end."""
    path = tmp_path / name
    for make in (os.mkfifo, lambda path: path.symlink_to("/dev/zero")):
        make(path)
        with pytest.raises(HaredgeError, match="pipe, a socket or a device"):
            read(path)
        path.unlink()


def test_a_pipe_among_recordings_is_refused(tmp_path: Path) -> None:
    """It lies where a recording would."""
    about = About(name="a", label="walk", group="g", source="s", rate_hz=10, pose_model=PoseModel(name="p"))
    whole = Recording(about, 5, np.arange(5) / 10, np.ones((5, 17, 3), np.float32)).save(tmp_path)
    os.mkfifo(whole.with_name("b.npz"))
    with pytest.raises(DataError, match="a pipe"):
        read_clips(tmp_path)


def test_an_interrupted_recording_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was begun is taken away."""
    about = About(name="a", label="walk", group="g", source="s", rate_hz=10, pose_model=PoseModel(name="p"))

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        Recording(about, 5, np.arange(5) / 10, np.ones((5, 17, 3), np.float32)).save(tmp_path)
    assert not list((tmp_path / "walk").iterdir())


MOTIONS: dict[str, Any] = {
    "joints": np.zeros((6, 13, 3), np.float32),
    "offset": np.array([0, 6]),
    "label": np.array(["walk"]),
    "name": np.array(["a"]),
    "subject": np.array(["s"]),
    "fps": np.array([30.0]),
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"offset": np.array([0, 3, 6])},
        {"offset": np.array([0.5, 1.5])},
        {"joints": np.zeros((6, 2), np.float32)},
        {"label": np.array("walk")},
        {"fps": np.array([0.0])},
        {"fps": np.array([np.nan])},
    ],
)
def test_motions_of_another_shape_are_one_line(wrong: dict[str, Any], tmp_path: Path) -> None:
    """Arrays that do not fit each other, and rates that are none."""
    np.savez(tmp_path / "m.npz", **(MOTIONS | wrong))
    with pytest.raises(DataError, match="not a file of 3D motions"):
        read_clips(tmp_path / "m.npz")


@pytest.mark.parametrize(
    "wrong", [{"joints": np.zeros(4, np.float32)}, {"length": np.array([9])}, {"label": np.array(["a", "b"])}]
)
def test_a_split_of_another_shape_is_one_line(wrong: dict[str, Any], tmp_path: Path) -> None:
    """JHMDB's joints, lengths and labels belong together."""
    arrays = {"joints": np.zeros((4, 15, 2), np.float32), "length": np.array([4]), "label": np.array(["a"])} | wrong
    np.savez(
        tmp_path / "s.npz", **{f"{part}_{key}": each for part in ("train", "test") for key, each in arrays.items()}
    )
    with pytest.raises(DataError, match="not a split of JHMDB"):
        read_clips(tmp_path / "s.npz")


BEFORE = '{"images": [{"id": 1, "file_name": "a"}], "annotations": [{"image_id": 1, '


@pytest.mark.parametrize(
    "content",
    [
        "[" * 100_000,
        BEFORE + '"area": 1, "keypoints": [NaN, 1, 2]}]}',
        BEFORE + f'"keypoints": [1, 1, 2], "area": 1{"0" * 400}' + "}]}",
    ],
    ids=["nested", "NaN", "large"],
)
def test_absurd_coco_files_are_one_line(content: str, tmp_path: Path) -> None:
    """Nested beyond reason, or with numbers that are none."""
    path = tmp_path / "people.json"
    path.write_text(content)
    with pytest.raises(DataError):
        list(read_coco(path))
