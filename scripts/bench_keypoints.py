"""How exact MediaPipe's keypoints are on the images on which haredge's pose networks are measured.

    python scripts/bench_keypoints.py LSPET [--work DIR]

LSPET is the folder of the Leeds Sports Pose Extended set; used are its images 9001 to 10000, on which nothing of
haredge's was trained. MediaPipe runs in the environment that scripts/bench_rivals.py has made under --work. haredge's
own networks: haredge evaluate pose --models people pose --data LSPET --numbers 9001-10000.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import numpy as np

from haredge.datasets.formats.leeds import read_lspet
from haredge.datasets.image_set import ImageSet
from haredge.datasets.pose_image_splits import lspet_number
from haredge.evaluation import keypoint_metrics as metrics

ROOT: Final = Path(__file__).parents[1]
TEST: Final = range(9001, 10_001)
NETWORKS: Final = {"lite": 0, "full": 1}
PROGRAM: Final = Path(__file__).with_name("bench_keypoints_mediapipe.py")


def main() -> int:
    """Measure and print a row for each network."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("lspet", type=Path, help="folder with joints.mat and images.zip")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "bench_rivals", help="that of bench_rivals.py")
    args = parser.parse_args()
    labels = [one for one in read_lspet(args.lspet) if lspet_number(one.name) in TEST]
    images = ImageSet(args.lspet / "images.zip")
    places = {Path(name).name: name for name in images.names()}
    known = np.array([one.keypoints for one in labels])
    with tempfile.TemporaryDirectory() as folder:
        stored = Path(folder) / "images.npz"
        np.savez(stored, *(images.image(places[one.name]) for one in labels))
        print(f"{len(labels)} images: found, PCK at half a torso, PCK at a tenth of the size, OKS")
        for name, complexity in NETWORKS.items():
            out = Path(folder) / f"{name}.npy"
            python = args.work / "mediapipe" / "bin" / "python"
            subprocess.run([python, PROGRAM, stored, out, str(complexity)], check=True, stderr=subprocess.DEVNULL)
            print(f"MediaPipe Pose {name}: " + ", ".join(f"{value:.3f}" for value in _scores(np.load(out), known)))
    return 0


def _scores(found: np.ndarray, labels: np.ndarray) -> tuple[float, float, float, float]:
    torso = metrics.hits(metrics.distances_px(found, labels), 0.5 * metrics.torso_px(labels))[:, metrics.LIMB_JOINTS]
    return (
        float(np.isfinite(found[:, 0, 0]).mean()),
        metrics.mean(torso),
        metrics.pck(found, labels, 0.1 * metrics.person_size_px(labels)),
        metrics.mean(metrics.oks(found, labels, metrics.person_area_px(labels))),
    )


if __name__ == "__main__":
    sys.exit(main())
