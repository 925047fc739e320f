"""Bodies move as bodies can."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from haredge.synthetic.appearance import Figure
from haredge.synthetic.gait import Gait
from haredge.synthetic.kinematics import ANKLE_UP, SIZE, Spot, field, joints_of, mirror, place
from haredge.synthetic.motion import blend, through
from haredge.synthetic.motions import MOTIONS
from haredge.synthetic.poses import STAND, random_posture
from haredge.synthetic.skeleton import (
    ANKLES,
    CLEAR_M,
    ELBOWS,
    HEAD,
    HIPS,
    KNEES,
    KNUCKLES,
    NECK,
    SHOULDERS,
    TOES,
    WRISTS,
    Bones,
    Floats,
)

BONES = Bones.of(1.75)
RATE_HZ = 60.0
seeds = st.integers(0, 100_000)


def lengths(joints: Floats) -> dict[str, float]:
    """Measure every bone of a (joints, 3) posture."""
    pairs = {
        "shoulders": (SHOULDERS[0], SHOULDERS[1]),
        "hips": (HIPS[0], HIPS[1]),
        "head": (NECK, HEAD),
        **{f"upper_arm{s}": (SHOULDERS[s], ELBOWS[s]) for s in (0, 1)},
        **{f"forearm{s}": (ELBOWS[s], WRISTS[s]) for s in (0, 1)},
        **{f"hand{s}": (WRISTS[s], KNUCKLES[s]) for s in (0, 1)},
        **{f"thigh{s}": (HIPS[s], KNEES[s]) for s in (0, 1)},
        **{f"shank{s}": (KNEES[s], ANKLES[s]) for s in (0, 1)},
        **{f"foot{s}": (ANKLES[s], TOES[s]) for s in (0, 1)},
    }
    return {name: float(np.linalg.norm(joints[a] - joints[b])) for name, (a, b) in pairs.items()}


def track(name: str, seed: int, bones: Bones, seconds: float = 3.0) -> Floats:
    """Joints (frames, joints, 3) of a motion at :data:`RATE_HZ`."""
    motion = MOTIONS[name](np.random.default_rng(seed))
    return np.stack([joints_of(motion(index / RATE_HZ), bones) for index in range(int(seconds * RATE_HZ))])


@pytest.mark.parametrize("name", MOTIONS)
def test_bones_keep_their_length(name: str) -> None:
    """No motion stretches or shortens a bone, whatever the person's build."""
    bones = Figure.random(np.random.default_rng(5)).bones
    first, *rest = track(name, 5, bones)[::6]
    for joints in rest:
        assert lengths(joints) == pytest.approx(lengths(first), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_bones_keep_their_length_in_any_posture(seed: int) -> None:
    """Any numbers whatever in a posture give the same bones."""
    values = np.random.default_rng(seed).normal(0, 1, SIZE) * 40
    assert lengths(joints_of(values, BONES)) == pytest.approx(lengths(joints_of(STAND, BONES)), abs=1e-6)


@pytest.mark.parametrize("name", MOTIONS)
def test_no_joint_moves_faster_than_a_body_can(name: str) -> None:
    """No joint exceeds 12 m/s, about a boxer's fist; none jumps from one frame to the next."""
    speed = np.linalg.norm(np.diff(track(name, 7, BONES, 5.0), axis=0), axis=2) * RATE_HZ
    assert speed.max() < 12


@pytest.mark.parametrize("name", MOTIONS)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_nobody_sinks_through_the_floor(name: str, seed: int) -> None:
    """No joint goes through the floor, nor more than 5 cm below where it lies when the body rests on it."""
    heights = track(name, seed, BONES)[:, :, 1]
    assert heights.min() >= 0
    assert (heights - CLEAR_M).min() > -0.05


@pytest.mark.parametrize("name", ["standing", "waving", "waving_both", "clapping", "squat", "picking_up", "sitting"])
def test_standing_feet_stay_where_they_are(name: str) -> None:
    """Feet that stand move by less than 2 cm while the rest of the body moves."""
    ankles = track(name, 3, BONES)[:, list(ANKLES)]
    assert np.ptp(ankles, axis=0).max() < 0.02


def test_walking_feet_do_not_slide() -> None:
    """A foot that is flat on the floor stays there while the body goes on above it."""
    gait, step = Gait.walking(np.random.default_rng(0)), 1 / 200
    distances = np.arange(0, 2 * gait.stride, step)
    feet = np.stack([field(gait.at(float(d)), "feet") for d in distances])
    on_floor = feet[..., 2] + distances[:, None]
    flat = (feet[..., 1] < ANKLE_UP + 1e-6) & (np.abs(feet[..., 4]) < 1)
    slides = np.abs(np.diff(on_floor, axis=0))[flat[1:] & flat[:-1]]
    assert flat.mean() > 0.2
    assert slides.max() < 1e-6


def test_walking_has_a_foot_on_the_floor_and_running_has_flights() -> None:
    """That is what distinguishes them."""
    for gait, flies in ((Gait.walking, False), (Gait.running, True)):
        own = gait(np.random.default_rng(1))
        lowest = [
            min(joints_of(own.at(d), BONES)[list(TOES), 1]) for d in np.linspace(0, own.stride, 60, endpoint=False)
        ]
        assert (max(lowest) > 0.05) == flies


@pytest.mark.parametrize("name", ["squat", "jumping_jacks", "clapping", "pushup", "boxing"])
def test_cycles_meet_without_a_jolt(name: str) -> None:
    """Where a cycle begins again, joints move no farther in a frame than anywhere else in it."""
    steps = np.linalg.norm(np.diff(track(name, 11, BONES, 12.0), axis=0), axis=2).max(1)
    assert np.sort(steps)[-1] < 1.5 * np.sort(steps)[-40]


def test_key_poses_are_passed_through() -> None:
    """A motion is at each key pose at its time, and between two never beyond either."""
    keys = [(0.0, STAND), (0.7, random_posture(np.random.default_rng(0))), (1.1, STAND * 0.5), (2.0, STAND)]
    motion = through(keys, cycle=True)
    for t, pose in keys:
        np.testing.assert_allclose(motion(t), pose, atol=1e-9)
    for (t0, a), (t1, b) in itertools.pairwise(keys):
        for t in np.linspace(t0, t1, 9)[1:-1]:
            assert (motion(float(t)) >= np.minimum(a, b) - 1e-9).all()
            assert (motion(float(t)) <= np.maximum(a, b) + 1e-9).all()


@given(seed=seeds)
@settings(max_examples=30, deadline=None)
def test_mirroring_is_seen_in_a_mirror(seed: int) -> None:
    """The joints of a mirrored posture are the mirrored joints, left and right swapped."""
    values = random_posture(np.random.default_rng(seed))
    swap = [0, 2, 1, 4, 3, 6, 5, 8, 7, 10, 9, 12, 11, 13, 14, 16, 15, 18, 17, 19]
    np.testing.assert_allclose(joints_of(mirror(values), BONES), joints_of(values, BONES)[swap] * (-1, 1, 1), atol=1e-9)


@given(seed=seeds, x=st.floats(-3, 3), z=st.floats(-3, 3), heading=st.floats(-180, 180))
@settings(max_examples=30, deadline=None)
def test_a_spot_moves_and_turns_the_whole_body(seed: int, x: float, z: float, heading: float) -> None:
    """On another spot the body is the same, turned and moved."""
    values, turn = random_posture(np.random.default_rng(seed)), np.radians(heading)
    matrix = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    here = joints_of(values, BONES)
    there = joints_of(place(values, Spot(x, z, heading), BONES.leg), BONES)
    np.testing.assert_allclose(there, here @ matrix.T + (x, 0, z), atol=1e-6)


def test_a_blend_starts_and_ends_where_it_should() -> None:
    """From one posture to another, the short way round."""
    old = place(STAND, Spot(0, 0, 170), BONES.leg)
    new = place(random_posture(np.random.default_rng(3)), Spot(0.4, 0.1, -170), BONES.leg)
    np.testing.assert_allclose(joints_of(blend(old, new, 0.0), BONES), joints_of(old, BONES), atol=1e-9)
    np.testing.assert_allclose(joints_of(blend(old, new, 1.0), BONES), joints_of(new, BONES), atol=1e-9)
    assert abs(field(blend(old, new, 0.5), "tilt")[2]) > 170
