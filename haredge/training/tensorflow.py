"""TensorFlow, without its remarks: beside those about the processor the warnings about the recordings would be lost."""

from __future__ import annotations

import logging
import os
from typing import Final

from haredge.core.library_noise import without_noise

SURROUNDINGS: Final = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # TensorFlow would import Keras 3 beside the Keras that is used here, which takes a second.
    "TF_USE_LEGACY_KERAS": "1",
}
"""Variables of the environment that it reads when it is loaded."""


def load() -> None:
    """Load TensorFlow and Keras, which takes seconds; what imports them afterwards finds them loaded."""
    for name, value in SURROUNDINGS.items():
        os.environ.setdefault(name, value)
    with without_noise():
        import tf_keras  # noqa: F401, PLC0415  (heavy)
    # It warns of every new network that it traces, which is as it should be.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
