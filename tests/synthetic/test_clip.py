"""Scripts, their timelines, and clips drawn from them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from haredge.core.labels import NO_PERSON
from haredge.synthetic.clip import SyntheticClip
from haredge.synthetic.falls import OTHER_FALLS
from haredge.synthetic.floor import PASSAGES
from haredge.synthetic.ground_truth import OUTSIDE
from haredge.synthetic.kinematics import joints_of
from haredge.synthetic.script import EMPTY, SECONDS

SMALL = (160, 120)
EVERYTHING = [(EMPTY, 1.0), *((word, 2.5) for word in SECONDS if word != EMPTY), (EMPTY, 1.0)]


@pytest.fixture(scope="module")
def everything() -> SyntheticClip:
    return SyntheticClip(EVERYTHING, seed=4, size=SMALL)


def test_a_seed_is_a_clip() -> None:
    """The same seed gives the same images; another seed another person in another room."""
    one, same, other = (SyntheticClip([("waving", 1.0)], seed=seed, size=SMALL) for seed in (8, 8, 9))
    t = one.timeline.duration_s - 0.2
    assert (one.at(t).image == same.at(t).image).all()
    assert (one.at(t).image != other.at(t).image).mean() > 0.5


def test_steps_follow_one_another_without_gaps(everything: SyntheticClip) -> None:
    """Every step begins where the one before ends, and all that the script asks for is played."""
    steps = everything.timeline.steps
    assert steps[0].start_s == 0
    for before, after in itertools.pairwise(steps):
        assert after.start_s == before.end_s > before.start_s
    assert {step.label for step in steps} == {
        *(set(SECONDS) - {EMPTY, "lying_down", "dropping_onto_chair", *OTHER_FALLS, *PASSAGES}),
        *("lying_down", "kneeling", "tying_shoes", "playing", "floor_exercise"),
        *(NO_PERSON, "sitting_down", "standing_up", "lying", "getting_up", "getting_down"),
    }


def test_labels_are_those_of_the_script_for_as_long_as_it_says() -> None:
    """The stretches of a clip name what was asked for, with its seconds, in its order."""
    clip = SyntheticClip([(EMPTY, 2.0), ("waving", 3.0), ("squat", 4.0), (EMPTY, 1.0)], seed=2, size=SMALL)
    stretches = clip.labels(30.0)
    assert [label for _, _, label in stretches] == [NO_PERSON, "walking", "waving", "squat", "walking", NO_PERSON]
    lengths = {label: end - start for start, end, label in stretches}
    assert lengths["waving"] == pytest.approx(3, abs=0.1)
    assert lengths["squat"] == pytest.approx(4, abs=0.1)
    assert stretches[0][1] >= 2.0
    assert stretches[-1][1] == pytest.approx(clip.timeline.duration_s, abs=0.05)


def test_an_empty_image_is_labelled_no_person_and_only_then(everything: SyntheticClip) -> None:
    """There are keypoints exactly while a person is in view, and then most of them lie in the image."""
    for t in np.linspace(0, everything.timeline.duration_s, 150):
        label, keypoints, _ = everything.truth(float(t))
        assert (keypoints is None) == (label == NO_PERSON)
        if keypoints is not None:
            assert np.count_nonzero(keypoints[:, 2] != OUTSIDE) >= 9


def test_an_empty_stage_stays_empty() -> None:
    """While no person is there the image is the room, except for the camera's noise."""
    clip = SyntheticClip([(EMPTY, 3.0), ("standing", 2.0)], seed=1, size=SMALL)
    one, other = clip.at(0.2).image.astype(int), clip.at(1.9).image.astype(int)
    assert np.abs(one - other).mean() < 8
    assert (one != other).any()
    present = clip.at(clip.timeline.duration_s - 0.5).image.astype(int)
    assert (np.abs(present - one).max(2) > 40).mean() > 0.02


def test_no_joint_jumps_between_frames(everything: SyntheticClip) -> None:
    """Through all steps and from each to the next, no joint moves more than a body can in a frame."""
    bones, rate_hz = everything.figure.bones, 30.0
    before = None
    for index in range(int(everything.timeline.duration_s * rate_hz)):
        _, posture = everything.timeline.at(index / rate_hz)
        joints = None if posture is None else joints_of(posture, bones)
        if joints is not None and before is not None:
            assert np.linalg.norm(joints - before, axis=1).max() * rate_hz < 12, (index / rate_hz, _)
        before = joints


def test_people_come_from_outside_and_go_there() -> None:
    """A person who appears walks into the image from its edge; one who leaves is gone before it is empty."""
    clip = SyntheticClip([(EMPTY, 1.0), ("standing", 1.0), (EMPTY, 1.0)], seed=6, size=SMALL)
    there = [(t, clip.timeline.at(t)[1]) for t in np.arange(0, clip.timeline.duration_s, 0.05)]
    seen = [t for t, posture in there if posture is not None]
    for t in (seen[0], seen[-1]):
        assert clip.truth(float(t))[1] is None


def test_sitting_needs_a_chair() -> None:
    """The seat is under the person who sits: hips just above it, and it is drawn."""
    clip = SyntheticClip([("sitting", 2.0)], seed=3, size=SMALL)
    step = next(step for step in clip.timeline.steps if step.label == "sitting")
    joints = clip.truth(step.start_s + 1)[2]
    assert joints is not None
    assert clip.stage.chair is not None
    hips = joints[7:9].mean(0)
    assert 0.46 < hips[1] < 0.66
    assert np.hypot(hips[0] - clip.stage.chair.x, hips[2] - clip.stage.chair.z) < 0.6
