"""Checks of what recognises: the interpreter and its libraries, the models and their golden windows."""

from __future__ import annotations

import numpy as np

from haredge.activity.classifier import TfliteClassifier
from haredge.config.schema import Config
from haredge.doctor import FAIL, OK, WARN, Check
from haredge.inference.tflite_runtime import runtime_name
from haredge.models.open import find_model, open_pose_estimator
from haredge.opencv import cv2
from haredge.sources.ffmpeg import NEEDED, reads_interlaced


def runtime() -> Check:
    """Tell the interpreter and the numpy it works with; one that is known to fail raises RuntimeMissingError."""
    return Check("runtime", OK, f"{runtime_name()}, numpy {np.__version__}, OpenCV {cv2.__version__}")


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
    """Load and run the pose network, and tell whether XNNPACK runs it."""
    estimator = open_pose_estimator(config.pose.model, threads=config.pose.threads)
    height, width = estimator.input_size
    form = type(estimator.form).__name__
    words = f"{find_model(config.pose.model)}, {form} of {width}x{height}"
    if estimator.network.delegated:
        return Check("pose model", OK, f"{words}, run by XNNPACK")
    remedy = (
        "two to three times slower than it could be: an old interpreter leaves int8 networks to slower kernels, "
        "and any does where /proc/cpuinfo is hidden (ProcSubset=pid)"
    )
    return Check("pose model", WARN, f"{words}, not run by XNNPACK", remedy)


def activity_model(config: Config) -> Check:
    """Load the activity model and replay its golden windows."""
    classifier = TfliteClassifier.open(find_model(config.activity.model))
    classifier.check_golden()
    words = f"{classifier.folder}, {len(classifier.labels)} labels, golden windows answered as measured"
    return Check("activity model", OK, words)
