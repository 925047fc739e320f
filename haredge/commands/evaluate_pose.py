"""``haredge evaluate pose``: accuracy, speed and false detections of pose networks, side by side.

Every image goes through the estimator that ``haredge pose`` and the daemon open. Of several people found in an image
that shows a labelled one, the pose nearest to the labels counts; no person found counts as seventeen misses.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from haredge.commands.arguments import given_path, whole
from haredge.core.counted import counted
from haredge.core.errors import DataError
from haredge.core.keypoints import NAMES
from haredge.core.types import Frame, Image, Pose
from haredge.evaluation import keypoint_metrics
from haredge.pose.estimator import RegionEstimator, new_people
from haredge.pose.tracker import second_pass
from haredge.terminal import say, say_json

if TYPE_CHECKING:
    from haredge.datasets.image_set import ImageSet
    from haredge.datasets.pose_labels import Labels
    from haredge.pose.estimator import NetworkPoseEstimator

INVOKES: Final = 40
"""Invocations of each network that are timed, the networks taking turns."""

NOT_FOUND: Final = np.full((len(NAMES), 3), np.nan, np.float32)


Look = Callable[[RegionEstimator, Frame], list[Pose]]


@dataclass(frozen=True)
class PoseScores:
    """One network's scores; a share or mean over nothing is None."""

    model: str
    pictures: int = 0
    """Images that show a labelled person."""
    found: float | None = None
    """Share of them in which a person is found."""
    pck_torso: float | None = None
    """Share of the twelve limb joints within half a torso's length."""
    pck_size: float | None = None
    """Share of all labelled keypoints within a tenth of the person's size."""
    oks: float | None = None
    """Mean object keypoint similarity."""
    empty: int = 0
    """Images without people."""
    false_alarms: float | None = None
    """Share of them in which a person is found."""
    invoke_ms: float = 0.0
    """Time of one bare invocation, one thread."""
    invoke_ratio: float = 1.0
    """The same beside the first model of the run."""
    bytes: int = 0
    """Size of the model file."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge evaluate pose``."""
    parser.add_argument(
        "--models",
        nargs="+",
        required=True,
        metavar="MODEL",
        help="installed names, or paths to networks' files; times are also given as ratios to the first one's",
    )
    parser.add_argument(
        "--data",
        type=given_path,
        metavar="PATH",
        help="labelled images: a COCO keypoint file (.json), or a folder with the Leeds Sports Pose set's joints.mat",
    )
    parser.add_argument(
        "--pictures",
        type=given_path,
        metavar="PATH",
        help="folder or zip of the labelled images (default: beside the labels)",
    )
    parser.add_argument(
        "--numbers",
        metavar="FIRST-LAST",
        help="use only these images of the Leeds set; 9001-10000 are never trained on",
    )
    parser.add_argument("--empty", type=given_path, metavar="PATH", help="folder or zip of images without people")
    parser.add_argument(
        "--held-back", action="store_true", help="use only those of --empty that haredge's own training held out"
    )
    parser.add_argument(
        "--looks",
        type=whole(1, 2),
        choices=(1, 2),
        default=2,
        help="passes an image: 1 over the whole, 2 with a second on a crop of the person (default)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Measure the networks and print the table.

    Raises :class:`DataError` for data and :class:`haredge.core.errors.ModelError` for models that cannot be used.
    """
    if args.data is None and args.empty is None:
        raise DataError("nothing to measure on: give labelled images (--data) or images without people (--empty)")
    labelled = None if args.data is None else _labelled(args)
    empty = None if args.empty is None else _empty(args)
    look = _twice if args.looks == 2 else new_people
    measured = _timed([_measured(name, look, labelled, empty) for name in args.models])
    if args.json:
        say_json([asdict(one) for one in measured], indent=2)
    else:
        say(*_table(measured))
    return 0


def _twice(estimator: RegionEstimator, frame: Frame) -> list[Pose]:
    passed = [second_pass(estimator, frame, pose) for pose in new_people(estimator, frame)]
    return [pose for pose in passed if pose is not None]


def _labelled(args: argparse.Namespace) -> tuple[ImageSet, list[Labels]]:
    # What reads data sets is loaded when there is one to read, not when the command line is parsed.
    from haredge.datasets.formats.coco_keypoints import read_coco  # noqa: PLC0415
    from haredge.datasets.formats.leeds import read_lspet  # noqa: PLC0415
    from haredge.datasets.image_set import ImageSet  # noqa: PLC0415
    from haredge.datasets.pose_image_splits import lspet_number  # noqa: PLC0415

    if args.data.suffix.lower() == ".json":
        if args.numbers is not None:
            raise DataError(f"--numbers is for the Leeds set, and {args.data} is a COCO keypoint file")
        pictures, labels = args.data.parent, list(read_coco(args.data))
    else:
        wanted, pictures = _numbers(args.numbers), _lspet_pictures(args.data)
        labels = [one for one in read_lspet(args.data) if lspet_number(one.name) in wanted]
    if not labels:
        among = f" among --numbers {args.numbers}" if args.numbers else ""
        raise DataError(f"{args.data}: there is no labelled image{among} to measure on")
    return ImageSet(args.pictures or pictures), labels


def _lspet_pictures(folder: Path) -> Path:
    return folder / "images.zip" if (folder / "images.zip").exists() else folder


def _numbers(text: str | None) -> range:
    if text is None:
        return range(1, sys.maxsize)
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal()) or len(text) > 40:
        raise DataError(f"--numbers {text}: give the first and the last number, as 9001-10000")
    return range(int(first), int(last) + 1)


def _empty(args: argparse.Namespace) -> tuple[ImageSet, list[str]]:
    from haredge.datasets.image_set import ImageSet  # noqa: PLC0415
    from haredge.datasets.pose_image_splits import split_rooms  # noqa: PLC0415

    images = ImageSet(args.empty)
    names = images.names()
    return images, sorted(split_rooms(names).test) if args.held_back else names


def _measured(
    name: str, look: Look, labelled: tuple[ImageSet, list[Labels]] | None, empty: tuple[ImageSet, list[str]] | None
) -> tuple[PoseScores, NetworkPoseEstimator]:
    from haredge.models.open import open_pose_estimator  # noqa: PLC0415

    estimator = open_pose_estimator(name)

    def estimated(image: Image) -> list[Pose]:
        return look(estimator, Frame(0, 0.0, image))

    scores: dict[str, float | int | None] = {"bytes": _size(name)}
    if labelled is not None:
        scores |= _accuracy(estimated, *labelled)
    if empty is not None:
        images, names = empty
        alarms = [bool(estimated(images.image(image))) for image in names]
        scores |= {"empty": len(alarms), "false_alarms": float(np.mean(alarms))}
    return PoseScores(name, **scores), estimator  # type: ignore[arg-type]


def _size(name: str) -> int:
    from haredge.manifest import Manifest  # noqa: PLC0415
    from haredge.models.catalog import find_model  # noqa: PLC0415

    path = find_model(name)
    return (Manifest.load(path).file_in(path) if path.is_dir() else path).stat().st_size


def _accuracy(
    seen: Callable[[Image], list[Pose]], images: ImageSet, labels: Sequence[Labels]
) -> dict[str, float | int | None]:
    """Compare what the network finds with the labels, image by image."""
    names = images.names()
    # A set's own path wins; archives often have all images in a folder that the labels do not name.
    files = {Path(name).name: name for name in names} | {name: name for name in names}
    places = [files.get(one.name) or files.get(Path(one.name).name, "") for one in labels]
    if missing := [one.name for one, place in zip(labels, places, strict=True) if not place]:
        raise DataError(f"{images.path}: {len(missing)} of {len(labels)} labelled images are missing, as {missing[0]}")
    poses = [seen(images.image(place)) for place in places]
    found = np.array([_nearest(people, one.keypoints) for people, one in zip(poses, labels, strict=True)])
    return {
        "pictures": len(labels),
        "found": float(np.mean([bool(people) for people in poses])),
        **_shares(found, np.array([one.keypoints for one in labels]), np.array([one.area_px for one in labels], float)),
    }


def _nearest(people: Sequence[Pose], label: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the (17, 3) keypoints nearest to the labels, of the median keypoint."""
    return min(
        (pose.keypoints for pose in people),
        key=lambda keypoints: float(np.nanmedian(keypoint_metrics.distances_px(keypoints, label))),
        default=NOT_FOUND,
    )


def _shares(
    found: NDArray[np.float32], labels: NDArray[np.float32], area_px: NDArray[np.float64]
) -> dict[str, float | None]:
    """Return the accuracies; an area of NaN is guessed from the keypoints' box."""
    metrics = keypoint_metrics
    apart_px = metrics.distances_px(found, labels)
    torso = metrics.hits(apart_px, 0.5 * metrics.torso_px(labels))[:, metrics.LIMB_JOINTS]
    area_px = np.where(np.isnan(area_px), metrics.person_area_px(labels), area_px)
    return {
        "pck_torso": _known(metrics.mean(torso)),
        "pck_size": _known(metrics.pck(found, labels, 0.1 * metrics.person_size_px(labels))),
        "oks": _known(metrics.mean(metrics.oks(found, labels, area_px))),
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _timed(results: Sequence[tuple[PoseScores, NetworkPoseEstimator]]) -> list[PoseScores]:
    """Time the bare invocations in turns, so that whatever else the machine does meets all networks alike."""
    spent: list[list[float]] = [[] for _ in results]
    grey = np.full((480, 640, 3), 127, np.uint8)
    inputs = [estimator.stored(estimator.fit(grey).pixels) for _, estimator in results]
    for _ in range(INVOKES):
        for (_, estimator), stored, times in zip(results, inputs, spent, strict=True):
            begin = time.perf_counter()
            estimator.engine.run(stored)
            times.append(time.perf_counter() - begin)
    # The lower quartile: what the network takes where nothing comes between.
    quartiles_ms = [float(np.percentile(times, 25)) * 1e3 for times in spent]
    return [
        PoseScores(**{**asdict(measured), "invoke_ms": took_ms, "invoke_ratio": took_ms / quartiles_ms[0]})
        for (measured, _), took_ms in zip(results, quartiles_ms, strict=True)
    ]


def _table(measured: Sequence[PoseScores]) -> Iterator[str]:
    first = measured[0]
    people = counted(first.pictures, "image")
    yield f"{people} of people, {first.empty} without; times of one thread, beside {first.model}"
    yield "PCK torso PCK size    OKS  found false alarms            invoke     file  model"
    for one in measured:
        yield (
            f"{_share(one.pck_torso):>9} {_share(one.pck_size):>8} {_share(one.oks):>6} {_share(one.found):>6} "
            f"{_share(one.false_alarms):>12} {one.invoke_ms:7.2f} ms = {one.invoke_ratio:4.2f} "
            f"{one.bytes / 1e6:5.2f} MB  {one.model}"
        )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
