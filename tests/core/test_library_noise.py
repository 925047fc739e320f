"""Promises of haredge.core.library_noise: libraries write no lines of their own, and haredge's are not lost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from haredge.opencv import cv2

CODE = """
import logging, os, sys, threading
from haredge.core.library_noise import keep_library_noise_out, without_noise
from haredge.core.logs import log_to_stderr
if {kept_out}:
    keep_library_noise_out()
log_to_stderr("info")
def inside():
    with without_noise():
        both.wait()
        os.write(2, b"noise\\n")
        both.wait()
both = threading.Barrier(3)
threads = [threading.Thread(target=inside) for _ in range(2)]
for thread in threads:
    thread.start()
both.wait()
logging.info("of the log")
print("of the program", file=sys.stderr)
both.wait()
for thread in threads:
    thread.join()
os.write(2, b"a crash\\n")
"""


@pytest.mark.parametrize(("kept_out", "noise"), [(True, 0), (False, 2)])
def test_only_what_libraries_write_meanwhile_is_kept_out(kept_out: bool, noise: int) -> None:
    """Of two threads at once, too; what is logged meanwhile, and what a crash says afterwards, is there.

    A program that uses haredge as a library keeps all of its standard error.
    """
    command = [sys.executable, "-c", CODE.format(kept_out=kept_out)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()
    assert said.count("noise") == noise
    assert [line for line in said if line != "noise"] == ["INFO of the log", "of the program", "a crash"]


@pytest.mark.parametrize("wanted", [False, True])
def test_damaged_images_write_no_lines_of_libjpegs(tmp_path: Path, wanted: bool) -> None:
    """As those of a webcam with some bytes too many in each image; unless the user wants to see what OpenCV says."""
    image = bytes(cv2.imencode(".jpg", np.full((240, 320, 3), 37, np.uint8))[1])
    for number in range(5):
        (tmp_path / f"{number}.jpg").write_bytes(image[:-2] + bytes(range(1, 100)) + image[-2:])
    environment = {name: value for name, value in os.environ.items() if name != "OPENCV_LOG_LEVEL"}
    if wanted:
        environment["OPENCV_LOG_LEVEL"] = "INFO"
    command = [sys.executable, "-m", "haredge", "--dry-run", "--json", "--source", str(tmp_path)]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ("Corrupt JPEG data" in done.stderr) == wanted
    assert "INFO in use: " in done.stderr
