"""``python -m research.still``: how ``models/still`` was made."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any, Final

from research.ending import exit_status

_NEEDED: Final = {
    "photographs": ("table",),
    "train": ("start", "out"),
    "measure": ("start",),
    "weights": ("start", "out"),
    "release": ("start", "out"),
}
"""The steps, and the options that each cannot do without."""


def main() -> int:
    """Run one of the steps: photographs, train, measure, weights, release."""
    parser = argparse.ArgumentParser(prog="python -m research.still", description=__doc__)
    parser.add_argument("step", choices=tuple(_NEEDED))
    parser.add_argument("--work", type=Path, required=True, help="folder of what the steps make")
    parser.add_argument("--table", type=Path, help="photographs: Training_set.csv, beside the unpacked images")
    parser.add_argument("--network", choices=("lite0", "lite2"), default="lite0")
    parser.add_argument("--start", type=Path, help="train: a published file, or one that was trained before")
    parser.add_argument("--size", type=int, default=160)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--frozen", type=int, default=5, help="blocks that stay as they are")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, help="file to write; release: the model's folder")
    args = parser.parse_args()
    if missing := [f"--{name}" for name in _NEEDED[args.step] if getattr(args, name) is None]:
        parser.error(f"{args.step} needs {' and '.join(missing)}")
    return exit_status(lambda: _run(args))


def _run(args: argparse.Namespace) -> None:
    if args.step == "photographs":
        from research.still import dataset  # noqa: PLC0415

        dataset.make(args.table, args.work)
    elif args.step == "release":
        from research.still import dataset, release  # noqa: PLC0415  (TensorFlow)

        photographs = dataset.load(args.work)
        release.release(photographs, args.start, args.start.with_suffix(".csv"), args.size, args.out)
    else:
        _with_torch(args)


def _with_torch(args: argparse.Namespace) -> None:
    import numpy as np  # noqa: PLC0415

    from research.still import dataset, train  # noqa: PLC0415

    photographs = dataset.load(args.work)
    if args.step == "train":
        course = train.Course(args.network, args.size, args.epochs, args.frozen, args.seed)
        train.train(photographs, course, args.start, args.out)
        return
    network = train.opened(args.network, len(photographs.labels), args.start)
    if args.step == "measure":
        for mirrored in (False, True):
            correct = train.accuracy(network, photographs, args.size, mirrored=mirrored)
            sys.stdout.write(f"validation at {args.size}{' with the mirror image' * mirrored}: {correct:.4f}\n")
    else:
        arrays: dict[str, Any] = {f"{index:03}": array for index, array in enumerate(network.weights())}
        np.savez(args.out, **arrays)


if __name__ == "__main__":
    sys.exit(main())
