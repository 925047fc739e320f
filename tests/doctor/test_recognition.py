"""Promises of haredge.doctor.recognition."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert")

import installed

from haredge.config.schema import ActivitySection, Config, PoseSection
from haredge.doctor import OK, WARN
from haredge.doctor.recognition import pose_model, still_model


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


@pytest.mark.parametrize(("step_s", "slow"), [(0.15, True), (0.02, False)])
def test_a_board_too_slow_for_a_still_model_is_advised_to_do_without(
    step_s: float, *, slow: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of one in use it is a warning; of one that is not it says whether it could be."""
    steps = itertools.count()
    installed.still_model(tmp_path / "models", "still")
    monkeypatch.chdir(tmp_path)
    used = still_model(Config(activity=ActivitySection(still_model="still")), lambda: step_s * next(steps))
    assert used.status == (WARN if slow else OK)
    assert ("activity.still_model: null" in used.remedy) is slow
    unused = still_model(Config(), lambda: step_s * next(steps))
    assert unused.status == OK
    assert ("quick enough" in unused.words) is not slow
