"""TensorFlow, without its remarks: beside those about the processor the warnings about the recordings would be lost."""

from __future__ import annotations

import logging
import os

from haredge.core.library_noise import without_noise


def load() -> None:
    """Load TensorFlow and Keras, which takes seconds; what imports them afterwards finds them loaded."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with without_noise():
        import tf_keras  # noqa: F401, PLC0415  (heavy)
    # It warns of every new network that it traces, which is as it should be.
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
