"""A model's contract."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from model_folders import ACTIVITY, STILL

from haredge.core.errors import ModelError
from haredge.manifest import (
    MANIFEST,
    MOST_BYTES,
    MOST_LABELS,
    ActivityManifest,
    DataSet,
    Manifest,
    PoseManifest,
)

POSE = PoseManifest(
    name="pose-192",
    sha256="0" * 64,
    trained_on=(DataSet(name="synthetic people", licence="MIT"),),
    licence="MIT",
    input_size=(192, 192),
    stride=8,
    min_pose_score=0.3,
    measured={"pck": 0.5},
)


@pytest.mark.parametrize("manifest", [POSE, ACTIVITY, STILL], ids=["pose", "activity", "still"])
def test_what_is_saved_is_loaded(tmp_path: Path, manifest: Manifest) -> None:
    """A manifest read back is the manifest that was written, of its own kind."""
    manifest.save(tmp_path)
    assert Manifest.load(tmp_path) == manifest
    assert type(manifest).load(tmp_path) == manifest


def test_the_largest_manifest_that_training_writes_is_loaded(tmp_path: Path) -> None:
    """Hours of training on a thousand labels end with a model that can be used."""
    labels = tuple(str(number) for number in range(MOST_LABELS))
    counts = ((10,) * MOST_LABELS,) * MOST_LABELS
    thresholds = dict.fromkeys(labels, 0.5)
    manifest = STILL.model_copy(update={"labels": labels, "confusion": counts, "thresholds": thresholds})
    manifest.save(tmp_path)
    assert Manifest.load(tmp_path) == manifest


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
    ("manifest", "changes", "words"),
    [
        (POSE, {"kind": "dance"}, "'pose', 'activity', 'still'"),
        (STILL, {"thresholds": {"pink": 0.5}}, "thresholds.pink: allowed are the labels"),
        (STILL, {"input_size": [8, 8]}, "input_size.0: "),
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
        (ACTIVITY, {"keypoints": ["nose", "nose"]}, "keypoints: allowed are names, each given once"),
        (ACTIVITY, {"least_span_s": 9}, "least_span_s: allowed is at most span_s"),
        (ACTIVITY, {"sensitivities": {"low": {"jump": 0.5}}}, r"sensitivities\.low\.jump: allowed are the labels"),
        (ACTIVITY, {"min_durations_s": {"jump": 0.5}}, r"min_durations_s\.jump: allowed are the labels"),
        (ACTIVITY, {"span_s": 0}, "span_s: .*greater than 0, found 0"),
        (ACTIVITY, {"accuracy": {"float32": 0.9}}, r"accuracy\.int8: Field required"),
    ],
)
def test_a_mistake_is_one_line(tmp_path: Path, manifest: Manifest, changes: dict[str, Any], words: str) -> None:
    """A mistake is reported in one line: the file, the dotted key, what is allowed and what was found."""
    with pytest.raises(ModelError, match=words) as caught:
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


NOT_LABELS = {
    "line break": "wav\ning",
    "escape codes": "\x1b[31mred\x1b[0m",
    "haredge's own": "no_person",
    "unknown": "unknown",
    "Home Assistant's": "unavailable",
    "surrogate": "\ud800",
    "blank": "  ",
    "long": "x" * 10_000,
    "NUL": "a\0b",
    "right to left": "\u202egnivaw",
    "empty": "",
}


@pytest.mark.parametrize("label", NOT_LABELS.values(), ids=NOT_LABELS.keys())
@pytest.mark.parametrize("key", ["labels", "rest", "thresholds", "meaning", "unlisted"])
def test_labels_are_labels_wherever_they_stand(tmp_path: Path, key: str, label: str) -> None:
    """A label of a model follows the rule for labels, and the message about it is fit for a terminal."""
    values: dict[str, Any] = {
        "labels": ["squat", label],
        "rest": [label],
        "thresholds": {label: 0.5},
        "meaning": {"recorded": label},
        "unlisted": label,
    }
    with pytest.raises(ModelError, match=f"{key}|not JSON") as caught:
        Manifest.load(saved_with(tmp_path, ACTIVITY, **{key: values[key]}))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


def test_a_label_is_one_in_either_unicode_form(tmp_path: Path) -> None:
    """A label with an accent is the same, whether the accent is a character of its own or not."""
    whole, apart = "\u00e9tirer", "e\u0301tirer"
    changes: dict[str, Any] = {
        "labels": ["squat", apart],
        "rest": [whole],
        "thresholds": {apart: 0.5},
        "meaning": {apart: whole},
    }
    manifest = ActivityManifest.load(saved_with(tmp_path, ACTIVITY, **changes))
    assert manifest.labels == ("squat", whole)
    assert manifest.rest == (whole,)
    assert set(manifest.thresholds) == {whole}
    assert manifest.meaning == {whole: whole}
    with pytest.raises(ModelError, match="each given once"):
        Manifest.load(saved_with(tmp_path, ACTIVITY, labels=[whole, apart], rest=[], thresholds={}))


@pytest.mark.parametrize(
    "changes",
    [
        {"licence": "\x1b]0;title\x07x"},
        {"trained_on": [{"name": "a\nb", "licence": "x"}]},
        {"measured": {"\x1b[31m": 1}},
        {"measured": {"pck": float("nan")}},
        {"\x1b[31m": 1},
        {"kind": "\x1b[31m"},
        {"licence": "x" * 5000},
        {"file": "../model.tflite"},
        {"file": "golden.npz"},
        {"file": "\x1b[31m"},
    ],
)
def test_no_text_of_a_manifest_is_obeyed_by_a_terminal(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Line breaks and escape codes are refused in every text, and escaped in the message, keys included."""
    with pytest.raises(ModelError) as caught:
        Manifest.load(saved_with(tmp_path, POSE, **changes))
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("number", ["9" * 5000, "1e999", "-" + "9" * 4000, "1" + "0" * 400])
def test_numbers_of_any_length_are_one_line(tmp_path: Path, number: str) -> None:
    """Python refuses to print what it reads."""
    text = json.dumps(POSE.model_dump(mode="json")).replace("[192, 192]", f"[192, {number}]")
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(ModelError) as caught:
        Manifest.load(tmp_path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["pipe", "device", "large"])
def test_only_a_regular_file_of_some_size_is_read(tmp_path: Path, kind: str) -> None:
    """A pipe would wait indefinitely, a device or a huge file fill the memory."""
    if kind == "pipe":
        os.mkfifo(tmp_path / MANIFEST)
    elif kind == "device":
        (tmp_path / MANIFEST).symlink_to("/dev/zero")
    else:
        (tmp_path / MANIFEST).write_bytes(b" " * (MOST_BYTES + 1))
    with pytest.raises(ModelError, match=r"manifest\.json: cannot read the model's manifest: it is"):
        Manifest.load(tmp_path)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    """A folder without a manifest is named, with the reason."""
    with pytest.raises(ModelError, match=r"manifest\.json: cannot read the model's manifest: No such file"):
        Manifest.load(tmp_path)
