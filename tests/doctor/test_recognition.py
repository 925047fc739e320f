"""Promises of haredge.doctor.recognition."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert")

import installed

from haredge.config.schema import Config, PoseSection
from haredge.doctor import WARN
from haredge.doctor.recognition import pose_model


@pytest.mark.parametrize(("step_s", "slow"), [(0.5, True), (0.02, False)])
def test_a_network_too_slow_for_a_window_is_reported(step_s: float, *, slow: bool, tmp_path: Path) -> None:
    """Before the daemon runs, and all it ever says is `unknown`; the remedy names what to set."""
    steps = itertools.count()
    config = Config(pose=PoseSection(model=str(installed.pose_model(tmp_path))))
    check = pose_model(config, lambda: step_s * next(steps))
    assert ("0.50 s an image" in check.words) is slow
    if slow:
        assert check.status == WARN
        assert "pose.model, pose.threads" in check.remedy
