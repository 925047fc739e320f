"""Finding people with a pose network."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import networks

from haredge.core.types import Frame, Image
from haredge.pose.decoder import person_score
from haredge.pose.decoders.movenet import MoveNetDecoder
from haredge.pose.decoders.multipose import SHAPE, MultiPoseDecoder
from haredge.pose.decoders.posenet import PoseNetDecoder
from haredge.pose.estimator import NetworkPoseEstimator
from haredge.pose.region import Region

PLACES = np.random.default_rng(1).permutation(np.mgrid[3:9, 3:16].reshape(2, -1).T)[:17, ::-1] * 40.0
"""(17, 2) x, y of the drawn keypoints in an image of 640x480, no two alike."""


def image(places: np.ndarray = PLACES) -> Image:
    """Render a dot in each keypoint's colour on grey, BGR."""
    drawn = np.full((480, 640, 3), 127, np.uint8)
    for (x, y), colour in zip(places, networks.colours(), strict=True):
        cv2.circle(drawn, (round(x), round(y)), 14, colour[::-1].tolist(), -1)
    return drawn


def posenet(**options: float) -> NetworkPoseEstimator:
    network = networks.opened(networks.colour_posenet((193, 257), 4))
    decoder = PoseNetDecoder.of(network)
    assert decoder is not None
    return NetworkPoseEstimator(network, decoder, **options)


def test_keypoints_come_back_in_pixels_of_the_image() -> None:
    """Each keypoint is found where it was drawn, whatever the size of image and input: in x, y, left not right."""
    (pose,) = posenet().estimate(Frame(0, 1.25, image()))
    assert pose.t == 1.25
    assert pose.keypoints.dtype == np.float32
    assert np.abs(pose.keypoints[:, :2] - PLACES).max() < 16  # half a dot and a cell
    assert (pose.keypoints[:, 2] > 0.5).all()


def test_a_region_gives_pixels_of_the_whole_image() -> None:
    """Keypoints found in a region lie where they lie in the image, and nearer to the truth; others are not there."""
    region = Region(80, 100, 640, 380)
    (pose,) = posenet().estimate(Frame(0, 1.25, image()), region)
    assert np.abs(pose.keypoints[:, :2] - PLACES).max() < 14
    assert posenet().estimate(Frame(0, 1.25, image()), Region(0, 0, 80, 80)) == ()


@pytest.mark.parametrize("turns", range(4))
def test_a_turned_region_gives_the_same_places(turns: int) -> None:
    """The network sees it turned; what it finds lies where it lies in the image."""
    region = Region(80, 100, 640, 380).turned(turns)
    (pose,) = posenet().estimate(Frame(0, 1.25, image()), region)
    assert np.abs(pose.keypoints[:, :2] - PLACES).max() < 20
    assert (pose.keypoints[:, 2] > 0.5).all()


def test_an_empty_image_has_no_poses() -> None:
    """Nor has one in which the keypoints' scores are too low."""
    estimator = posenet()
    assert estimator.estimate(Frame(0, 0, np.full((480, 640, 3), 127, np.uint8))) == ()
    assert posenet(min_pose_score=1.0, min_tracked_score=0.9999).estimate(Frame(0, 0, image())) == ()


def test_the_score_is_that_of_the_most_confident_keypoints() -> None:
    """Five keypoints are enough for a person."""
    keypoints = np.zeros((17, 3), np.float32)
    keypoints[[0, 3, 5, 7, 16], 2] = 0.5, 0.6, 0.7, 0.8, 0.9
    assert person_score(keypoints) == pytest.approx(0.7)


def movenet(keypoints: np.ndarray, dtype: str = "float32") -> NetworkPoseEstimator:
    network = networks.opened(networks.movenet(keypoints, dtype=dtype))
    decoder = MoveNetDecoder.of(network)
    assert decoder is not None
    return NetworkPoseEstimator(network, decoder)


def test_keypoints_stay_inside_the_image() -> None:
    """Keypoints that a network puts beyond the image, such as into the letterbox's bars, lie on its edge."""
    keypoints = np.full((17, 3), 0.9)
    keypoints[:, :2] = np.random.default_rng(0).random((17, 2)) * 3 - 1
    (pose,) = movenet(keypoints).estimate(Frame(0, 0, image()))
    assert (pose.keypoints[:, :2] >= 0).all()
    assert (pose.keypoints[:, :2] <= (639, 479)).all()


