"""Tests of clips and the windows that are cut from them."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.features import common_joints
from haredge.activity.window import PoseWindow
from haredge.core.types import Pose
from haredge.datasets.clips import LabelledClip, from_joints, sliding_windows, whole_window


def clip(seconds: float, hz: float = 30) -> LabelledClip:
    """Record keypoints that all move along straight lines."""
    times = np.arange(round(seconds * hz) + 1) / hz
    keypoints = np.ones((len(times), 17, 3), np.float32)
    keypoints[..., :2] += np.float32(40) * times[:, None, None].astype(np.float32) * np.arange(17)[:, None]
    return LabelledClip("c", "walk", times, keypoints, "g")


def test_joints_survive_the_way_through_keypoints() -> None:
    """What goes in as common joints comes out as common joints."""
    places = np.random.default_rng(0).normal(0, 1, (5, 13, 2)).astype(np.float32)
    scores = (np.arange(13) % 3 > 0).astype(np.float32) * np.ones((5, 1), np.float32)
    joints, seen = common_joints(from_joints(places, scores))
    np.testing.assert_array_equal(seen, scores > 0)
    np.testing.assert_allclose(joints[seen], places[seen])


@given(seconds=st.floats(0.2, 9), hz=st.sampled_from([10, 15, 24, 30]))
def test_the_whole_window_runs_from_the_first_pose_to_the_last(seconds: float, hz: float) -> None:
    """Nine poses, the first the clip's first, the last its last, evenly spread between."""
    recorded = clip(max(seconds, 2 / hz), hz)
    window = whole_window(recorded)
    np.testing.assert_array_equal(window[0], recorded.keypoints[0])
    np.testing.assert_array_equal(window[-1], recorded.keypoints[-1])
    np.testing.assert_allclose(np.diff(window[:, 5, 0], n=2), 0, atol=1e-2)


def test_training_cuts_the_windows_that_the_daemon_cuts() -> None:
    """A sliding window that ends at some time is, bit for bit, what the daemon's window holds at that time."""
    recorded = clip(4.0)
    windows = sliding_windows(recorded, 1.5, 0.5)
    live, seen = PoseWindow(1.5), {}
    for t, keypoints in zip(recorded.times.tolist(), recorded.keypoints, strict=True):
        live.push(Pose(t, keypoints))
        if (poses := live.poses()) is not None:
            seen[round(t, 6)] = np.stack([pose.keypoints for pose in poses])
    assert len(windows) == 6
    for index, window in enumerate(windows):
        np.testing.assert_allclose(window, seen[round(1.5 + 0.5 * index, 6)], atol=1e-4)


def test_a_clip_shorter_than_the_span_gives_one_window() -> None:
    """Nothing is thrown away because it is short."""
    windows = sliding_windows(clip(0.8), 1.5, 0.25)
    assert windows.shape == (1, 9, 17, 3)
    assert clip(0.8).duration_s == pytest.approx(0.8)


def test_a_label_and_a_person_have_one_form() -> None:
    """Composed and decomposed letters look the same, and are the same."""
    composed, decomposed = (unicodedata.normalize(form, "caf\u00e9") for form in ("NFC", "NFD"))
    clips = [
        LabelledClip("a", text, np.arange(2.0), np.zeros((2, 17, 3), np.float32), group=text)
        for text in (composed, decomposed)
    ]
    assert {(clip.label, clip.group) for clip in clips} == {(composed, composed)}
