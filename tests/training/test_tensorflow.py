"""Promise of loading TensorFlow: what it remarks does not hide what haredge warns of."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("tf_keras")

LOADED = """
import logging
from haredge.core.library_noise import keep_library_noise_out
from haredge.training import tensorflow

keep_library_noise_out()
tensorflow.load()
logging.getLogger("tensorflow").warning("5 out of the last 7 calls triggered retracing")
logging.getLogger("haredge").warning("8 of 11 clips to test on are copies")
"""


def test_tensorflow_is_loaded_without_its_remarks() -> None:
    """Standard error has haredge's warnings alone, so that they are read."""
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, check=True)
    assert done.stderr == "8 of 11 clips to test on are copies\n"
