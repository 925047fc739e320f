"""Promises of a base install, without any extra: every command works, or ends with one line that names its extra."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import cv2
import pytest
from installed import exercise_film
from own_recordings import write

pytest.importorskip("ai_edge_litert")

from haredge.commands import COMMANDS
from haredge.core.extras import EXTRAS, how_to_install

ROOT = Path(__file__).parents[2]

SITE: Final = """
import importlib.machinery as machinery
find = machinery.PathFinder.find_spec
def without_extras(name, path=None, target=None):
    return None if name.partition(".")[0] in {absent} else find(name, path, target)
machinery.PathFinder.find_spec = without_extras
"""
"""Makes a Python that does not find the libraries of the extras."""

LINES: Final = {
    "--dry-run --json --source {video}": "",
    "--dry-run --json --source {video} --config {view}": "web",
    "annotate {video} -o {new}.webm": "",
    "bench --frames 1": "",
    "config check": "",
    "config check {view}": "web",
    "doctor --offline": "",
    "evaluate --data {recordings}": "",
    "evaluate --films {video}=none": "",
    "evaluate pose --models pose --data {lspet}": "train",
    "extract {videos} -o {new} -j 1": "",
    "extract {videos} -o {new} --scheduler tcp://127.0.0.1:9": "cluster",
    "models": "",
    "models add {root}/models/pose --to {new}": "",
    "models pull posenet --from http://127.0.0.1:9/x --to {new}": "",
    "models rollback pose --to {new}": "",
    "mqtt forget kitchen --config {nowhere}": "",
    "pose {image}": "",
    "practice -o {new} --each 1": "",
    "recognise {image} -o {new}.jpg": "",
    "record --label waving --source {video} --seconds 1 --count 1 -o {new}": "",
    "train {recordings} -o {new}": "train",
    "web --port 18799": "web",
}
"""A command line that gets to its work, and the extra that it needs."""

MAY_FAIL: Final = ("models pull", "models rollback", "mqtt", "extract", "record")
"""They end for another reason: no server or broker, no version before, no person in the video. In one line, too."""


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of a Python without extras."""
    folder = tmp_path_factory.mktemp("site")
    absent = {library for libraries in EXTRAS.values() for library in libraries}
    (folder / "sitecustomize.py").write_text(SITE.replace("{absent}", repr(absent)))
    return {**os.environ, "PYTHONPATH": f"{folder}:{ROOT}", "STATE_DIRECTORY": str(folder)}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Make something for each command to work on."""
    folder = tmp_path_factory.mktemp("inputs")
    for name in ("videos/waving", "lspet"):
        (folder / name).mkdir(parents=True)
    video = exercise_film(folder / "videos/waving/film.mp4", each=15)
    ok, image = cv2.VideoCapture(str(video)).read()
    assert ok
    cv2.imwrite(str(folder / "image.png"), image)
    (folder / "lspet/joints.mat").write_bytes(b"MATLAB 5.0 MAT-file")
    (folder / "view.yaml").write_text("view: {enabled: true, port: 18798}\n")
    (folder / "nowhere.yaml").write_text("mqtt: {host: 127.0.0.1, port: 9}\n")
    return {
        "root": ROOT,
        "nowhere": folder / "nowhere.yaml",
        "video": video,
        "view": folder / "view.yaml",
        "videos": folder / "videos",
        "image": folder / "image.png",
        "lspet": folder / "lspet",
        "recordings": write(folder / "recordings", ["waving", "squat"]),
    }


def test_every_command_is_walked() -> None:
    """A new command gets a line above."""
    walked = {line.split()[0] for line in LINES if not line.startswith("--")}
    assert walked | {"demo"} == set(COMMANDS)  # which has no end: test_demo_command.py


def test_the_extras_are_those_that_can_be_installed() -> None:
    """What a line names to install brings the library."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    for extra, libraries in EXTRAS.items():
        asked = set(re.findall(r"^[\w-]+", setup["options.extras_require"][extra], re.MULTILINE))
        assert {library.replace("_", "-") for library in libraries} == {name.replace("_", "-") for name in asked}


@pytest.mark.slow
@pytest.mark.parametrize("line", LINES)
def test_a_command_works_or_names_its_extra(
    line: str, python: dict[str, str], inputs: dict[str, Path], tmp_path: Path
) -> None:
    """No traceback: a board has the base install alone."""
    words = line.format(**inputs, new=tmp_path / "new").split()
    command = [sys.executable, "-m", "haredge", *words]
    done = subprocess.run(command, env=python, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr
    last = (done.stderr.splitlines() or [""])[-1]
    if extra := LINES[line]:
        assert (done.returncode, last.startswith("haredge: ")) == (78, True), done.stderr
        assert last.endswith(how_to_install(extra))
    elif line.startswith(MAY_FAIL):
        assert (done.returncode, last.startswith("haredge: ")) == (1, True), done.stderr
    else:
        assert done.returncode == 0, done.stderr
