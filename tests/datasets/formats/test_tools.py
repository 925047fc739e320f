"""Promises about the tools that people label with: what each writes is read right, or refused with what to export."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from written_poses import SIZE, coco_annotations, coco_results, openpose_person, walker, write_json, write_yolo

from haredge.core.errors import DataError
from haredge.core.keypoints import INDEX, NAMES
from haredge.datasets.formats.skeleton import OPENPOSE_18
from haredge.datasets.reading import read_clips

POSES = walker(12)
REORDERED = (*NAMES[5:], *NAMES[:5])


def cvat(root: Path) -> None:
    """COCO Keypoints 1.0: every label of the project is a category, those without a skeleton with no keypoints."""
    content = coco_annotations([[pose] for pose in POSES], REORDERED)
    content["categories"] = [
        {"id": 1, "name": "chair", "supercategory": "", "keypoints": [], "skeleton": []},
        {"id": 2, "name": "anna", "supercategory": "", "keypoints": list(REORDERED), "skeleton": [[1, 2]]},
    ]
    chair = {"id": 99, "image_id": 1000, "category_id": 1, "bbox": [1, 1, 5, 5], "segmentation": []}
    for index, image in enumerate(sorted(content["images"], key=lambda image: -image["id"])):
        image["file_name"] = f"frame_{index:06}.PNG"
    people = [{**each, "category_id": 2, "attributes": {"occluded": False}} for each in content["annotations"]]
    content["annotations"] = [chair, *people]
    write_json(root / "wave/kitchen/annotations/person_keypoints_default.json", content)


def roboflow_coco(root: Path) -> None:
    """Names of images with a checksum behind, and a category above the one that is used."""
    content = coco_annotations([[pose] for pose in POSES], [name.replace("_", "-") for name in NAMES] and NAMES)
    content["categories"] = [
        {"id": 0, "name": "people", "supercategory": "none"},
        {"id": 1, "name": "person", "supercategory": "people", "keypoints": [n.replace("_", "-") for n in NAMES]},
    ]
    for image in content["images"]:
        number = 1000 - image["id"]
        image["file_name"] = f"clip_{number}_jpg.rf.{'9f2c' * 6}{997 - number:03}.jpg"
    write_json(root / "wave/_annotations.coco.json", content)


def roboflow_yolo(root: Path) -> None:
    """YOLOv8 with a data.yaml, and a checksum behind each name."""
    write_yolo(root / "wave/clip", [[pose] for pose in POSES])
    for number, file in enumerate(sorted((root / "wave/clip").iterdir())):
        file.rename(file.with_name(f"clip_{number:04}_jpg.rf.{'9f2c' * 7}{997 - number:03}.txt"))
    flipped = [
        NAMES.index({"l": "right", "r": "left"}.get(n[0], n) + n[n.index("_") :]) if "_" in n else 0 for n in NAMES
    ]
    (root / "data.yaml").write_text(
        f"train: ../train/images\nkpt_shape: [17, 3]\nflip_idx: {flipped}\nnc: 1\nnames: ['person']\n"
    )
    (root / "recordings.yaml").write_text(f"size_px: [{SIZE[0]}, {SIZE[1]}]\n")


def label_studio_yolo(root: Path) -> None:
    """Write a checksum before each name."""
    write_yolo(root / "wave/clip", [[pose] for pose in POSES])
    for number, file in enumerate(sorted((root / "wave/clip").iterdir())):
        file.rename(file.with_name(f"{(number * 7919 + 7) % 65536:04x}a1b2-clip_{number:04}.txt"))
    (root / "recordings.yaml").write_text(f"size_px: [{SIZE[0]}, {SIZE[1]}]\n")


def alphapose(root: Path) -> None:
    """Results of its format coco, by the names of the images."""
    results = [
        {**each, "image_id": f"{each['image_id']}.jpg", "score": 2.7, "box": [1, 2, 3, 4], "idx": [0.0]}
        for each in coco_results([[pose] for pose in POSES])
    ]
    write_json(root / "wave/alphapose-results.json", results)


def openpose_old(root: Path) -> None:
    """Use the key of versions before 1.3."""
    for number, pose in enumerate(POSES):
        person = openpose_person(pose, OPENPOSE_18)
        frame = {"version": 1.0, "people": [{"pose_keypoints": person["pose_keypoints_2d"]}]}
        write_json(root / f"wave/clip/film_{number:012}_keypoints.json", frame)


def ultralytics(root: Path) -> None:
    """Give the names of another order by class, as newer versions do."""
    order = [INDEX[name] for name in REORDERED]
    write_yolo(root / "wave/clip", [[pose[order]] for pose in POSES])
    (root / "data.yaml").write_text(
        f"kpt_shape: [17, 3]\nnames:\n  0: person\nkpt_names:\n  0: [{', '.join(REORDERED)}]\n"
    )
    (root / "recordings.yaml").write_text(f"size_px: [{SIZE[0]}, {SIZE[1]}]\n")


READ: dict[str, Callable[[Path], None]] = {
    "CVAT": cvat,
    "Roboflow, COCO": roboflow_coco,
    "Roboflow, YOLO": roboflow_yolo,
    "Label Studio, YOLO": label_studio_yolo,
    "AlphaPose": alphapose,
    "OpenPose 1.0": openpose_old,
    "Ultralytics with kpt_names": ultralytics,
}


@pytest.mark.parametrize("tool", READ)
def test_what_a_tool_writes_is_read_joint_by_joint(tool: str, tmp_path: Path) -> None:
    """Every keypoint at its own place, in every frame, in the frames' order."""
    READ[tool](tmp_path)
    (clip,) = read_clips(tmp_path).clips
    assert clip.label == "wave"
    np.testing.assert_allclose(clip.keypoints[..., :2], POSES[..., :2], atol=0.02)


