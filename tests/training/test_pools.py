"""Tests of drawing windows from pools of recordings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from haredge.activity import features
from haredge.datasets.clips import LabelledClip
from haredge.datasets.motions import Motion
from haredge.training.examples import Ingredient, Mixture, OccludedNegatives, ShuffledNegatives
from haredge.training.pools import ClipPool, MotionPool, Spans, StillPool


def clip(label: str, place: float, frames: int = 90) -> LabelledClip:
    """Record joints that stay together at one place and move right by a pixel a frame."""
    keypoints = np.ones((frames, 17, 3), np.float32)
    keypoints[..., 0] = place + np.arange(frames)[:, None]
    return LabelledClip(label, label, np.arange(frames) / 30, keypoints, label)


def motion(label: str, speed: float, frames: int = 90) -> Motion:
    """Move scattered joints upwards at a constant speed, metres a second."""
    joints = np.random.default_rng(1).normal(0, 0.5, (1, 13, 3)).repeat(frames, axis=0).astype(np.float32)
    joints[..., 1] += speed * np.arange(frames, dtype=np.float32)[:, None] / 30
    return Motion(label, label, np.arange(frames) / 30, joints, "s", "test")


def test_windows_come_from_inside_one_clip_with_its_label() -> None:
    """A window never runs from one clip into the next, and its span is one of those asked for."""
    clips = [clip("a", 0), clip("b", 1000, frames=40), clip("c", 5000, frames=200)]
    windows = ClipPool(clips, [0, 1, 2], Spans(0.5, 1.0)).draw(500, np.random.default_rng(0))
    x = windows.places[..., 0].mean(axis=2)
    assert {0, 1, 2} == set(windows.labels.tolist())
    np.testing.assert_array_equal(np.searchsorted([900, 4900], x[:, 0]), windows.labels)
    span_s = (x[:, -1] - x[:, 0]) / 30
    assert span_s.min() >= 0.5 - 1e-3
    assert span_s.max() <= 1.0 + 1e-3
    assert np.diff(x).min() > 0


def test_a_joint_that_is_not_seen_lies_within_the_body() -> None:
    """Noise is measured by the body's size: a joint left in the image's corner would make it many times as large."""
    half_seen = clip("a", 2000)
    half_seen.keypoints[:, 5:11, 0] += 40
    half_seen.keypoints[:, 11:, 2] = 0
    windows = ClipPool([half_seen], [0], Spans(0.5, 1.0)).draw(50, np.random.default_rng(0))
    assert set(np.unique(windows.scores)) == {0.0, 1.0}
    assert np.ptp(windows.places[..., 0], axis=2).max() == pytest.approx(40, abs=1)


def test_a_joint_that_is_lost_for_a_frame_stays_with_its_body() -> None:
    """It is put where it was on the body; else whatever changes the body would make those that are seen jump."""
    still = clip("a", 0)
    still.keypoints[:, 5:, 0] += 40 * np.arange(12)
    still.keypoints[..., 1] = 10 * np.arange(17)
    lost = replace(still, keypoints=still.keypoints.copy())
    lost.keypoints[40:50, 7] = 0
    one, other = (ClipPool([each], [0], Spans(0.5, 1.0)).draw(50, np.random.default_rng(0)) for each in (still, lost))
    assert 0 in other.scores
    assert np.abs(one.places - other.places).max() < 15


def test_a_part_of_the_windows_spans_the_whole_clip() -> None:
    """Where whole clips are asked for, windows span nearly all of theirs."""
    windows = ClipPool([clip("a", 0)], [0], Spans(0.3, 0.5, whole=0.5)).draw(400, np.random.default_rng(0))
    spans = np.ptp(windows.places[..., 0].mean(axis=2), axis=1) / 89
    assert 0.4 < (spans > 0.8).mean() < 0.6


def test_evenness_draws_rare_labels_as_often_as_frequent_ones() -> None:
    """With evenness 1 one clip of a label weighs as much as nine of another."""
    clips = [clip("rare", 0), *(clip("often", 0) for _ in range(9))]
    labels = [0] + [1] * 9
    shares = [
        ClipPool(clips, labels, Spans(0.5, 1), evenness).draw(2000, np.random.default_rng(0)).labels.mean()
        for evenness in (0.0, 1.0)
    ]
    assert shares == pytest.approx([0.9, 0.5], abs=0.05)


def test_long_clips_give_more_windows_but_no_more_whole_ones() -> None:
    """A clip four times as long gives twice the windows; windows over all of a clip come from each alike."""
    clips = [clip("short", 0, frames=50), clip("long", 0, frames=200)]
    parts, wholes = (
        ClipPool(clips, [0, 1], Spans(0.5, 1, whole=whole), 0.0).draw(3000, np.random.default_rng(0)).labels.mean()
        for whole in (0.0, 1.0)
    )
    assert (parts, wholes) == (pytest.approx(2 / 3, abs=0.03), pytest.approx(1 / 2, abs=0.03))


def test_clips_shorter_than_a_window_are_drawn_alike() -> None:
    """Each gives one window, whatever its length."""
    clips = [clip("short", 0, frames=10), clip("longer", 0, frames=29)]
    windows = ClipPool(clips, [0, 1], Spans(1.0, 1.0), 0.0).draw(3000, np.random.default_rng(0))
    assert windows.labels.mean() == pytest.approx(1 / 2, abs=0.03)


def test_motions_are_seen_through_cameras_and_at_the_speed_they_have() -> None:
    """The faster body moves farther in the image."""
    pool = MotionPool([motion("slow", 0.2), motion("fast", 2.0)], [0, 1], Spans(1, 1))
    windows = pool.draw(400, np.random.default_rng(0))
    way = np.ptp(windows.places.mean(axis=2)[..., 1], axis=1)
    assert np.median(way[windows.labels == 1]) > 3 * np.median(way[windows.labels == 0])


def test_somebody_who_stands_still_moves_little() -> None:
    """Over a window of standing the joints sway by a small part of the body, and by something."""
    windows = StillPool(motion("fast", 2.0).joints, [4] * 90).draw(200, np.random.default_rng(0))
    body = np.ptp(windows.places, axis=2).max(axis=(1, 2))
    sway = np.ptp(windows.places, axis=1).max(axis=(1, 2))
    assert set(windows.labels.tolist()) == {4}
    assert 0 < np.median(sway / body) < 0.2


def test_a_jumble_mixes_windows_and_has_its_own_label() -> None:
    """The poses of a jumbled window come from several windows of the pool."""
    clips = [clip("a", 0), clip("b", 10_000), clip("c", 20_000)]
    windows = ShuffledNegatives(ClipPool(clips, [0, 1, 2], Spans(0.5, 1)), label=7).draw(200, np.random.default_rng(0))
    sources = np.round(windows.places[..., 0].mean(axis=2) / 10_000)
    assert set(windows.labels.tolist()) == {7}
    assert np.mean([len(set(row)) > 1 for row in sources.tolist()]) > 0.5


def test_a_wreck_has_few_joints_or_none_in_place() -> None:
    """In half of the wrecked windows most joints are unseen, in the others all are seen and astray."""
    pool = MotionPool([motion("slow", 0.1)], [0], Spans(0.5, 1))
    windows = OccludedNegatives(pool, label=7).draw(400, np.random.default_rng(0))
    seen = windows.scores.mean(axis=(1, 2))
    assert set(windows.labels.tolist()) == {7}
    assert 0.4 < (seen == 1).mean() < 0.6
    assert seen[seen < 1].max() < 0.7
    steady = np.ptp(pool.draw(400, np.random.default_rng(0)).places, axis=1).mean()
    assert np.ptp(windows.places[seen == 1], axis=1).mean() > 3 * steady


def test_an_event_may_begin_late_in_the_window_and_stay_at_its_end() -> None:
    """With less overlap asked for, the first or last pose is held outside the recording; with all of it, never."""
    clips, holds = [clip("a", 0, frames=30)], []
    for overlap in (1.0, 0.7):
        windows = ClipPool(clips, [0], Spans(1.5, 1.5, least_overlap=overlap)).draw(300, np.random.default_rng(0))
        steps = np.diff(windows.places[..., 0].mean(axis=2), axis=1)
        holds.append((np.abs(steps) < 1e-6).any(axis=1).mean())
        assert windows.places[..., 0].max() <= 29 + 1e-3
    assert holds[0] == 0
    assert holds[1] > 0.9


def test_a_mixture_keeps_its_shares_and_can_be_repeated() -> None:
    """Shares are kept to the example, and the same seed draws the same examples."""
    pools = [ClipPool([clip("a", 0)], [label], Spans(0.5, 1)) for label in (0, 1)]
    mixed = Mixture([Ingredient(pools[0], 3.0), Ingredient(pools[1], 1.0), Ingredient(pools[1], 0.0)])
    encoded, labels = mixed.draw(400, np.random.default_rng(2))
    assert encoded.shape == (400, 9, features.SIZE)
    assert encoded.dtype == np.float32
    assert np.bincount(labels).tolist() == [300, 100]
    np.testing.assert_array_equal(encoded, mixed.draw(400, np.random.default_rng(2))[0])
