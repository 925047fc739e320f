"""Tests of the sliding window."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.activity.window import LENGTH, MAX_GAP_S, PoseWindow
from haredge.core.types import Keypoints, Pose


def straight(t: float) -> Keypoints:
    """Move every keypoint at a constant velocity of its own, always seen."""
    index = np.arange(17, dtype=np.float32)
    return np.stack([100 + index * t, 50 - 3 * index * t, np.ones(17)], axis=1).astype(np.float32)


def fill(window: PoseWindow, times: list[float]) -> None:
    for t in times:
        window.push(Pose(t, straight(t)))


def arrays(window: PoseWindow) -> np.ndarray:
    poses = window.poses()
    assert poses is not None
    return np.stack([pose.keypoints for pose in poses])


def test_a_full_window_spreads_its_poses_evenly_and_ends_at_the_newest() -> None:
    """Nine poses, evenly spaced over the span, oldest first, the last one being the newest pushed."""
    window = PoseWindow(span_s=1.6)
    fill(window, [frame / 30 for frame in range(61)])
    poses = window.poses()
    assert poses is not None
    assert len(poses) == LENGTH
    np.testing.assert_allclose([pose.t for pose in poses], 2.0 - 1.6 + 0.2 * np.arange(9), atol=1e-9)
    np.testing.assert_array_equal(poses[-1].keypoints, straight(2.0))


@given(rate_hz=st.floats(6, 240), span_s=st.floats(0.5, 3), end_s=st.floats(0, 4))
def test_any_frame_rate_gives_the_same_window(rate_hz: float, span_s: float, end_s: float) -> None:
    """A motion in straight lines gives the same nine poses at whatever rate it is sampled."""
    window = PoseWindow(span_s)
    start_s = end_s - span_s - 0.5
    fill(window, [*(start_s + step / rate_hz for step in range(int((end_s - start_s) * rate_hz))), end_s])
    expected = np.stack([straight(end_s - span_s + span_s * step / 8) for step in range(9)])
    np.testing.assert_allclose(arrays(window), expected, atol=2e-3)


@given(shift_s=st.floats(0, 1e5), jitter=st.lists(st.floats(-0.01, 0.01), min_size=61, max_size=61))
def test_uneven_frame_times_do_not_matter(shift_s: float, jitter: list[float]) -> None:
    """Frames that come late or early are placed by their times, and the clock may start anywhere."""
    times = [frame / 30 + late for frame, late in enumerate(jitter)]
    even, uneven = PoseWindow(1.5), PoseWindow(1.5)
    fill(even, [step / 30 + times[-1] - 2 for step in range(61)])
    for t in times:
        uneven.push(Pose(t + shift_s, straight(t)))
    np.testing.assert_allclose(arrays(uneven), arrays(even), atol=2e-2)


def test_no_window_before_the_span_is_covered() -> None:
    """There is no answer until the poses reach back the whole span, and there is one as soon as they do."""
    window = PoseWindow(span_s=1.5)
    fill(window, [frame / 30 for frame in range(45)])
    assert window.poses() is None
    fill(window, [45 / 30])
    assert window.poses() is not None


def test_a_window_may_be_given_before_it_is_full() -> None:
    """From the least that must be covered on, the poses are spread over what there is; then over the span."""
    window = PoseWindow(span_s=1.5, least_s=0.9)
    fill(window, [frame / 30 for frame in range(27)])
    assert window.poses() is None
    for last in range(27, 60):
        fill(window, [last / 30])
        poses = window.poses()
        assert poses is not None
        covered_s = min(last / 30, 1.5)
        np.testing.assert_allclose([pose.t for pose in poses], last / 30 - covered_s * np.linspace(1, 0, 9), atol=1e-9)


@given(st.lists(st.tuples(st.floats(-0.1, 0.7), st.booleans()), min_size=1, max_size=80))
def test_a_window_never_spans_a_gap(steps: list[tuple[float, bool]]) -> None:
    """Whatever comes and goes, between two neighbours in memory lies less than the longest gap allowed."""
    window, t, run_start, last_pose_t = PoseWindow(1.0), 0.0, 0.0, -1e9
    for step_s, present in steps:
        t += step_s
        if not 0 <= t - last_pose_t <= MAX_GAP_S:
            run_start, last_pose_t = t, -1e9
        if present:
            window.push(Pose(t, straight(t)))
            run_start = t if last_pose_t == -1e9 else run_start
            last_pose_t = t
        else:
            window.miss(t)
        poses = window.poses()
        if poses is not None:
            assert poses[0].t >= run_start - 1e-6
            assert poses[-1].t == last_pose_t


def test_an_empty_view_empties_the_window() -> None:
    """Once no person has been detected for longer than a dropout, the past is forgotten."""
    window = PoseWindow(1.0)
    fill(window, [frame / 30 for frame in range(60)])
    for frame in range(60, 60 + int(30 * MAX_GAP_S) + 2):
        window.miss(frame / 30)
    assert window.poses() is None
    assert len(window) == 0


def test_a_single_missed_detection_is_bridged() -> None:
    """One frame in which the pose network fails does not cost the window."""
    window = PoseWindow(1.0)
    for frame in range(45):
        t = frame / 10
        if frame == 40:
            window.miss(t)
        else:
            window.push(Pose(t, straight(t)))
    np.testing.assert_allclose(arrays(window)[-1], straight(4.4), atol=1e-3)


def test_a_clock_that_steps_back_empties_the_window() -> None:
    """A video that starts over does not mix its end with its beginning."""
    window = PoseWindow(1.0)
    fill(window, [frame / 30 for frame in range(60)])
    fill(window, [0.0])
    assert window.poses() is None
    assert len(window) == 1


def test_a_keypoint_seen_in_one_neighbour_only_is_taken_from_it() -> None:
    """A missing keypoint's coordinates, which mean nothing, are never mixed into a seen one's."""
    window = PoseWindow(1.0, length=2, max_gap_s=2.0)
    lost = straight(0.0)
    lost[3] = (0, 0, 0)
    window.push(Pose(0.0, lost))
    window.push(Pose(0.8, straight(0.8)))
    window.push(Pose(1.4, straight(1.4)))
    oldest = arrays(window)[0]
    np.testing.assert_array_equal(oldest[3], straight(0.8)[3])
    np.testing.assert_allclose(oldest[4], straight(0.4)[4], rtol=1e-6)


@given(rate_hz=st.floats(100, 100_000))
def test_memory_is_bounded(rate_hz: float) -> None:
    """However fast poses come, a fixed number is kept."""
    window = PoseWindow(1.0)
    fill(window, [step / rate_hz for step in range(1000)])
    assert len(window) <= 8 * 8 + 3


@pytest.mark.parametrize("wrong", [{"span_s": 0}, {"span_s": 1, "length": 1}, {"span_s": 1, "max_gap_s": 0}])
def test_a_window_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    """A window needs a span, two poses or more, and a gap that frames can stay under."""
    with pytest.raises(ValueError, match="a window needs"):
        PoseWindow(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("least_s", [0.0, -1.0, 1.6])
def test_the_least_part_of_a_window_is_a_part_of_it(least_s: float) -> None:
    """It is more than nothing and at most the span."""
    with pytest.raises(ValueError, match="least part"):
        PoseWindow(1.5, least_s)
