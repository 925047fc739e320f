"""Promises of scripts/setup.sh and demo.sh, which make an environment in a clone and run haredge in it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("extra", ["trian", "--help", "web,nothing", "", "."])
def test_an_unknown_extra_is_one_line(extra: str, tmp_path: Path) -> None:
    """It is not reported as installed; the line lists those that exist."""
    (tmp_path / "scripts").mkdir()
    for name in ("setup.cfg", "scripts/setup.sh"):
        shutil.copy(ROOT / name, tmp_path / name)
    done = subprocess.run(
        [tmp_path / "scripts" / "setup.sh", "web", extra], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"setup: no extra '{extra}'; there are: train train-pose cluster web dev\n"


def test_the_demo_plays_a_video_of_the_current_folder(tmp_path: Path) -> None:
    """Whichever folder the clone is in: without a video it plays the one that comes with haredge."""
    clone = tmp_path / "my clone"
    for name, script in (
        ("scripts/setup.sh", "exit 0"),
        (".venv/bin/haredge", 'cat "$3"'),
        ("haredge/synthetic/demo.webm", "the clip"),
    ):
        (clone / name).parent.mkdir(parents=True)
        (clone / name).write_text(f"#!/bin/sh\n{script}\n")
        (clone / name).chmod(0o755)
    shutil.copy(ROOT / "scripts" / "demo.sh", clone / "scripts")
    (tmp_path / "mine.mp4").write_text("my video")

    def shown(*arguments: str) -> str:
        demo = [str(clone / "scripts" / "demo.sh"), *arguments]
        done = subprocess.run(demo, cwd=tmp_path, capture_output=True, text=True, check=True)
        return done.stdout

    assert shown("mine.mp4") == "my video"
    assert "the clip" in shown()
