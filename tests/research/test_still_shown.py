"""Promises of research.still.shown."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert")

import installed
import numpy as np

from haredge.compose import open_networks
from haredge.config.schema import ActivitySection, Config, PoseSection
from research.still.shown import FRAMES, said, shown


def test_a_photograph_stays_before_the_camera() -> None:
    """In BGR, with the noise of a camera, the same one each time."""
    photograph = np.full((224, 224, 3), (200, 20, 90), np.uint8)
    first, *others = shown(photograph)
    assert len(others) == FRAMES - 1
    assert first.image.shape == (168, 224, 3)
    assert first.image.mean(axis=(0, 1)).round().tolist() == [90, 20, 200]
    assert (first.image != others[0].image).any()


def test_what_is_reported_is_compared_with_the_photographs_label(tmp_path: Path) -> None:
    """No person; the label itself; a label of motion, which a photograph does not contradict."""
    config = Config(
        pose=PoseSection(model=str(installed.pose_model(tmp_path))),
        activity=ActivitySection(
            model=str(installed.activity_model(tmp_path)), still_model=str(installed.still_model(tmp_path))
        ),
    )
    networks = open_networks(config)
    person = installed.person(arms_up=True, size=(168, 224))[:, :, ::-1]
    assert said(networks, installed.nobody((168, 224)), "red", installed.STILL_LABELS) == "no person"
    assert said(networks, person, "arms_up", installed.STILL_LABELS) == "right"
    assert said(networks, person, "red", installed.STILL_LABELS) == "another of motion"
