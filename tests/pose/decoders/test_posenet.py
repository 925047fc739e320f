"""PoseNet-form networks: recognised by their tensors, decoded as Google's own decoder does."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

import networks

from haredge.core.types import Frame, Keypoints
from haredge.inference.loading import open_engine
from haredge.pose.decoders.posenet import PoseNetDecoder
from haredge.pose.estimator import NetworkPoseEstimator


@pytest.mark.parametrize(
    ("size", "stride"), [((192, 192), 8), ((257, 353), 16), ((353, 481), 16), ((193, 257), 8), ((160, 224), 16)]
)
def test_the_stride_is_read_off_the_tensors(size: tuple[int, int], stride: int) -> None:
    """Input size and heatmap size decide the stride, whether or not the last cell lies on the last pixel."""
    decoder = PoseNetDecoder.of(networks.opened(networks.colour_posenet(size, stride)))
    assert decoder is not None
    assert decoder.stride == stride


@pytest.mark.parametrize("outputs", [(34, 17), (64, 34, 17), (32, 34, 17, 32)])
def test_outputs_are_told_apart_by_their_channels(outputs: tuple[int, ...]) -> None:
    """The outputs may come in any order, with mid offsets in none, one or two of them; dots are found all the same."""
    network = networks.opened(networks.colour_posenet((128, 128), 8, outputs=outputs))
    decoder = PoseNetDecoder.of(network)
    assert decoder is not None
    pixels = np.full((128, 128, 3), 127, np.uint8)
    pixels[56:73, 24:41] = networks.colours()[5]
    keypoints = decoder.decode(network.run((pixels[None] / 127.5 - 1).astype(np.float32)))[0].keypoints
    assert keypoints[5, :2] == pytest.approx([32, 64], abs=9)
    assert keypoints[5, 2] > 0.9


@pytest.mark.parametrize("outputs", [(17,), (34,), (17, 34, 34), (17, 34, 63), (16, 32)])
def test_other_networks_are_not_taken_for_one(outputs: tuple[int, ...]) -> None:
    """A network with other outputs is no PoseNet."""
    assert PoseNetDecoder.of(networks.opened(networks.colour_posenet((64, 64), 8, outputs=outputs))) is None


def reference(folder: Path) -> list[Keypoints]:
    """Google's answer for the image of two people."""
    people = defaultdict(list)
    with next(folder.glob("*.csv")).open() as file:
        for row in csv.DictReader(file):
            people[row["pose_id"]].append([float(row[f"keypoint_{key}"]) for key in ("x", "y", "score")])
    return [np.array(person, np.float32) for person in people.values()]


@pytest.mark.shared
def test_two_people_are_decoded_as_googles_decoder_does(shared: Path) -> None:
    """In the image of two people both are found, every keypoint within 4 px and 0.1 of Google's."""
    network = open_engine(shared / "models/posenet_mobilenet_v1_075_353_481_quant.tflite")
    decoder = PoseNetDecoder.of(network)
    assert decoder is not None
    image = cv2.imread(str(shared / "posenet_reference/test_couple.jpg"))
    assert image is not None
    small = cv2.resize(image, (481, 353), interpolation=cv2.INTER_NEAREST_EXACT)
    poses = NetworkPoseEstimator(network, decoder).estimate(Frame(0, 0, np.asarray(small, np.uint8)))
    googles = reference(shared / "posenet_reference")
    nearest = [min((np.abs(pose.keypoints - person) for person in googles), key=np.sum) for pose in poses]
    assert len(poses) == len(googles) == 2
    assert all(errors[:, :2].max() < 4 and errors[:, 2].max() < 0.1 for errors in nearest)
