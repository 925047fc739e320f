"""Promises of COCO keypoints in images: the largest person's joints are where the file says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from haredge.core.errors import DataError
from haredge.core.keypoints import NAMES
from haredge.datasets.formats.coco_keypoints import read_coco


def annotation(image_id: int, area: float, x: float, crowd: int = 0) -> dict[str, Any]:
    return {"image_id": image_id, "area": area, "iscrowd": crowd, "keypoints": [x, 2, 2] + [0] * 48}


def test_coco_gives_the_largest_labelled_person(tmp_path: Path) -> None:
    """Of several people the largest counts; crowds, and images without keypoints, are left out."""
    unlabelled = {**annotation(2, 9000, 0), "keypoints": [0] * 51}
    content = {
        "images": [{"id": 1, "file_name": "a.jpg"}, {"id": 2, "file_name": "b.jpg"}],
        "annotations": [annotation(1, 50, 5), annotation(1, 80, 8), annotation(1, 900, 9, crowd=1), unlabelled],
    }
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(content))
    (labels,) = read_coco(path)
    assert labels.name == "a.jpg"
    assert labels.area_px == 80
    np.testing.assert_array_equal(labels.keypoints[0], (8, 2, 2))
    assert labels.keypoints.shape == (17, 3)


@pytest.mark.parametrize("content", ["{", "[]", '{"images": [], "annotations": [{}]}'])
def test_another_json_is_refused(tmp_path: Path, content: str) -> None:
    """JSON that holds no COCO keypoints is one clear error with the file's name."""
    path = tmp_path / "other.json"
    path.write_text(content)
    with pytest.raises(DataError, match=r"other\.json: not a file of COCO keypoints"):
        list(read_coco(path))


def test_joints_are_those_that_the_category_names(tmp_path: Path) -> None:
    """Another order is followed; an animal's are refused."""
    order = [*NAMES[5:], *NAMES[:5]]
    keypoints = [value for index in range(17) for value in (index + 1, 2, 2)]
    annotation = {"id": 1, "image_id": 1, "category_id": 3, "bbox": [0, 0, 9, 9], "keypoints": keypoints}
    content = {"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [annotation]}
    path = tmp_path / "people.json"
    path.write_text(json.dumps({**content, "categories": [{"id": 3, "name": "person", "keypoints": order}]}))
    (labels,) = read_coco(path)
    assert [labels.keypoints[NAMES.index(name), 0] for name in order] == list(range(1, 18))
    animal = {"id": 3, "name": "dog", "keypoints": ["left_front_paw", "tail", *[f"joint_{n}" for n in range(15)]]}
    path.write_text(json.dumps({**content, "categories": [animal]}))
    with pytest.raises(DataError, match="not the joints of a person"):
        list(read_coco(path))
