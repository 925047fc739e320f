"""Which interpreter is used, and what is said where none can be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from haredge.inference.tflite_runtime import runtime_name


def test_the_runtime_is_named() -> None:
    """The interpreter in use is named with its version."""
    assert runtime_name().startswith("ai-edge-litert 2.")


def fake_package(folder: Path, name: str, version: str, interpreter: str) -> None:
    package = name.replace("-", "_")
    (folder / package).mkdir(parents=True)
    (folder / package / "__init__.py").touch()
    (folder / package / "interpreter.py").write_text(interpreter)
    info = folder / f"{package}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def name_runtime(path: Path) -> str:
    """Ask a fresh Python that finds the packages of ``path`` first."""
    code = (
        "from haredge.core import errors\n"
        "from haredge.inference import tflite_runtime as interpreter\n"
        "try: print(interpreter.runtime_name())\n"
        "except errors.RuntimeMissingError as error: print(error)"
    )
    environment = {**os.environ, "PYTHONPATH": str(path)}
    return subprocess.check_output([sys.executable, "-c", code], env=environment, text=True).strip()


BROKEN = "raise ImportError('GLIBC_2.34 not found')"


def test_without_litert_its_older_name_is_used(tmp_path: Path) -> None:
    """A tflite-runtime that is fit serves where ai-edge-litert does not load."""
    fake_package(tmp_path, "ai-edge-litert", "2.3.0", BROKEN)
    fake_package(tmp_path, "tflite-runtime", "2.99.0", "class Interpreter: pass")
    assert name_runtime(tmp_path) == "tflite-runtime 2.99.0"


@pytest.mark.parametrize(("version", "cure"), [("2.14.0", "numpy<2"), ("2.11.0", "tflite-runtime>=2.13")])
def test_a_tflite_runtime_that_would_fail_is_refused(tmp_path: Path, version: str, cure: str) -> None:
    """A tflite-runtime that fails with numpy 2, or before 2.12 gives incorrect answers, is refused with the remedy."""
    if np.__version__.startswith("1."):
        pytest.skip("this is about numpy 2")
    fake_package(tmp_path, "ai-edge-litert", "2.3.0", BROKEN)
    fake_package(tmp_path, "tflite-runtime", version, "class Interpreter: pass")
    assert cure in name_runtime(tmp_path)


def test_without_an_interpreter_the_error_says_what_to_install(tmp_path: Path) -> None:
    """Where no interpreter loads, the error names the package to install and why each one failed."""
    fake_package(tmp_path, "ai-edge-litert", "2.3.0", BROKEN)
    answer = name_runtime(tmp_path)
    assert "pip install ai-edge-litert" in answer
    assert "GLIBC_2.34" in answer


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_log_that_takes_nothing_does_not_keep_a_network_from_being_opened() -> None:
    """The disk is full, and recognition goes on."""
    code = (
        "import os\n"
        "from haredge.inference.tflite_runtime import without_chatter\n"
        "with without_chatter(): os.write(2, b'a word')\n"
        "print('opened')"
    )
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=full, check=False)
    assert done.stdout == b"opened\n"
