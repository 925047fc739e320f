"""Made-up recordings in the forms of other programs, for the tests of the importers."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from haredge.core.keypoints import INDEX, NAMES
from haredge.datasets.formats.skeleton import OPENPOSE_18, OPENPOSE_25

Poses = NDArray[np.float64]
"""(n, 17, 3) x, y in pixels and score."""

SIZE = (1280, 720)


def walker(frames: int, x: float = 400.0, step: float = 2.0, tall: float = 200.0) -> Poses:
    """Draw a person who goes to the right, arms and legs swinging, every keypoint at a place of its own."""
    heights = {"shoulder": 0.2, "elbow": 0.4, "wrist": 0.55, "hip": 0.5, "knee": 0.75, "ankle": 1.0}
    poses = np.ones((frames, len(NAMES), 3))
    phase = np.arange(frames) / 4
    for name, index in INDEX.items():
        side, _, part = name.partition("_")
        sign = {"left": 1, "right": -1}.get(side, 0)
        poses[:, index, 0] = x + step * np.arange(frames) + sign * (8 + index + tall / 10 * np.sin(phase))
        poses[:, index, 1] = 150 + tall * heights.get(part, 0.1) + index
    return poses.round(3)


def openpose_person(pose: Poses, names: Sequence[str] = OPENPOSE_25) -> dict[str, Any]:
    """Write one person as OpenPose does: joints that COCO lacks stand at (7, 7)."""
    rows = [pose[INDEX[name]].tolist() if name in INDEX else [7.0, 7.0, 0.9] for name in names]
    return {"person_id": [-1], "pose_keypoints_2d": [number for row in rows for number in row], "face_keypoints_2d": []}


def write_openpose(folder: Path, frames: Sequence[Sequence[Poses]], names: Sequence[str] = OPENPOSE_25) -> None:
    """Write the people of each frame into a folder of ``film_000000000000_keypoints.json``."""
    folder.mkdir(parents=True)
    for number, people in enumerate(frames):
        content = {"version": 1.3, "people": [openpose_person(pose, names) for pose in people]}
        (folder / f"film_{number:012}_keypoints.json").write_text(json.dumps(content))


def write_yolo(
    folder: Path, frames: Sequence[Sequence[Poses]], size: tuple[int, int] = SIZE, numbers: int = 3, end: str = ""
) -> None:
    """Write the people of each frame into a folder of ``frame_000000.txt``."""
    folder.mkdir(parents=True)
    for number, people in enumerate(frames):
        lines = []
        for pose in people:
            parts = pose / (*size, 1)
            lines.append(" ".join(f"{value:.6f}" for value in (0.5, 0.5, 0.2, 0.4, *parts[:, :numbers].ravel())))
        (folder / f"frame_{number:06}.txt").write_text("".join(f"0 {line}{end}\n" for line in lines))


def coco_results(frames: Sequence[Sequence[Poses]]) -> list[dict[str, Any]]:
    """Give the people as results of the COCO evaluation."""
    return [
        {"image_id": number, "category_id": 1, "keypoints": pose.ravel().tolist(), "score": 0.9}
        for number, people in enumerate(frames)
        for pose in people
    ]


def coco_annotations(frames: Sequence[Sequence[Poses]], names: Sequence[str] = NAMES) -> dict[str, Any]:
    """Give the people as COCO's annotations, images and annotations in a muddled order."""
    images = [{"id": 1000 - number, "file_name": f"frame_{number}.jpg"} for number in range(len(frames))]
    people = [(number, pose) for number, everybody in enumerate(frames) for pose in everybody]
    annotations = [
        {
            "id": index,
            "image_id": 1000 - number,
            "category_id": 1,
            "keypoints": [value for name in names for value in (*pose[INDEX[name], :2].tolist(), 2)],
        }
        for index, (number, pose) in enumerate(people)
    ]
    return {
        "images": images[::-1],
        "annotations": annotations[::2] + annotations[1::2],
        "categories": [{"id": 1, "name": "person", "keypoints": list(names)}],
    }


def mmpose_frames(frames: Sequence[Sequence[Poses]]) -> list[dict[str, Any]]:
    """Give the people as MMPose's demos save them."""
    return [
        {
            "frame_id": number,
            "instances": [
                {"keypoints": pose[:, :2].tolist(), "keypoint_scores": pose[:, 2].tolist(), "bbox": [[0, 0, 1, 1]]}
                for pose in people
            ],
        }
        for number, people in enumerate(frames)
    ]


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def rnn_har_lines(poses: Poses) -> list[str]:
    """Give each frame's 18 joints as a line; those that COCO lacks stand at (7, 7)."""
    joints = [[pose[INDEX[n], :2] if n in INDEX else np.array([7.0, 7.0]) for n in OPENPOSE_18] for pose in poses]
    return [",".join(f"{value:g}" for joint in frame for value in joint) for frame in joints]


def write_rnn_har(folder: Path, recordings: Sequence[tuple[int, Poses]], part: str = "train", step: int = 6) -> None:
    """Write recordings, each of a label's number, cut into windows of 32 frames one every ``step``."""
    folder.mkdir(parents=True, exist_ok=True)
    windows = [
        (label, lines[start : start + 32])
        for label, lines in ((label, rnn_har_lines(poses)) for label, poses in recordings)
        for start in range(0, len(lines) - 31, step)
    ]
    (folder / f"X_{part}.txt").write_text("".join(f"{line}\n" for _, lines in windows for line in lines))
    (folder / f"Y_{part}.txt").write_text("".join(f"{label}\n" for label, _ in windows))


def write_posenet_csv(path: Path, clips: Sequence[tuple[str, Poses]]) -> None:
    """Write clips of nine frames, each with its action."""
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["keypoint", "x", "y", "action"])
        for action, poses in clips:
            for pose in poses:
                rows.writerows([chr(65 + i), *pose[i, :2].tolist(), action] for i in range(len(NAMES)))


def _folder_of(write: Callable[[Path, str], None]) -> Callable[[Path, Sequence[str]], None]:
    def write_all(root: Path, labels: Sequence[str]) -> None:
        for label in labels:
            for clip in ("one", "two"):
                write(root / label / clip, clip)

    return write_all


def _frames(clip: str) -> list[list[Poses]]:
    return [[pose] for pose in walker(12, step=3.0 if clip == "one" else 1.0)]


def _write_numbered(root: Path, labels: Sequence[str]) -> None:
    write_rnn_har(root, [(number, walker(50, step=float(number))) for number in (2, 2, 4) if labels])


def _write_csv(root: Path, labels: Sequence[str]) -> None:
    root.mkdir()
    write_posenet_csv(root / "poses.csv", [(label, walker(9, step=step)) for label in labels for step in (2.0, 5.0)])


DATA_SETS: dict[str, Callable[[Path, Sequence[str]], None]] = {
    "openpose": _folder_of(lambda path, clip: write_openpose(path, _frames(clip))),
    "yolo": _folder_of(lambda path, clip: write_yolo(path, _frames(clip))),
    "coco results": _folder_of(lambda path, clip: write_json(path.with_suffix(".json"), coco_results(_frames(clip)))),
    "coco annotations": _folder_of(
        lambda path, clip: write_json(path.with_suffix(".json"), coco_annotations(_frames(clip)))
    ),
    "mmpose": _folder_of(lambda path, clip: write_json(path.with_suffix(".json"), mmpose_frames(_frames(clip)))),
    "posenet csv": _write_csv,
    "rnn har": _write_numbered,
}
"""For each form, a function that writes two clips of each label; RNN-HAR-2D-Pose has labels of its own."""
