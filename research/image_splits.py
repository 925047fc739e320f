"""Which of the images that networks are made of are for training, for choosing and for testing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from haredge.datasets.pose_image_splits import bucket, lspet_number

LSPET_TEST: Final = range(9001, 10001)
"""Numbers of the Leeds Sports Pose Extended images that are only for testing."""

CHOICE_SHARE: Final = {"lspet": 333, "har15": 476}
"""Ten-thousandths of each set that are in the validation set."""


def for_choice(collection: str, content: bytes) -> bool:
    """Return whether an image is in the validation set: by its content, so that equal images stay on one side."""
    return bucket(content) < CHOICE_SHARE[collection]


def lspet_training(names: Sequence[str]) -> list[str]:
    """Leave out the test images."""
    return [name for name in names if lspet_number(name) not in LSPET_TEST]
