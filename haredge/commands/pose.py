"""``haredge pose``: print the keypoints of images."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from haredge.commands.arguments import given_path
from haredge.config.schema import PoseSection
from haredge.core.errors import SourceError
from haredge.core.keypoints import NAMES
from haredge.core.types import Frame, Pose
from haredge.terminal import complain, say, say_json

if TYPE_CHECKING:
    from haredge.pose.estimator import RegionEstimator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge pose``."""
    parser.add_argument("images", nargs="+", type=given_path, metavar="IMAGE", help="image file")
    parser.add_argument(
        "--pose-model",
        metavar="MODEL",
        default=PoseSection().model,
        help="an installed model's name, or a path to a network's file (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="one JSON object per line for each image")


def run(args: argparse.Namespace) -> int:
    """Print each image's pose; 1 if one could not be read. Raises ModelError for a model that cannot be used."""
    # The inference engine and OpenCV are imported when poses are wanted, not when the command line is parsed.
    from haredge.models.open import open_pose_estimator  # noqa: PLC0415

    estimator = open_pose_estimator(args.pose_model)
    show = _show_json if args.json else _show_table
    readable = [_shown(estimator, path, show) for path in args.images]
    return 0 if all(readable) else 1


def _shown(estimator: RegionEstimator, path: Path, show: Callable[[str, Pose | None], None]) -> bool:
    """Print one image's pose, or on standard error why it cannot be read; return whether it was read."""
    from haredge.pose.tracker import detect  # noqa: PLC0415
    from haredge.sources.image_file import read  # noqa: PLC0415

    try:
        image = read(path)
    except SourceError as error:
        complain(error)
        return False
    show(str(path), detect(estimator, Frame(0, 0.0, image)))
    return True


def _show_json(name: str, pose: Pose | None) -> None:
    say_json(as_json(name, pose))


def _show_table(name: str, pose: Pose | None) -> None:
    say(*as_table(name, pose))


def as_json(name: str, pose: Pose | None) -> dict[str, object]:
    """Describe an image's pose: image, score and 17 keypoints in pixels, null if no person is detected."""
    if pose is None:
        return {"image": name, "score": 0.0, "keypoints": None}
    rows = zip(NAMES, pose.keypoints.tolist(), strict=True)
    keypoints = [{"name": part, "x": round(x, 2), "y": round(y, 2), "score": round(s, 4)} for part, (x, y, s) in rows]
    return {"image": name, "score": round(pose.score, 4), "keypoints": keypoints}


def as_table(name: str, pose: Pose | None) -> list[str]:
    """Describe an image's pose to a person: a line for each keypoint."""
    if pose is None:
        return [f"{name}: no person detected"]
    rows = zip(NAMES, pose.keypoints.tolist(), strict=True)
    lines = [f"  {part:<15}{x:9.1f}{y:9.1f}{s:8.2f}" for part, (x, y, s) in rows]
    return [f"{name}: a person, score {pose.score:.2f}", f"  {'':15}{'x':>9}{'y':>9}{'score':>8}", *lines]
