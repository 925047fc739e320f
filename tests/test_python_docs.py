"""docs/python.md: its examples run as they stand, and it names what there is."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert")

import installed

import haredge

PAGE = Path(__file__).parents[1] / "docs/python.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
CAMERA = "test:?fps=15&size=320x240&script=standing:60"
"""A synthetic person takes the first camera's place."""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("example", [example for example in EXAMPLES if "haredge.train" not in example])
def test_an_example_runs(example: str, tmp_path: Path) -> None:
    """With the shipped models, on a video and a camera."""
    installed.film(tmp_path / "video.mp4", [installed.nobody()] * 20)
    (tmp_path / "example.py").write_text(example.replace('"0"', f'"{CAMERA}"'))
    done = subprocess.run(
        [sys.executable, "example.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(PAGE.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout or "video.mp4" in example
    assert done.stderr == ""


def test_every_name_of_an_example_is_public() -> None:
    """Whatever follows `haredge.` is in its list of names."""
    used = {
        node.attr
        for example in EXAMPLES
        for node in ast.walk(ast.parse(example))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "haredge"
    }
    assert used <= set(haredge.__all__)
    assert {"load", "load_clips", "evaluate", "recognise", "Frame"} <= used
