"""Tests of reading COCO keypoints from JSON, as several programs write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from written_poses import coco_annotations, coco_results, mmpose_frames, walker, write_json

from haredge.core.errors import DataError
from haredge.core.keypoints import NAMES
from haredge.datasets.clips import LabelledClip
from haredge.datasets.formats import coco_json

POSES = walker(12)
FRAMES = [[pose] if t != 5 else [] for t, pose in enumerate(POSES)]


def read(root: Path, content: Any, name: str = "wave/a.json") -> LabelledClip:
    write_json(root / name, content)
    (clip,) = coco_json.read(root)
    return clip


@pytest.mark.parametrize(
    "content",
    [
        coco_results(FRAMES),
        coco_results(FRAMES)[::-1],
        coco_annotations(FRAMES),
        mmpose_frames(FRAMES),
        {"meta_info": {"dataset_name": "coco"}, "instance_info": mmpose_frames(FRAMES)},
    ],
    ids=["results", "results in another order", "annotations", "MMPose", "MMPose with meta information"],
)
def test_every_form_gives_the_same_clip(tmp_path: Path, content: Any) -> None:
    """Frames by their number or their image's name, keypoints where they were, a gap where no person was."""
    clip = read(tmp_path, content)
    np.testing.assert_allclose(clip.keypoints, np.delete(POSES, 5, axis=0) * (1, 1, clip.keypoints[0, 0, 2]), rtol=1e-5)
    np.testing.assert_allclose(clip.times * 30, [t for t in range(12) if t != 5])
    assert (clip.name, clip.label, clip.group) == ("wave/a", "wave", "wave/a")


def test_results_may_name_the_image(tmp_path: Path) -> None:
    """An image_id that is a file's name is ordered by its last number."""
    results = [{**entry, "image_id": f"cam2_{entry['image_id']:03}.jpg"} for entry in coco_results(FRAMES)]
    assert len(read(tmp_path, results).times) == 11


def test_joints_are_mapped_by_the_names_that_a_file_has(tmp_path: Path) -> None:
    """Names of COCO in another order are COCO's keypoints; more joints than COCO has are dropped."""
    content = coco_annotations(FRAMES, NAMES[::-1])
    np.testing.assert_allclose(read(tmp_path, content).keypoints[0, :, :2], POSES[0, :, :2], rtol=1e-5)
    frames = mmpose_frames(FRAMES)
    for frame in frames:
        for person in frame["instances"]:
            person["keypoints"] = [[1.0, 1.0], *person["keypoints"]]
            person["keypoint_scores"] = [0.9, *person["keypoint_scores"]]
    names = {str(index): name for index, name in enumerate(["Tail", *(name.replace("_", " ") for name in NAMES)])}
    wrapped = {"meta_info": {"keypoint_id2name": names}, "instance_info": frames}
    np.testing.assert_allclose(read(tmp_path, wrapped).keypoints[0, :, :2], POSES[0, :, :2], rtol=1e-5)


def test_the_whole_bodys_first_17_are_cocos(tmp_path: Path) -> None:
    """Of COCO-WholeBody's 133 keypoints, face, hands and feet are dropped."""
    frames = mmpose_frames(FRAMES)
    for frame in frames:
        for person in frame["instances"]:
            person["keypoints"] += [[3.0, 3.0]] * 116
            person["keypoint_scores"] += [0.8] * 116
    np.testing.assert_allclose(read(tmp_path, frames).keypoints[0, :, :2], POSES[0, :, :2], rtol=1e-5)


def test_hidden_keypoints_have_half_a_score_and_unlabelled_ones_none(tmp_path: Path) -> None:
    """COCO's visibility 2, 1, 0."""
    content = coco_annotations(FRAMES)
    for person in content["annotations"]:
        person["keypoints"][3 * 3 + 2] = 1
        person["keypoints"][4 * 3 : 5 * 3] = [0, 0, 0]
    np.testing.assert_array_equal(read(tmp_path, content).keypoints[0, 3:6, 2], [0.5, 0, 1])


def test_detectron2s_low_scores_count_as_it_counts_them(tmp_path: Path) -> None:
    """Detectron2 draws keypoints from 0.05; other programs' scores stay as they are."""
    low = [[np.column_stack([pose[:, :2], np.linspace(0.02, 0.6, 17)]) for pose in people] for people in FRAMES]
    theirs = read(tmp_path / "one", coco_results(low), "wave/a/coco_instances_results.json")
    seen = theirs.keypoints[0, :, 2] >= 0.2
    np.testing.assert_array_equal(seen, np.linspace(0.02, 0.6, 17) >= 0.05)
    assert theirs.keypoints[..., 2].max() <= 1
    others = read(tmp_path / "two", coco_results(low))
    np.testing.assert_allclose(others.keypoints[0, :, 2], np.linspace(0.02, 0.6, 17), rtol=1e-6)


def test_one_of_several_people_is_followed(tmp_path: Path) -> None:
    """Entries of other people in the same frame are theirs."""
    other = walker(12, 900, tall=100)
    clip = read(tmp_path, coco_results([[other[t], POSES[t]] for t in range(12)]))
    np.testing.assert_allclose(clip.keypoints[..., :2], POSES[..., :2], rtol=1e-5)


POSE = POSES[0].ravel().tolist()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "no COCO keypoints"),
        (3, "no COCO keypoints"),
        ([{"bbox": [0, 0, 1, 1]}], "no COCO keypoints"),
        ([], "no person is seen"),
        ([{"keypoints": [[1, 2]], "keypoint_scores": [1]}], "one image"),
        ([{"image_id": 1, "keypoints": POSE}, {"image_id": 2}], r"\[1\]: image_id and keypoints"),
        ([{"image_id": 1, "keypoints": POSE[:-1]}], r"\[0\]: 50 numbers"),
        ([{"image_id": 1, "keypoints": POSE[:-3]}], r"\[0\]: 16 keypoints without names"),
        ([{"image_id": 1, "keypoints": [*POSE[:-1], float("nan")]}], r"\[0\].*NaN"),
        ([{"image_id": 1, "keypoints": [*POSE[:-1], "x"]}], r"\[0\].*numbers"),
        ([{"image_id": "x", "keypoints": POSE}], r"\[0\]: a frame needs a number"),
        ([{"image_id": None, "keypoints": POSE}], r"\[0\]: a frame needs a number"),
        ({"images": [{"id": 1}], "annotations": [{"image_id": 2, "keypoints": POSE}]}, "names none of the images"),
        ({"images": [{}], "annotations": []}, r"images\[0\]"),
        ({"images": [{"id": 1}], "annotations": [7, {"keypoints": POSE}]}, r"annotations\[0\]"),
        (
            {
                "images": [{"id": 1}],
                "annotations": [{"image_id": 1, "category_id": 1, "keypoints": POSE}],
                "categories": [{"id": 1, "name": "person", "keypoints": 17}],
            },
            r"a\.json: category 'person': its keypoints are not a list of names",
        ),
        ([{"instances": 3}], r"\[0\]: a frame of MMPose"),
        ([{"instances": [{"keypoints": [[1, 2, 3]], "keypoint_scores": [1]}]}], r"instances\[0\]"),
        ([{"instances": [{"keypoints": [[1, 2]]}]}], r"instances\[0\]"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, content: Any, words: str) -> None:
    """The file, the entry and what is wrong with it, in one line."""
    write_json(tmp_path / "wave/a.json", content)
    with pytest.raises(DataError, match=words) as error:
        coco_json.read(tmp_path)
    assert len(str(error.value).splitlines()) == 1