def as_json(content: Any) -> Callable[[Path], None]:
    return lambda root: write_json(root / "wave/clip.json", content)


def as_text(name: str, content: str) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        (root / "wave").mkdir()
        (root / "wave" / name).write_text(content)

    return write


def with_categories(categories: list[dict[str, Any]], names: Sequence[str] = NAMES) -> Callable[[Path], None]:
    content = coco_annotations([[pose] for pose in POSES])
    content["categories"] = categories
    return as_json(content)


def yolo(data: str, numbers: int = 3) -> Callable[[Path], None]:
    def write(root: Path) -> None:
        write_yolo(root / "wave/clip", [[pose] for pose in POSES], numbers=numbers)
        (root / "data.yaml").write_text(data)

    return write


POINTS = {"shape_attributes": {"name": "point", "cx": 5, "cy": 6}, "region_attributes": {"joint": "nose"}}
ANIMAL = [
    "left_eye",
    "right_eye",
    "nose",
    "neck",
    "root_of_tail",
    "left_shoulder",
    "left_elbow",
    "left_front_paw",
    "right_shoulder",
]
POINT = {"type": "keypointlabels", "value": {"x": 5.0, "y": 6.0, "keypointlabels": ["nose"]}, "original_width": 640}
LANDMARKS = ",".join(["waving", *["0.51"] * 132])

REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "VIA, project": (as_json({"_via_settings": {}, "_via_img_metadata": {}}), "VGG Image Annotator"),
    "VIA, annotations": (as_json({"a.jpg1": {"filename": "a.jpg", "size": 1, "regions": [POINTS]}}), "VGG Image"),
    "VIA, CSV": (as_text("via.csv", "filename,file_size,file_attributes,region_count\na.jpg,1,{},1\n"), "VGG Image"),
    "VIA, COCO": (
        as_json({"images": [{"id": 1}], "annotations": [{"image_id": 1, "bbox": [1, 2, 3, 4]}]}),
        "no keypoints; export keypoints",
    ),
    "Label Studio, JSON": (as_json([{"id": 1, "annotations": [{"result": [POINT]}]}]), "Label Studio.*export as COCO"),
    "Label Studio, JSON-MIN": (as_json([{"img": "/a.jpg", "kp": [], "annotation_id": 3}]), "Label Studio"),
    "Label Studio, CSV": (as_text("a.csv", "annotation_id,annotator,img,kp\n1,2,a.jpg,[]\n"), "Label Studio"),
    "Label Studio, TSV": (as_text("a.tsv", "img\tkp\tannotator\tannotation_id\n1\t2\t3\t4\n"), "Label Studio"),
    "CVAT, XML": (
        as_text("annotations.xml", "<?xml version='1.0'?>\n<annotations>\n  <version>1.1</version>\n"),
        "COCO Keypoints 1.0",
    ),
    "CVAT, unnamed points": (
        with_categories([{"id": 1, "name": "person", "keypoints": [str(n) for n in range(1, 18)]}]),
        "category 'person': these are not the joints of a person, or unnamed: 1, 2, 3",
    ),
    "CVAT, boxes": (
        as_json({"images": [{"id": 1}], "annotations": [{"image_id": 1, "category_id": 1}], "categories": []}),
        "COCO Keypoints 1.0",
    ),
    "AlphaPose, cmu": (as_json({"0.jpg": {"version": "AlphaPose v0.2", "bodies": [{"joints": []}]}}), "--format coco"),
    "AlphaPose, open": (as_json({"0.jpg": {"version": "AlphaPose v0.2", "people": []}}), "--format coco"),
    "MediaPipe, landmarks": (as_text("coords.csv", f"class,x1,y1,z1,v1,x2,y2,z2,v2\n{LANDMARKS}\n"), "haredge extract"),
    "MediaPipe, samples": (as_text("poses.csv", "sample_1," + LANDMARKS + "\n"), "haredge extract"),
    "MediaPipe, names": (as_text("p.csv", "frame;NOSE_x;NOSE_y;NOSE_z\n0;1;2;3\n"), "haredge extract"),
    "AP-10K": (with_categories([{"id": 1, "name": "dog", "keypoints": ANIMAL}]), "not the joints of a person"),
    "an animal without names": (with_categories([{"id": 1, "name": "dog"}]), "call the category 'person'"),
    "another category": (with_categories([{"id": 7, "name": "person"}]), "category_id 1 is none of the file's"),
    "two noses": (
        with_categories([{"id": 1, "name": "person", "keypoints": ["nose", "nose", *NAMES[2:]]}]),
        "two joints are named nose",
    ),
    "MMPose, an id missing": (
        as_json({"meta_info": {"keypoint_id2name": {"1": "nose"}}, "instance_info": []}),
        "the ids of 1 keypoint are 0 to 0",
    ),
    "YOLO, a dog": (yolo("kpt_shape: [17, 3]\nnames: {0: dog}\n"), "call the class 'person'"),
    "YOLO, another flip_idx": (yolo("kpt_shape: [17, 3]\nflip_idx: [1, 0, 2]\n"), "name the joints in kpt_names"),
    "YOLO, another shape": (yolo("kpt_shape: [26, 3]\n"), "by kpt_shape in data.yaml a line has 83"),
    "YOLO, 21 joints": (yolo("kpt_shape: [21, 3]\n"), "21 keypoints without names"),
    "YOLO, too few names": (yolo("kpt_shape: [17, 3]\nkpt_names: [left_hip]\n"), "kpt_names has 1 name,"),
    "YOLO, no shape": (yolo("kpt_shape: 17\n"), "kpt_shape: 17; needed is what Ultralytics"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_right_is_refused_with_the_way_out(what: str, tmp_path: Path) -> None:
    """One line that names the file, what it is, and what to export or write instead."""
    write, words = REFUSED[what]
    write(tmp_path)
    with pytest.raises(DataError, match=words) as raised:
        read_clips(tmp_path)
    assert str(tmp_path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_26_joints_are_not_taken_for_17(tmp_path: Path) -> None:
    """26 of x, y are 57 numbers, as are 17 of x, y, visibility and a confidence: joints outside the box decide."""
    for number, pose in enumerate(POSES):
        joints = np.vstack([pose[:, :2], np.tile(pose[:1, :2], (9, 1))]) / SIZE
        low, high = joints.min(axis=0), joints.max(axis=0)
        values = [*(low + high) / 2, *(high - low), *joints.ravel()]
        file = tmp_path / f"wave/clip/frame_{number}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("0 " + " ".join(f"{value:.5f}" for value in values) + "\n")
    with pytest.raises(DataError, match=r"57 numbers, read as 17 keypoints.*kpt_shape"):
        read_clips(tmp_path)
    (tmp_path / "data.yaml").write_text("kpt_shape: [26, 2]\n")
    (tmp_path / "recordings.yaml").write_text(f"size_px: [{SIZE[0]}, {SIZE[1]}]\n")
    (clip,) = read_clips(tmp_path).clips
    np.testing.assert_allclose(clip.keypoints[..., :2], POSES[..., :2], atol=0.02)


def test_an_animal_beside_a_person_is_passed_over(tmp_path: Path) -> None:
    """Its category says that it is one."""
    content = coco_annotations([[pose, pose + 300] for pose in POSES])
    content["categories"] = [
        {"id": 7, "name": "dog", "keypoints": ANIMAL},
        {"id": 1, "name": "person", "keypoints": list(NAMES)},
    ]
    for index, each in enumerate(content["annotations"]):
        if each["keypoints"][0] > 600:
            content["annotations"][index] = {**each, "category_id": 7}
    write_json(tmp_path / "wave/clip.json", content)
    (clip,) = read_clips(tmp_path).clips
    np.testing.assert_allclose(clip.keypoints[..., :2], POSES[..., :2], atol=0.02)


@pytest.mark.parametrize(
    "spelt",
    [
        lambda name: "".join(part.capitalize() for part in name.split("_")),
        lambda name: name.upper(),
        lambda name: name.replace("left_", "L").replace("right_", "R"),
        lambda name: name.replace("left_", "l.").replace("right_", "r."),
        lambda name: " ".join(reversed(name.split("_"))),
        lambda name: f"{name}_joint" if name != "nose" else name,
    ],
)
def test_names_of_joints_are_understood_as_people_spell_them(spelt: Callable[[str], str], tmp_path: Path) -> None:
    """Camel case, capitals, a letter for the side, the side behind."""
    content = coco_annotations([[pose] for pose in POSES], REORDERED)
    content["categories"][0]["keypoints"] = [spelt(name) for name in REORDERED]
    write_json(tmp_path / "wave/clip.json", content)
    (clip,) = read_clips(tmp_path).clips
    np.testing.assert_allclose(clip.keypoints[..., :2], POSES[..., :2], atol=0.02)


def test_a_tools_folders_are_not_labels(tmp_path: Path) -> None:
    """An export that was unpacked without a folder for its label."""
    content = json.loads(json.dumps(coco_annotations([[pose] for pose in POSES])))
    write_json(tmp_path / "annotations/person_keypoints_default.json", content)
    with pytest.raises(DataError, match="'annotations' is not a label"):
        read_clips(tmp_path)
