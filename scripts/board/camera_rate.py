"""Measure what it saves to ask a camera for the frame rate that is wanted, in place of dropping what is too much.

    python camera_rate.py [DEVICE] [SECONDS]

Reads a camera at 15 frames per second, asked for 30 and then for 15, twice in turn, and prints the processor time that
each takes. Ends with status 1 if asking for fewer frames costs more.
"""

from __future__ import annotations

import sys
import time
from itertools import takewhile
from statistics import mean

from haredge.sources.throttle import at_rate
from haredge.sources.uri import open_source

WANTED_HZ = 15.0


def processor_share(device: str, asked_hz: float, seconds: float) -> float:
    """Return the share of a processor that reading takes, without the opening."""
    frames = iter(at_rate(open_source(device, rate_hz=asked_hz), WANTED_HZ))
    begin = next(frames)
    began_s, used_s, count = time.monotonic(), time.process_time(), 0
    for _ in takewhile(lambda frame: frame.t - begin.t < seconds, frames):
        count += 1
    share = (time.process_time() - used_s) / (time.monotonic() - began_s)
    sys.stdout.write(
        f"asked for {asked_hz:.0f} fps: {count / seconds:.1f} frames per second, {share:.4f} of a processor\n"
    )
    return share


def main(device: str = "/dev/video0", seconds: str = "20") -> int:
    """Compare the two, and return the exit status."""
    shares: dict[float, list[float]] = {30.0: [], WANTED_HZ: []}
    for asked_hz in (30.0, WANTED_HZ) * 2:
        shares[asked_hz].append(processor_share(device, asked_hz, float(seconds)))
    every, wanted = (mean(shares[asked_hz]) for asked_hz in (30.0, WANTED_HZ))
    sys.stdout.write(
        f"all frames {every:.4f}, those that are wanted {wanted:.4f} of a processor ({wanted / every:.0%})\n"
    )
    return int(wanted > every)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
