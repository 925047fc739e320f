"""Pose networks that others publish, with the addresses and checksums of their files.

An address names a commit, so that it leads to the same file for as long as it leads anywhere; the checksum is what
counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from haredge.manifest import DataSet

_CORAL: Final = "https://raw.githubusercontent.com/google-coral"


@dataclass(frozen=True, slots=True)
class Published:
    """A file as its maker publishes it."""

    name: str
    """The model's name once it is installed."""
    url: str
    sha256: str
    size_bytes: int
    licence: str
    trained_on: tuple[DataSet, ...]


PUBLISHED: Final = {
    each.name: each
    for each in (
        Published(
            "posenet",
            f"{_CORAL}/project-posenet/38de26012a7ee0c6d5eef910bb91dea709a305ca"
            "/models/mobilenet/components/posenet_mobilenet_v1_075_353_481_quant.tflite",
            "d589f727ee72effba3e8211b04c284fc65fc0a22907c161e2d6c080244d5c264",
            1_298_664,
            "Apache-2.0",
            (DataSet(name="not stated by Google Coral's project-posenet", licence="not stated"),),
        ),
        Published(
            "movenet",
            f"{_CORAL}/test_data/104342d2d3480b3e66203073dac24f4e2dbb4c41/movenet_single_pose_lightning_ptq.tflite",
            "cd7cc22fa946e5d146a7b98d496853e1923e22828d3972d579973f27f91bb105",
            2_894_840,
            "Apache-2.0",
            (
                DataSet(name="COCO keypoints 2017", licence="CC BY 4.0 (annotations); the images' own terms"),
                DataSet(name="Active, Google's own set of people in motion", licence="not stated"),
            ),
        ),
    )
}
"""By name, both Google's: PoseNet MobileNet v1 0.75 without its decoder, and MoveNet SinglePose Lightning int8."""


def published_as(sha256: str) -> Published | None:
    """Recognise a published file by its checksum."""
    return next((each for each in PUBLISHED.values() if each.sha256 == sha256), None)
