"""Checks of what recognises: the inference engines and their libraries, the models and their golden windows."""

from __future__ import annotations

import numpy as np

from haredge.activity.classifier import WindowClassifier
from haredge.config.schema import Config
from haredge.doctor import FAIL, OK, WARN, Check
from haredge.inference.engines import versions
from haredge.models.catalog import find_model
from haredge.models.open import open_pose_estimator
from haredge.opencv import cv2
from haredge.sources.ffmpeg import NEEDED, reads_interlaced


def runtime() -> Check:
    """Name the inference engines, and the libraries they work with; raises RuntimeMissingError if there is none."""
    return Check("runtime", OK, f"{', '.join(versions())}, numpy {np.__version__}, OpenCV {cv2.__version__}")


def video() -> Check:
    """Decode a tiny interlaced clip: some versions of OpenCV give black images for it, without an error."""
    reads = reads_interlaced()
    if reads:
        return Check("video", OK, "interlaced and progressive video is read")
    if reads is None:
        return Check("video", WARN, "no MPEG-2 decoder: whether interlaced video is read is unknown")
    return Check(
        "video", FAIL, f"OpenCV {cv2.__version__} gives black images for interlaced video", f"pip install '{NEEDED}'"
    )


def pose_model(config: Config) -> Check:
    """Load and run the pose network, and say whether an accelerator runs it."""
    estimator = open_pose_estimator(config.pose.model, threads=config.pose.threads)
    height, width = estimator.input_size
    words = f"{find_model(config.pose.model)}, {estimator.decoder.architecture} of {width}x{height}"
    if accelerator := estimator.engine.accelerator:
        return Check("pose model", OK, f"{words}, run by {accelerator}")
    remedy = (
        "two to three times slower than it could be: an old version of the inference engine leaves int8 networks to "
        "slower kernels, and any version does if /proc/cpuinfo is hidden (ProcSubset=pid)"
    )
    return Check("pose model", WARN, f"{words}, run without an accelerator", remedy)


def activity_model(config: Config) -> Check:
    """Load the activity model and replay its golden windows."""
    classifier = WindowClassifier.open(find_model(config.activity.model))
    words = f"{classifier.folder}, {len(classifier.labels)} labels, golden windows answered as measured"
    return Check("activity model", OK, words)
