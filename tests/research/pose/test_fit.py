"""The training from end to end, on next to nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from research.pose.dataset import Composer  # noqa: E402
from research.pose.network import PoseNetwork  # noqa: E402
from research.pose.store import ImageStore, write  # noqa: E402
from research.pose.train import CHECKPOINT, PoseTrainPlan, fit_together  # noqa: E402


@pytest.fixture
def composer(tmp_path: Path) -> Composer:
    rng = np.random.default_rng(0)
    write(tmp_path / "people.bin", [rng.integers(0, 256, (90, 70, 3), np.uint8) for _ in range(8)])
    keypoints = np.ones((8, 17, 4), np.float32)
    keypoints[:, :, :2] = rng.uniform((10, 10), (60, 80), (8, 17, 2))
    people = ImageStore.open(tmp_path / "people.bin")
    return Composer(people, keypoints, np.arange(8), people, np.arange(8))


def state(folder: Path) -> Any:
    return torch.load(folder / CHECKPOINT, weights_only=True)


@pytest.mark.slow
def test_a_training_learns_saves_and_resumes(composer: Composer, tmp_path: Path) -> None:
    """A run of two processes leaves a checkpoint; a longer one takes it up where it stopped, and weights move."""
    work = tmp_path / "work"
    fit_together(PoseNetwork, composer, PoseTrainPlan(steps=2, batch=4, workers=0), work)
    first = state(work)
    assert first["step"] == 2
    fit_together(PoseNetwork, composer, PoseTrainPlan(steps=3, batch=4, workers=0), work)
    second = state(work)
    assert second["step"] == 3
    name = "decoder.heatmaps.weight"
    assert not torch.equal(first["network"][name], second["network"][name])
    assert not torch.equal(second["network"][name], second["mean"][name])
    assert torch.equal(first["network"]["stem.weight"], second["network"]["stem.weight"])
