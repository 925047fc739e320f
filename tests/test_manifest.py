"""A model's contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from model_folders import ACTIVITY

from haredge.core.errors import ModelError
from haredge.manifest import (
    MANIFEST,
    ActivityManifest,
    DataSet,
    Manifest,
    PoseManifest,
)

POSE = PoseManifest(
    name="pose-192",
    sha256="0" * 64,
    trained_on=(DataSet(name="drawn people", licence="MIT"),),
    licence="MIT",
    input_size=(192, 192),
    stride=8,
    min_pose_score=0.3,
    measured={"pck": 0.5},
)


@pytest.mark.parametrize("manifest", [POSE, ACTIVITY], ids=["pose", "activity"])
def test_what_is_saved_is_loaded(tmp_path: Path, manifest: Manifest) -> None:
    """A manifest read back is the manifest that was written, of its own kind."""
    manifest.save(tmp_path)
    assert Manifest.load(tmp_path) == manifest
    assert type(manifest).load(tmp_path) == manifest


def test_the_kind_is_insisted_on(tmp_path: Path) -> None:
    """A pose model given where an activity model is wanted is refused by its kind."""
    POSE.save(tmp_path)
    with pytest.raises(ModelError, match="a model of the kind 'pose'"):
        ActivityManifest.load(tmp_path)


def saved_with(folder: Path, manifest: Manifest, **changes: Any) -> Path:
    values = {**manifest.model_dump(mode="json"), **changes}
    (folder / MANIFEST).write_text(json.dumps(values))
    return folder


@pytest.mark.parametrize(
    ("manifest", "changes", "told"),
    [
        (POSE, {"kind": "dance"}, "'pose', 'activity'"),
        (POSE, {"sha256": "12"}, "sha256: .*, found '12'"),
        (POSE, {"strides": 8}, "strides: Extra inputs are not permitted, found 8"),
        (POSE, {"input_size": [192]}, "input_size"),
        (POSE, {"input_size": [192, 3]}, r"input_size\.1: .* 16, found 3"),
        (POSE, {"min_pose_score": 1.5}, "min_pose_score: .*less than or equal to 1, found 1.5"),
        (POSE, {"name": "../etc"}, "name: .*pattern"),
        (ACTIVITY, {"labels": ["squat", "squat"]}, "labels: allowed are names, each given once"),
        (ACTIVITY, {"confusion": [[1, 2]]}, "confusion: allowed is a matrix of 2 x 2"),
        (ACTIVITY, {"thresholds": {"jump": 0.5}}, r"thresholds\.jump: allowed are the labels \(squat, wave\)"),
        (ACTIVITY, {"rest": ["other"]}, r"rest\.other: allowed are the labels \(squat, wave\)"),
        (ACTIVITY, {"keypoints": ["nose", "tail"]}, r"keypoints\.1: allowed are COCO's keypoints"),
        (ACTIVITY, {"span_s": 0}, "span_s: .*greater than 0, found 0"),
        (ACTIVITY, {"accuracy": {"float32": 0.9}}, r"accuracy\.int8: Field required"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, manifest: Manifest, changes: dict[str, Any], told: str) -> None:
    """A mistake is told in one line: the file, the dotted key, what is allowed and what was found."""
    with pytest.raises(ModelError, match=told) as caught:
        Manifest.load(saved_with(tmp_path, manifest, **changes))
    assert str(caught.value).startswith(str(tmp_path / MANIFEST))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null", b'"x"'])
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that is empty, cut short or not an object is refused in one line."""
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(ModelError) as caught:
        Manifest.load(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    """A folder without a manifest is named, with the reason."""
    with pytest.raises(ModelError, match=r"manifest\.json: cannot read the model's manifest: No such file"):
        Manifest.load(tmp_path)
