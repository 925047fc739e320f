"""Checks of what recognises: the inference engines and their libraries, the models and their golden windows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import numpy as np

from haredge.activity.classifier import WindowClassifier
from haredge.config.schema import Config
from haredge.core.types import Frame
from haredge.doctor import FAIL, OK, WARN, Check
from haredge.inference.engines import versions
from haredge.models.catalog import find_model, installed
from haredge.models.open import open_pose_estimator
from haredge.opencv import cv2
from haredge.pose.estimator import NetworkPoseEstimator
from haredge.sources.ffmpeg import NEEDED, reads_interlaced
from haredge.sources.pace import SLOW_HZ
from haredge.still.classifier import StillClassifier
from haredge.still.contract import USUAL

RUNS: Final = 3
"""Images on which a network is timed."""

SLOW_CROP_S: Final = 0.1
"""Seconds a crop from which on a board is too slow for a still model: each one holds the poses up for longer than a
frame, and by the share of the time that crops may take a person would be seen every few seconds."""


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


def pose_model(config: Config, clock: Callable[[], float] = time.perf_counter) -> Check:
    """Load and run the pose network: whether it is fast enough by ``clock``, and whether an accelerator runs it."""
    estimator = open_pose_estimator(config.pose.model, threads=config.pose.threads)
    height, width = estimator.input_size
    words = f"{find_model(config.pose.model)}, {estimator.decoder.architecture} of {width}x{height}"
    run_s = _run_s(estimator, clock)
    if run_s > 1 / SLOW_HZ:
        return Check(
            "pose model",
            WARN,
            f"{words}, takes {run_s:.2f} s an image: no window of poses fills, and activities stay unknown",
            "choose a network that takes less time, or give it more threads (pose.model, pose.threads)",
        )
    if accelerator := estimator.engine.accelerator:
        return Check("pose model", OK, f"{words}, run by {accelerator}")
    remedy = (
        "two to three times slower than it could be: an old version of the inference engine leaves int8 networks to "
        "slower kernels, and any version does if /proc/cpuinfo is hidden (ProcSubset=pid)"
    )
    return Check("pose model", WARN, f"{words}, run without an accelerator", remedy)


def _run_s(estimator: NetworkPoseEstimator, clock: Callable[[], float]) -> float:
    """Return the seconds that one image takes."""
    height, width = estimator.input_size
    frame = Frame(0, 0.0, np.zeros((height, width, 3), np.uint8))
    return _least_s(lambda: estimator.estimate(frame), clock)


def _least_s(run: Callable[[], object], clock: Callable[[], float]) -> float:
    """Return the seconds that a run takes: the least of a few, as a busy board delays some of them."""
    seconds = []
    for _ in range(RUNS):
        begin = clock()
        run()
        seconds.append(clock() - begin)
    return min(seconds)


def activity_model(config: Config) -> Check:
    """Load the activity model and replay its golden windows."""
    classifier = WindowClassifier.open(find_model(config.activity.model))
    words = f"{classifier.folder}, {len(classifier.labels)} labels, golden windows answered as measured"
    return Check("activity model", OK, words)


def still_model(config: Config, clock: Callable[[], float] = time.perf_counter) -> Check:
    """Say whether this board is quick enough for a still model by ``clock``; of one in use, also that it works."""
    named = config.activity.still_model
    if named is None and not any(model.folder.name == USUAL for model in installed()):
        return Check("still model", OK, f"not in use; {USUAL} is not installed")
    classifier = StillClassifier.open(find_model(named or USUAL), threads=config.pose.threads)
    crop = np.zeros((*classifier.size, 3), np.uint8)
    run_s = _least_s(lambda: classifier.probabilities([crop]), clock)
    words = f"takes {run_s * 1000:.0f} ms a crop"
    if named is None:
        advice = "null is right" if run_s > SLOW_CROP_S else f"quick enough for activity.still_model: {USUAL}"
        return Check("still model", OK, f"not in use; {USUAL} {words} on this board: {advice}")
    if run_s > SLOW_CROP_S:
        return Check(
            "still model",
            WARN,
            f"{classifier.folder}, {words}: poses wait for it, and each person is seen seldom",
            "too slow a board for it: set activity.still_model: null",
        )
    return Check("still model", OK, f"{classifier.folder}, {len(classifier.labels)} labels, {words}")
