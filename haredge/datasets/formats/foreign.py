"""What haredge does not read as recordings, videos and exports of other tools: what it is, and what to do instead."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from haredge.core.folders import walk_files
from haredge.core.kinds import HEAD_BYTES, kind_of
from haredge.core.regular_file import open_regular

_CVAT: Final = (
    "CVAT's own XML; export the task as 'COCO Keypoints 1.0', with the points of the skeleton named as joints"
)
_LABEL_STUDIO: Final = (
    "Label Studio's own export; export as COCO, with the key points grouped under a rectangle and named as joints"
)
_VIA: Final = (
    "VGG Image Annotator's regions, which do not say which points are one person's; label skeletons with CVAT or Label "
    "Studio and export COCO keypoints"
)
_ALPHAPOSE: Final = "AlphaPose's formats 'cmu' and 'open'; run it with --format coco"
_MEDIAPIPE: Final = (
    "MediaPipe's landmarks, which have no times and no order that belongs to a video; give the videos to `haredge "
    "extract`"
)
_VIDEO: Final = (
    "a video, of which poses must be recorded first: `haredge extract VIDEOS recordings`, then give the recordings"
)
_CREATE_ML: Final = "boxes without keypoints; export COCO keypoints or YOLO-pose"

_HEAD_BYTES: Final = 4096
_MOST_FILES: Final = 200

_HEADS: Final[tuple[tuple[str, re.Pattern[str], str], ...]] = (
    (".xml", re.compile(r".*<annotations>.*(<meta>|<version>1\.1)", re.DOTALL), _CVAT),
    (".csv", re.compile(r"\W*(filename|#filename)\W+file_size\b"), _VIA),
    (
        ".csv",
        re.compile(
            r"[^\n]*\b(x1|nose_x|landmark_0_x)\b[^\n]*\b(z1|v1|visibility|nose_z|landmark_0_z)\b", re.IGNORECASE
        ),
        _MEDIAPIPE,
    ),
    (".csv", re.compile(r"[^\n,;\t]+[,;\t][^\n,;\t]*([,;\t]-?\d+([.]\d+)?(e-?\d+)?){90,}"), _MEDIAPIPE),
    (".csv", re.compile(r"[^\n]*\b(annotation_id|lead_time|annotator)\b"), _LABEL_STUDIO),
    (".tsv", re.compile(r"[^\n]*\b(annotation_id|lead_time|annotator)\b"), _LABEL_STUDIO),
)
"""By suffix and the beginning of a file."""


def _is_via(content: Any) -> bool:
    if not isinstance(content, dict):
        return False
    return any(key.startswith("_via_") for key in content) or any(
        isinstance(image, dict) and "regions" in image and "filename" in image for image in content.values()
    )


def _is_label_studio(content: Any) -> bool:
    return isinstance(content, list) and any(
        isinstance(task, dict) and ("annotation_id" in task or _has_results(task)) for task in content[:5]
    )


def _has_results(task: dict[str, Any]) -> bool:
    given = task.get("annotations", task.get("completions"))
    return isinstance(given, list) and any(isinstance(each, dict) and "result" in each for each in given)


def _is_alphapose(content: Any) -> bool:
    return isinstance(content, dict) and any(
        isinstance(image, dict) and ("bodies" in image or "people" in image) for image in content.values()
    )


def _is_boxes(content: Any) -> bool:
    return isinstance(content, list) and any(
        isinstance(image, dict) and "image" in image and "annotations" in image for image in content[:5]
    )


_CONTENTS: Final[tuple[tuple[Callable[[Any], bool], str], ...]] = (
    (_is_via, _VIA),
    (_is_label_studio, _LABEL_STUDIO),
    (_is_alphapose, _ALPHAPOSE),
    (_is_boxes, _CREATE_ML),
)


def foreign_words(content: Any) -> str | None:
    """Say which tool's JSON this is, and what to export instead; None if it is not known."""
    return next((words for fits, words in _CONTENTS if fits(content)), None)


def foreign_file(path: Path) -> str | None:
    """Say of a file, or of the first such file in a folder, what it is and what to do; None if it is not known.

    Raises :class:`OSError` for what cannot be read.
    """
    files = [path] if path.is_file() else walk_files(path)
    for _, file in zip(range(_MOST_FILES), files, strict=False):
        with os.fdopen(open_regular(file), "rb") as opened:
            head = opened.read(_HEAD_BYTES)
        if words := _words_of(file.suffix.lower(), head):
            return f"{file}: {words}"
    return None


def _words_of(suffix: str, head: bytes) -> str | None:
    if kind_of(head[:HEAD_BYTES]) == "video":
        return _VIDEO
    beginning = head.decode("utf-8", "replace").lstrip("\ufeff")
    return next((words for of, pattern, words in _HEADS if of == suffix and pattern.match(beginning)), None)
