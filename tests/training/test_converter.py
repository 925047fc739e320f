"""Promises of conversion: one process for many networks, and whatever becomes of it, the training goes on."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest
from extras import needs_training

from haredge.activity.features import SIZE
from haredge.activity.window import LENGTH
from haredge.core.errors import ModelError
from haredge.training.export import Maker, one_converter, to_int8
from haredge.training.network import maker, tcn

pytestmark = [needs_training, pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]


@pytest.fixture
def failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Maker, str]]:
    """Make what kills the process that asks for its network, and what fails in it, each with the reason."""
    (tmp_path / "killed.py").write_text(f"import os\nos.kill(os.getpid(), {signal.SIGKILL})\n")
    (tmp_path / "wrong.py").write_text("raise ValueError('no such layer')\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    return [(Maker("killed", ()), "exit -9"), (Maker("wrong", ()), "ValueError: no such layer")]


def test_whatever_becomes_of_the_converter_the_next_network_is_converted(failing: list[tuple[Maker, str]]) -> None:
    """Killed or failed at work it is one error, in a line that says what happened; killed while it waits it is none.

    What is converted next is as if nothing had been before, and when the last has been, no process is left.
    """
    network = tcn(3)
    windows = np.random.default_rng(0).normal(0, 0.7, (20, LENGTH, SIZE)).astype(np.float32)
    with one_converter() as converter:
        for made, reason in failing:
            with pytest.raises(ModelError) as raised:
                to_int8(network, windows, made)
            assert str(raised.value) == f"conversion to TFLite failed: {reason}"
        waiting = converter._process = converter._begun()
        waiting.kill()
        waiting.wait()
        first = to_int8(network, windows, maker(network))
        working = converter._process
        assert to_int8(network, windows, maker(network)) == first
        assert converter._process is working
    assert working.poll() is not None
