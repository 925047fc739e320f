#!/usr/bin/env python3
"""Draw the clip behind the demonstration, and write its true labels beside it.

    python scripts/make_demo_clip.py [OUT.webm]

The frames follow from the seed below alone. OUT.json says which label holds from when to when.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from haredge.core.progress import Estimate, bar
from haredge.synthetic.clip import SyntheticClip
from haredge.video.writer import open_writer

SEED = 9
RATE_HZ = 15.0
SIZE = (640, 480)
NOISE = 0.5
"""Less than a camera's: noise is what fills a compressed file."""
SCRIPT = (
    ("empty", 3.0),
    ("standing", 3.0),
    ("waving", 4.0),
    ("jumping_jacks", 5.0),
    ("squat", 6.0),
    ("sitting", 3.0),
    ("pushup", 5.5),
    ("empty", 2.0),
)
DEFAULT_OUT = Path(__file__).parents[1] / "haredge" / "synthetic" / "demo.webm"


def main() -> int:
    """Draw and write the clip."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", nargs="?", type=Path, default=DEFAULT_OUT, help=f"the clip (default {DEFAULT_OUT})")
    parser.add_argument("--seed", type=int, default=SEED, help="another person in another room (default %(default)s)")
    args = parser.parse_args()
    clip = SyntheticClip(SCRIPT, seed=args.seed, size=SIZE, noise=NOISE)
    write(clip, args.out)
    args.out.with_suffix(".json").write_text(json.dumps(described(clip, args.seed), indent=1) + "\n")
    print(f"{args.out}: {clip.timeline.duration_s:.0f} s, {args.out.stat().st_size / 1e6:.2f} MB")
    return 0


def write(clip: SyntheticClip, out: Path) -> None:
    """Write every frame, and report progress."""
    count = clip.frame_count(RATE_HZ)
    estimate = Estimate(count)
    with open_writer(out, SIZE[::-1], RATE_HZ) as video:
        for index in range(count):
            video.write(clip.at(index / RATE_HZ).image, index / RATE_HZ)
            if index % 15 == 0:
                print(f"\r{bar(estimate.at(index))}", end="", file=sys.stderr, flush=True)
    print("\r", end="", file=sys.stderr)


def described(clip: SyntheticClip, seed: int) -> dict[str, object]:
    """Return what the clip shows, in seconds."""
    labels = [{"start": round(a, 3), "end": round(b, 3), "label": label} for a, b, label in clip.labels(RATE_HZ)]
    return {"seed": seed, "rate_hz": RATE_HZ, "size": list(SIZE), "labels": labels}


if __name__ == "__main__":
    sys.exit(main())
