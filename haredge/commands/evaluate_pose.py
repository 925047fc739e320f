"""``haredge evaluate pose``: how well, how fast and how wrongly pose networks find people, side by side.

Every picture goes through the estimator that ``haredge pose`` and the daemon open. Nobody found in a picture that
shows a labelled person counts as seventeen misses.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from haredge.core.errors import DataError
from haredge.core.keypoints import NAMES
from haredge.core.types import Frame, Image, Pose
from haredge.evaluation import keypoint_metrics
from haredge.pose.estimator import RegionEstimator
from haredge.pose.tracker import detect

if TYPE_CHECKING:
    from haredge.datasets.pose_images import Album, Labels
    from haredge.pose.estimator import NetworkPoseEstimator

INVOKES: Final = 40
"""Invocations of each network that are timed, the networks taking turns."""

NOT_FOUND: Final = np.full((len(NAMES), 3), np.nan, np.float32)


Look = Callable[[RegionEstimator, Frame], Pose | None]


@dataclass(frozen=True)
class Measured:
    """One network's figures; a share or mean over nothing is None."""

    model: str
    pictures: int = 0
    """Pictures that show a labelled person."""
    found: float | None = None
    """Share of them in which somebody is found."""
    pck_torso: float | None = None
    """Share of the twelve limb joints within half a torso's length."""
    pck_size: float | None = None
    """Share of all labelled keypoints within a tenth of the person's size."""
    oks: float | None = None
    """Mean object keypoint similarity."""
    empty: int = 0
    """Pictures without people."""
    false_alarms: float | None = None
    """Share of them in which somebody is found."""
    invoke_ms: float = 0.0
    """Time of one bare invocation, one thread."""
    invoke_ratio: float = 1.0
    """The same beside the first model of the run."""
    bytes: int = field(default=0)
    """Size of the model file."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge evaluate pose``."""
    parser.add_argument(
        "--models",
        nargs="+",
        required=True,
        metavar="MODEL",
        help="installed names, or paths to .tflite files; times are given beside the first one's",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="PATH",
        help="labelled pictures: a COCO keypoint file (.json), or a folder with the Leeds Sports Pose set's joints.mat",
    )
    parser.add_argument(
        "--pictures", type=Path, metavar="PATH", help="folder or zip of the labelled pictures (default: by the labels)"
    )
    parser.add_argument(
        "--numbers", metavar="FIRST-LAST", help="of the Leeds set only these pictures; 9001-10000 are never trained on"
    )
    parser.add_argument("--empty", type=Path, metavar="PATH", help="folder or zip of pictures without people")
    parser.add_argument(
        "--held-back", action="store_true", help="of those only the ones that haredge's own training left out"
    )
    parser.add_argument(
        "--looks",
        type=int,
        choices=(1, 2),
        default=2,
        help="1: at the whole picture only; 2: then closer at whom it shows, as haredge pose does (default)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Measure the networks and print the table.

    Raises :class:`DataError` for data and :class:`haredge.core.errors.ModelError` for models that cannot be used.
    """
    if args.data is None and args.empty is None:
        raise DataError("nothing to measure on: give labelled pictures (--data), pictures without people (--empty)")
    labelled = None if args.data is None else _labelled(args)
    empty = None if args.empty is None else _empty(args)
    look = detect if args.looks == 2 else _once
    measured = _timed([_measured(name, look, labelled, empty) for name in args.models])
    print(json.dumps([asdict(one) for one in measured], indent=2) if args.json else "\n".join(_table(measured)))
    return 0


def _once(looker: RegionEstimator, frame: Frame) -> Pose | None:
    return next(iter(looker.estimate(frame)), None)


def _labelled(args: argparse.Namespace) -> tuple[Album, list[Labels]]:
    # What reads data sets is loaded when there is one to read, not when the command line is parsed.
    from haredge.datasets.pose_image_splits import lspet_number  # noqa: PLC0415
    from haredge.datasets.pose_images import Album, read_coco, read_lspet  # noqa: PLC0415

    if args.data.suffix == ".json":
        return Album(args.pictures or args.data.parent), list(read_coco(args.data))
    wanted = _numbers(args.numbers)
    labels = [one for one in read_lspet(args.data) if lspet_number(one.name) in wanted]
    return Album(args.pictures or _lspet_pictures(args.data)), labels


def _lspet_pictures(folder: Path) -> Path:
    return folder / "images.zip" if (folder / "images.zip").exists() else folder


def _numbers(text: str | None) -> range:
    if text is None:
        return range(1, sys.maxsize)
    first, _, last = text.partition("-")
    if not (first.isdecimal() and last.isdecimal()):
        raise DataError(f"--numbers {text}: give the first and the last number, as 9001-10000")
    return range(int(first), int(last) + 1)


def _empty(args: argparse.Namespace) -> tuple[Album, list[str]]:
    from haredge.datasets.pose_image_splits import split_rooms  # noqa: PLC0415
    from haredge.datasets.pose_images import Album  # noqa: PLC0415

    album = Album(args.empty)
    names = album.names()
    return album, sorted(split_rooms(names).test) if args.held_back else names


def _measured(
    name: str, look: Look, labelled: tuple[Album, list[Labels]] | None, empty: tuple[Album, list[str]] | None
) -> tuple[Measured, NetworkPoseEstimator]:
    from haredge.models.open import open_pose_estimator  # noqa: PLC0415

    estimator = open_pose_estimator(name)

    def seen(picture: Image) -> Pose | None:
        return look(estimator, Frame(0, 0.0, picture))

    figures: dict[str, float | int | None] = {"bytes": _size(name)}
    if labelled is not None:
        figures |= _accuracy(seen, *labelled)
    if empty is not None:
        album, names = empty
        alarms = [seen(album.picture(picture)) is not None for picture in names]
        figures |= {"empty": len(alarms), "false_alarms": float(np.mean(alarms))}
    return Measured(name, **figures), estimator  # type: ignore[arg-type]


def _size(name: str) -> int:
    from haredge.manifest import Manifest  # noqa: PLC0415
    from haredge.models.catalog import find_model  # noqa: PLC0415

    path = find_model(name)
    return (Manifest.load(path).file_in(path) if path.is_dir() else path).stat().st_size


def _accuracy(
    seen: Callable[[Image], Pose | None], album: Album, labels: Sequence[Labels]
) -> dict[str, float | int | None]:
    """Compare what the network finds with the labels, picture by picture."""
    names = album.names()
    # A set's own path wins; archives often put all pictures into a folder of which the labels do not know.
    files = {Path(name).name: name for name in names} | {name: name for name in names}
    places = [files.get(one.name) or files.get(Path(one.name).name, "") for one in labels]
    if missing := [one.name for one, place in zip(labels, places, strict=True) if not place]:
        raise DataError(f"{album.path}: {len(missing)} of {len(labels)} labelled pictures are missing, as {missing[0]}")
    poses = [seen(album.picture(place)) for place in places]
    found = np.array([NOT_FOUND if pose is None else pose.keypoints for pose in poses])
    return {
        "pictures": len(labels),
        "found": float(np.mean([pose is not None for pose in poses])),
        **_shares(found, np.array([one.keypoints for one in labels]), np.array([one.area_px for one in labels], float)),
    }


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


def _timed(results: Sequence[tuple[Measured, NetworkPoseEstimator]]) -> list[Measured]:
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
        Measured(**{**asdict(measured), "invoke_ms": took_ms, "invoke_ratio": took_ms / quartiles_ms[0]})
        for (measured, _), took_ms in zip(results, quartiles_ms, strict=True)
    ]


def _table(measured: Sequence[Measured]) -> Iterator[str]:
    first = measured[0]
    yield f"{first.pictures} pictures of people, {first.empty} without; times of one thread, beside {first.model}"
    yield "PCK torso PCK size    OKS  found false alarms            invoke     file  model"
    for one in measured:
        yield (
            f"{_share(one.pck_torso):>9} {_share(one.pck_size):>8} {_share(one.oks):>6} {_share(one.found):>6} "
            f"{_share(one.false_alarms):>12} {one.invoke_ms:7.2f} ms = {one.invoke_ratio:4.2f} "
            f"{one.bytes / 1e6:5.2f} MB  {one.model}"
        )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