def test_a_movenets_fractions_become_pixels() -> None:
    """MoveNet's y, x in fractions of its input are pixels x, y of the image, through the letterbox."""
    keypoints = np.full((17, 3), 0.9)
    keypoints[:, 0], keypoints[:, 1] = 0.5, 0.25
    keypoints[0, :2] = 0.125, 1.0
    (pose,) = movenet(keypoints).estimate(Frame(0, 0, image()))
    assert pose.keypoints[1].tolist() == pytest.approx([159.5, 239.5, 0.9])
    assert pose.keypoints[0].tolist() == pytest.approx([639, 0, 0.9], abs=0.6)


def multipose(*rows: np.ndarray, size: tuple[int, int] = (192, 192)) -> NetworkPoseEstimator:
    output = np.zeros(SHAPE, np.float32)
    output[0, : len(rows)] = rows
    network = networks.opened(networks.constant([1, *size, 3], output))
    decoder = MultiPoseDecoder.of(network)
    assert decoder is not None
    return NetworkPoseEstimator(network, decoder, min_pose_score=0.5, min_tracked_score=0.3)


def test_several_people_come_with_their_presence_and_box_in_pixels_of_the_image() -> None:
    """The highest presence first, down to that of people who are known; boxes go through letterbox and region, too."""
    whole = np.array([*[0.5, 0.5, 0.9] * 17, 0.125, 0.0, 0.875, 0.25, 0.4])
    sure = np.array([*[0.5, 0.5, 0.9] * 17, 0.25, 0.5, 0.5, 0.75, 0.8])
    estimator = multipose(whole, sure, np.array([*[0.5, 0.5, 0.9] * 17, 0, 0, 1, 1, 0.2]))
    first, second = estimator.estimate(Frame(0, 0, image()))
    assert [first.presence, second.presence] == pytest.approx([0.8, 0.4])
    assert second.box == pytest.approx((0, 0, 159.5, 479), abs=0.6)  # the bars above and below are outside
    (first, _) = estimator.estimate(Frame(0, 0, image()), Region(100, 100, 300, 300))
    assert first.box == pytest.approx((199.5, 149.5, 249.5, 199.5), abs=0.6)
    assert first.keypoints[0] == pytest.approx([199.5, 199.5, 0.9])
    (first, _) = estimator.estimate(Frame(0, 0, image()), Region(100, 100, 300, 300, turns=2))
    assert first.box == pytest.approx((149.5, 199.5, 199.5, 249.5), abs=0.6)  # left is still left of right


def test_a_threshold_for_people_who_are_known_is_never_the_higher_one() -> None:
    """A manifest may lower one and not know of the other."""
    estimator = posenet(min_pose_score=0.1)
    assert estimator.min_tracked_score == 0.1


@pytest.mark.parametrize("score", [np.nan, 0.1])
def test_low_scores_and_nan_are_no_person(score: float) -> None:
    """A network that is not confident, or broken, finds no person."""
    assert movenet(np.full((17, 3), score)).estimate(Frame(0, 0, image())) == ()


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("uint8", [0, 128, 255]), ("int8", [-128, 0, 127]), ("int32", [0, 128, 255]), ("float32", [0, 128, 255])],
)
def test_images_are_stored_as_the_input_wants(dtype: str, expected: list[float]) -> None:
    """Bytes 0, 128 and 255 reach the network the way its input tensor stores them."""
    estimator = movenet(np.zeros((17, 3)), dtype)
    pixels = np.zeros((192, 192, 3), np.uint8)
    pixels[0, 0] = 0, 128, 255
    stored = estimator.stored(pixels)
    assert stored.dtype == dtype
    assert stored[0, 0, 0].tolist() == pytest.approx(expected)


def test_a_float_posenet_wants_minus_one_to_one() -> None:
    """Bytes 0 and 255 are -1 and 1 for a PoseNet of floats."""
    pixels = np.zeros((193, 257, 3), np.uint8)
    pixels[0, 0] = 255
    stored = posenet().stored(pixels)
    assert (stored[0, 0, 0], stored[0, 1, 1]) == (pytest.approx([1, 1, 1]), pytest.approx([-1, -1, -1]))
