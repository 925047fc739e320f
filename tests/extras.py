"""Which extras are installed, found without importing what they bring."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

import pytest

needs_training: Final = pytest.mark.skipif(find_spec("tf_keras") is None, reason="training is not installed")
"""``pytest.importorskip`` would import TensorFlow, which takes seconds, in every process that collects tests."""
