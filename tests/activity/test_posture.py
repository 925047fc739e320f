"""Tests of postures that last while the torso stays where it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from stick_figure import Stance

from haredge.activity.posture import LastingPosture
from haredge.core.keypoints import INDEX
from haredge.core.types import Known, Pose

ARMS = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("elbow", "wrist")]


def standing(**change: float) -> Pose:
    return Stance(**change).pose(0.0)


def recognised(label: str, pose: Pose | None = None) -> LastingPosture:
    posture = LastingPosture()
    posture.recognise(pose or standing(), Known(label, 0.8))
    return posture


def lasts(posture: LastingPosture, pose: Pose | None) -> str | None:
    known = posture.update(pose)
    return None if known is None else known.label


def changed(pose: Pose, keypoints: NDArray[np.float32]) -> Pose:
    return Pose(pose.t, keypoints.astype(np.float32))


@pytest.mark.parametrize("label", ["standing", "sitting", "lying"])
def test_a_posture_lasts_until_the_torso_moves(label: str) -> None:
    """Who stays where they are, or is not detected for a moment, has the posture in which they were recognised."""
    posture = recognised(label)
    assert [lasts(posture, pose) for pose in (standing(), None, standing(x=322))] == [label] * 3
    assert lasts(posture, standing(sunk=0.5)) is None
    assert lasts(posture, standing()) is None


def test_arms_and_head_may_move() -> None:
    """Who waves while standing still stands."""
    posture, pose = recognised("standing"), standing()
    keypoints = pose.keypoints.copy()
    keypoints[ARMS, 1] -= 120
    assert lasts(posture, changed(pose, keypoints)) == "standing"


def test_its_probability_is_that_of_the_recognition() -> None:
    """What the network says of the person since then does not make the posture less likely."""
    posture = recognised("sitting")
    assert posture.update(standing()) == Known("sitting", 0.8)
    posture.recognise(standing(), Known("sitting", 0.95))
    posture.recognise(standing(), None)
    assert posture.update(standing()) == Known("sitting", 0.95)


def test_other_labels_are_no_postures() -> None:
    """Who walked, or waved, a moment ago may have stopped; and they leave a posture as it is."""
    assert lasts(recognised("walking"), standing()) is None
    posture = recognised("standing")
    posture.recognise(standing(), Known("waving", 0.9))
    assert lasts(posture, standing()) == "standing"


def test_what_cannot_be_seen_does_not_last() -> None:
    """With the torso hidden nothing is known of the posture."""
    posture, pose = recognised("sitting"), standing()
    keypoints = pose.keypoints.copy()
    keypoints[[INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("shoulder", "hip")], 2] = 0
    assert lasts(posture, changed(pose, keypoints)) is None


@pytest.mark.parametrize("hips", [(320, 470), (0, 0)])
def test_hidden_hips_do_not_count(hips: tuple[int, int]) -> None:
    """Where a network puts the hips of who sits behind a desk says nothing of how long the torso is."""

    def hidden(pose: Pose) -> Pose:
        keypoints = pose.keypoints.copy()
        keypoints[[INDEX["left_hip"], INDEX["right_hip"]]] = (*hips, 0)
        return changed(pose, keypoints)

    posture = recognised("sitting", hidden(standing(tall=200)))
    assert lasts(posture, hidden(standing(tall=200, x=330))) == "sitting"
    assert lasts(posture, hidden(standing(tall=200, x=360))) is None


def test_a_torso_seen_along_its_axis_may_sway_as_well() -> None:
    """Its length in the image is none, but the body is as large as it is."""
    pose = standing()
    keypoints = pose.keypoints.copy()
    torso = [INDEX[f"{side}_{joint}"] for side in ("left", "right") for joint in ("shoulder", "hip")]
    keypoints[torso, :2] = (320, 200)
    posture = recognised("lying", changed(pose, keypoints))
    keypoints[torso, 0] += 10
    assert lasts(posture, changed(pose, keypoints)) == "lying"


def test_who_drifts_away_slowly_has_moved() -> None:
    """The place is that of the last recognition, not of the last frame."""
    posture = recognised("standing", standing(x=200))
    lasting = [lasts(posture, standing(x=200 + 5 * step)) for step in range(30)]
    assert lasting[0] == "standing"
    assert lasting[-1] is None


@given(st.floats(0.2, 5.0), st.floats(-3.0, 3.0))
def test_the_distance_to_the_camera_does_not_matter(scale: float, away: float) -> None:
    """The same movement in an image of another size leads to the same."""

    def stays(factor: float) -> bool:
        keypoints = standing().keypoints * np.array([factor, factor, 1], np.float32)
        moved = keypoints + np.array([away * 100 * factor, 0, 0], np.float32)
        return recognised("standing", Pose(0.0, keypoints)).update(Pose(0.1, moved)) is not None

    if abs(abs(away) - 0.4) > 0.2:  # on the limit itself, single precision decides
        assert stays(scale) == stays(1.0)
