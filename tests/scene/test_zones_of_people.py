"""Promises of haredge.scene.zones: where a person is, and which zone that is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.keypoints import INDEX
from haredge.core.types import Box, Keypoints, Pose
from haredge.core.zone import Zone
from haredge.scene.zones import Where, lies, place_of, smallest_first

SIZE = (480, 640)
ROOM = Zone("room", ((0, 0), (1, 0), (1, 1), (0, 1)))
BED = Zone("bed", ((0.5, 0.5), (1, 0.5), (1, 1), (0.5, 1)))


def body(*, lying: bool = False, sitting: bool = False) -> Keypoints:
    """Return a person's keypoints: the hips at (320, 240), upright 200 pixels tall, facing the camera."""
    heights = {"shoulder": -60, "elbow": -30, "wrist": 0, "hip": 0, "knee": 50, "ankle": 100}
    keypoints = np.zeros((17, 3), np.float32)
    keypoints[:5] = (0, -90, 0.9)
    for joint, down in heights.items():
        for side, across in (("left", 12), ("right", -12)):
            keypoints[INDEX[f"{side}_{joint}"]] = (across, down, 0.9)
    if sitting:
        for joint in ("knee", "ankle"):
            for side in ("left", "right"):
                keypoints[INDEX[f"{side}_{joint}"], 0] += 50
                keypoints[INDEX[f"{side}_{joint}"], 1] -= 45
    if lying:
        keypoints[:, :2] = keypoints[:, 1::-1]
    keypoints[:, :2] += (320, 240)
    return keypoints


def hide(keypoints: Keypoints, *joints: str) -> Keypoints:
    keypoints[[INDEX[f"{side}_{joint}"] for joint in joints for side in ("left", "right")], 2] = 0.05
    return keypoints


def place(keypoints: Keypoints, box: Box | None = None) -> tuple[int, int]:
    """Return where a person is, in pixels."""
    x, y = place_of(Pose(0.0, keypoints, network_box=box), SIZE)
    return round(x * SIZE[1]), round(y * SIZE[0])


def test_a_person_is_where_the_feet_are() -> None:
    """Between the ankles; if one is hidden, at the other."""
    keypoints = body()
    assert place(keypoints) == (320, 340)
    keypoints[INDEX["left_ankle"], 2] = 0.0
    assert place(keypoints) == (308, 340)


def test_what_stands_in_for_hidden_feet() -> None:
    """Behind a table the knees, then the hips; of a mere face the lower edge of the box, which the network may know."""
    assert place(hide(body(), "ankle")) == (320, 290)
    assert place(hide(body(), "ankle", "knee")) == (320, 240)
    face = hide(body(), "ankle", "knee", "hip")
    assert place(face, Box(280, 140, 340, 460)) == (310, 460)
    assert place(face)[1] == 240  # the wrists are the lowest that is seen


def test_a_person_who_lies_is_where_the_hips_are() -> None:
    """The feet hang over the edge of many a bed; under a blanket the middle between shoulders and feet stands in."""
    assert lies(body(lying=True))
    assert place(body(lying=True)) == (320, 240)
    assert place(hide(body(lying=True), "hip")) == (340, 240)
    assert place(hide(body(lying=True), "knee", "ankle")) == (320, 240)
    assert place(hide(body(lying=True), "shoulder")) == (320, 240)


def test_who_sits_or_bends_does_not_lie() -> None:
    """One half of the body is upright."""
    assert not lies(body())
    assert not lies(body(sitting=True))
    bent = body()
    bent[: INDEX["left_hip"], :2] = body(lying=True)[: INDEX["left_hip"], :2]
    assert not lies(bent)
    assert not lies(hide(body(), "hip"))
    assert not lies(hide(body(lying=True), "shoulder", "knee", "ankle"))


@given(st.floats(-2000, 2000), st.floats(-2000, 2000), st.booleans())
def test_a_place_is_in_the_image(x: float, y: float, lying: bool) -> None:
    """Whatever a network says: who is cut off by the edge is at the edge."""
    keypoints = body(lying=lying)
    keypoints[:, :2] += (x, y)
    assert all(0 <= share <= 1 for share in place_of(Pose(0.0, keypoints), SIZE))


def test_nothing_seen_is_somewhere_all_the_same() -> None:
    """Keypoints that are all below any threshold still have a box."""
    keypoints = body()
    keypoints[:, 2] = 0
    assert place(keypoints) == (320, 340)


@pytest.mark.parametrize("zones", [(ROOM, BED), (BED, ROOM)])
def test_the_smallest_zone_comes_first(zones: tuple[Zone, ...]) -> None:
    """The bed before the room round it, in whatever order they are drawn; outside all zones there is none."""

    def at(x: float, y: float, *zones: Zone) -> tuple[Zone, ...]:
        keypoints = body()
        keypoints[:, :2] += (x * SIZE[1] - 320, y * SIZE[0] - 340)
        return tuple(Where.of(Pose(0.0, keypoints), SIZE, smallest_first(zones)).zones)

    assert at(0.7, 0.7, *zones) == (BED, ROOM)
    assert at(0.2, 0.7, *zones) == (ROOM,)
    assert at(0.2, 0.7, BED) == at(0.2, 0.7) == ()


def test_who_leans_back_on_a_bed_rests_with_the_feet_on_the_floor() -> None:
    """Feet or hips are in the smallest zone, and it is one to rest in."""
    sofa = Zone("sofa", ((0.45, 0.4), (0.55, 0.4), (0.55, 0.6), (0.45, 0.6)), rest=True)
    rug = Zone("rug", ((0.48, 0.45), (0.52, 0.45), (0.52, 0.55), (0.48, 0.55)))

    def rests(*zones: Zone, keypoints: Keypoints) -> bool:
        return Where.of(Pose(0.0, keypoints), SIZE, smallest_first(zones)).resting

    assert place_of(Pose(0.0, body()), SIZE) not in sofa
    assert rests(sofa, ROOM, keypoints=body())
    assert rests(sofa, ROOM, keypoints=body(lying=True))
    assert not rests(sofa, rug, ROOM, keypoints=body())
    assert not rests(ROOM, keypoints=body())
    assert not rests(sofa, keypoints=hide(body(), "hip"))
