"""Fall detectors side by side in one run, on the same labelled videos: haredge, and what PyPI has beside it.

    python scripts/bench_falls.py DATA WORK [--programs haredge,haredge-own,nfd] [--groups Home_01 ...] [--every N]

Each program gets a virtual environment of its own below WORK, made from PyPI, and one video after another at 8 frames
per second, by the video's own clock. DATA is the folder of the data sets, with labelled_videos. Prints a table in
Markdown: falls reported, reports without a fall, processor time. haredge needs `haredge models pull multipose` before.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from haredge.core.types import FallAlarm
from research.falls.measure import Measured
from research.falls.replay import PoseFrame, Replay
from research.falls.videos import GROUPS, LabelledVideo, videos

ROOT: Final = Path(__file__).resolve().parents[1]
RATE_HZ: Final = 8.0
ADAPTERS: Final = ROOT / "scripts" / "fall_programs"


@dataclass(frozen=True, slots=True)
class Program:
    """A fall detector, and what it is run by."""

    name: str
    packages: Sequence[str]
    """What pip installs; empty for haredge itself, which runs in the environment of this script."""
    adapter: str
    """Script in ``scripts/fall_programs``, which reads paths of videos, and writes a line of JSON for each."""
    arguments: Sequence[str] = ()


PROGRAMS: Final = {
    each.name: each
    for each in (
        Program("haredge", (), "run_haredge.py", ("multipose",)),
        Program("haredge-own", (), "run_haredge.py", ("pose",)),
        Program("nfd", ("neura-fall-detection==0.1.0",), "run_nfd.py"),
    )
}


def python_of(program: Program, work: Path) -> Path:
    """Return the interpreter of a program's environment, made if it is missing."""
    if not program.packages:
        return Path(sys.executable)
    folder = work / program.name
    if not (folder / "bin" / "python").exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(folder / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", *program.packages]
        subprocess.run(install, check=True)
    return folder / "bin" / "python"


def measure(program: Program, work: Path, labelled: Sequence[LabelledVideo]) -> list[Measured]:
    """Run a program over videos; return what it reported in each."""
    with ExitStack() as files:
        paths = [str(files.enter_context(video.file())) for video in labelled]
        command = [str(python_of(program, work)), str(ADAPTERS / program.adapter), str(RATE_HZ), *program.arguments]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        if not program.packages:
            environment["PYTHONPATH"] = str(ROOT)
        run = subprocess.run(
            command, input="\n".join(paths), stdout=subprocess.PIPE, text=True, env=environment, check=False
        )
    if run.returncode:
        raise SystemExit(f"bench_falls: {program.name} ended with status {run.returncode}")
    return [_measured(video, json.loads(line)) for video, line in zip(labelled, run.stdout.splitlines(), strict=True)]


def _measured(video: LabelledVideo, found: dict[str, object]) -> Measured:
    """Score one video: ``possible`` are the seconds at which a fall was reported, ``end_s`` how long the video is."""
    times, end_s, processor_s = found["possible"], found["end_s"], found["processor_s"]
    assert isinstance(times, list)
    assert isinstance(end_s, float)
    assert isinstance(processor_s, float)
    measured = Measured(videos_s=end_s, processor_s=processor_s)
    frames = (PoseFrame(0.0, ()), PoseFrame(end_s, ()))
    alarms = [FallAlarm("possible", float(t)) for t in times]
    measured.score.add(Replay(video.name, video.group, (0, 0), video.fall, frames), alarms)
    return measured


def together(each: Iterable[Measured]) -> Measured:
    """Add up what was measured in several videos."""
    total = Measured()
    for one in each:
        total = replace(
            total,
            score=total.score + one.score,
            videos_s=total.videos_s + one.videos_s,
            processor_s=total.processor_s + one.processor_s,
        )
    return total


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the data sets, with labelled_videos")
    parser.add_argument("work", type=Path, help="folder of the environments")
    parser.add_argument("--programs", default="haredge,haredge-own,nfd", help=f"of {', '.join(PROGRAMS)}")
    parser.add_argument("--groups", nargs="+", choices=GROUPS, default=["Home_01", "Coffee_room_02", "jhmdb_test"])
    parser.add_argument("--every", type=int, default=1, help="take every n-th video")
    args = parser.parse_args()
    print("| program | videos | measured |\n|---|---|---|", flush=True)
    for name in args.programs.split(","):
        for group in args.groups:
            found = measure(PROGRAMS[name], args.work, videos(args.data, group)[:: args.every])
            print(f"| {name} | {group} | {together(found)} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
