"""What the live view adds: memory, processor time, and time that the daemon's loop spends in it.

    .venv/bin/python scripts/measure_view.py [--hz 15] [--seconds 20]

Feeds the view with observations at a camera's rate, first without viewers, then with some that read, then with some
that never read what they are sent. Viewers are processes of their own, so that their work is not counted.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from haredge.board import Board
from haredge.core.types import Activity, Frame, Observation, Person, Pose, Prediction

LABELS = tuple(f"label{n}" for n in range(16))

VIEWER = """
import socket, sys
port, path, reads = int(sys.argv[1]), sys.argv[2], sys.argv[3] == "reads"
viewer = socket.socket()
viewer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536 if reads else 2048)
viewer.connect(("127.0.0.1", port))
viewer.sendall(f"GET {path} HTTP/1.1\\r\\nHost: 127.0.0.1:{port}\\r\\n\\r\\n".encode())
print(flush=True)
while reads and viewer.recv(65536):
    pass
sys.stdin.read()
"""


def observations(hz: float) -> Iterator[Observation]:
    """Yield observations of a person who moves."""
    image = np.zeros((480, 640, 3), np.uint8)
    keypoints = np.random.default_rng(1).uniform(50, 430, (17, 3)).astype(np.float32)
    keypoints[:, 2] = 0.9
    share = np.full(len(LABELS), 1 / len(LABELS), np.float32)
    for n in range(sys.maxsize):
        t, moved = n / hz, keypoints + np.array([n % 40, 0, 0])
        activity = Activity(LABELS[n // 50 % 16], 0.9, n // 50 * 50 / hz)
        person = Person(1, Pose(t, moved.astype(np.float32)), Prediction(t, share), activity)
        yield Observation(Frame(n, t, image), (person,), activity)


@contextmanager
def viewers(port: int, paths: Sequence[str], how: str) -> Iterator[None]:
    """Read the pages from other processes."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", VIEWER, str(port), path, how], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for path in paths
    ]
    for viewer in started:
        assert viewer.stdout
        viewer.stdout.readline()
    try:
        yield
    finally:
        for viewer in started:
            viewer.kill()
            viewer.wait()


def feed(sink: object, hz: float, seconds: float) -> str:
    """Emit at a camera's rate and return what it cost."""
    took, cpu_s, began_s = [], time.process_time(), time.monotonic()
    for n, observation in enumerate(observations(hz)):
        before = time.perf_counter()
        sink.emit(observation)  # type: ignore[attr-defined]
        took.append(1e6 * (time.perf_counter() - before))
        time.sleep(max(0.0, began_s + n / hz - time.monotonic()))
        if time.monotonic() - began_s > seconds:
            break
    spent = (time.process_time() - cpu_s) / (time.monotonic() - began_s)
    median, late, worst = np.percentile(took, [50, 99, 100])
    return f"emit {median:6.1f} us median, {late:7.1f} us p99, {worst:8.1f} us worst; processor {spent:6.2%} of a core"


def memory_mb() -> float:
    """Return this process's resident memory."""
    return float(str(Board().figures()["memory_mb"]))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hz", type=float, default=15)
    parser.add_argument("--seconds", type=float, default=20)
    args = parser.parse_args()
    # The daemon has these loaded before the view starts.
    import cv2  # noqa: F401, PLC0415

    from haredge.config.schema import ViewConfig  # noqa: PLC0415

    before_mb = memory_mb()
    from haredge.web.view import start_view  # noqa: PLC0415

    port = 18_765
    with start_view(ViewConfig(enabled=True, port=port), LABELS, Board().figures) as sink:
        print(f"{'no viewer':34}{feed(sink, args.hz, args.seconds)}")
        print(f"{'':34}memory +{memory_mb() - before_mb:.1f} MB")
        one = ["/api/events", "/api/images"]
        for count, how in ((1, "reads"), (4, "reads"), (4, "never reads")):
            with viewers(port, one * count, how.split()[-1] if how == "reads" else "never"):
                print(f"{f'{count} of page and image, {how}':34}{feed(sink, args.hz, args.seconds)}")
        print(f"{'':34}memory +{memory_mb() - before_mb:.1f} MB")


if __name__ == "__main__":
    main()
