"""Damage models in every way and give them to haredge: an answer or one error, never a crash, a hang or a traceback.

    .venv/bin/python scripts/faults/models.py [--count 2000] [--seed 1] [--seconds 60]

Networks, manifests and golden windows are changed byte by byte and value by value, and replaced by pipes, devices,
links and folders. Each damaged model lies in a folder `models/` and is listed, named in a configuration, installed, and
opened as the daemon opens it, each in a process of its own whose memory and time are bounded. Raw escape codes on the
terminal count as a fault, too. Ends with status 1 if there is one; its seed is shown: `--seed N --count 1` repeats it.
"""

from __future__ import annotations

import argparse
import math
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from damage import DAMAGES, MODELS

from haredge import cli
from haredge.activity.classifier import WindowClassifier
from haredge.core.errors import HaredgeError
from haredge.core.progress import Estimate, bar
from haredge.core.types import Frame
from haredge.models.catalog import find_model
from haredge.models.open import open_pose_estimator

LIMIT_S = 100
"""A network is tried for 60 s at most before it is opened."""
MEMORY = 4 << 30
RIGHT = {0, 1, 2, 78}
"""Exit statuses that a command may have."""


def run_all(kind: str, name: str, rng: np.random.Generator) -> int:
    """Give the damaged model in ./models to commands, and open it as the daemon does; return the worst exit status."""
    config = Path("config.yaml")
    config.write_text(f"source: test:\n{kind}:\n  model: {name}\n")
    commands = [["models"], ["models", "--json"], ["config", "check", str(config)]]
    statuses = [cli.main(commands[int(rng.integers(len(commands)))])]
    if rng.random() < 0.6:
        statuses.append(cli.main(["models", "add", f"./models/{name}", "--to", "store"]))
    if statuses[-1] == 0 or rng.random() < 0.5:
        statuses.append(_opened(kind, f"store/{name}" if Path("store", name).exists() else name))
    return max(statuses)


def _opened(kind: str, name: str) -> int:
    """Open a model and use it; only one that was installed, or that no damaged network belongs to, is trusted."""
    if not name.startswith("store/") and Path("damaged-network").exists():
        return 0
    try:
        if kind == "pose":
            open_pose_estimator(name).estimate(Frame(0, 0.0, np.full((480, 640, 3), 127, np.uint8)))
        else:
            WindowClassifier.open(find_model(name)).probabilities(np.ones((9, 17, 3), np.float32))
    except HaredgeError as error:
        print(f"haredge: {error}", file=sys.stderr)
        return error.exit_status
    return 0


def attempt(seed: int) -> tuple[int, str, str]:
    """Damage a model and use it in a process of its own; return the seed, the damage, and what became of it."""
    rng = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        kind = "pose" if rng.random() < 0.3 else "activity"
        name = "pose" if kind == "pose" else str(rng.choice(["everyday", "exercise"]))
        folder = Path(shutil.copytree(MODELS / name, here / "models" / name))
        damage = str(rng.choice(list(DAMAGES), p=[0.45, 0.15, 0.25, 0.15]))
        DAMAGES[damage](folder, rng)
        if damage == "network":
            (here / "damaged-network").touch()
        child = os.fork()
        if not child:
            _run_in_child(here, lambda: run_all(kind, name, rng))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        printed = (here / "out").read_bytes() + (here / "err").read_bytes()
    return seed, damage, verdict(status, printed.decode("utf-8", "replace"))


def _run_in_child(here: Path, work: Callable[[], int]) -> None:
    """Do the work bounded, its output in files, and end the process."""
    status = 99
    try:
        os.chdir(here)
        os.environ["STATE_DIRECTORY"] = str(here)
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT), number)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.alarm(LIMIT_S)
        status = work()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - whatever it is, it is what was looked for
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def verdict(status: int, printed: str) -> str:
    """Say in a few words what a process did; a fault begins with FAULT."""
    if status < 0:
        name = signal.Signals(-status).name
        return "FAULT: hangs" if name == "SIGALRM" else f"FAULT: killed by {name}"
    if "Traceback" in printed or status not in RIGHT:
        last = printed.strip().splitlines()[-1] if printed.strip() else ""
        return f"FAULT: status {status}: {last[:200]}"
    if odd := {letter for letter in printed if not letter.isprintable()} - {"\n"}:
        return f"FAULT: raw {odd!a} on the terminal"
    return "used" if status == 0 else "refused"


def within(fates: Iterator[tuple[int, str, str]], count: int, seconds: float) -> Iterator[tuple[int, str, str]]:
    """Pass on what became of the models until the time is over, and show how far it has come."""
    estimate, over_t = Estimate(count), time.monotonic() + seconds
    for number, fate in enumerate(fates, 1):
        if number % 100 == 0:
            print(bar(estimate.at(number)), file=sys.stderr)
        yield fate
        if time.monotonic() > over_t:
            return


def main() -> int:
    """Damage and use models; print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=math.inf, help="stop after this time")
    args = parser.parse_args()
    started = time.monotonic()
    with ProcessPoolExecutor(2) as pool:
        fates = pool.map(attempt, range(args.seed, args.seed + args.count))
        found = list(within(fates, args.count, args.seconds))
        pool.shutdown(wait=True, cancel_futures=True)
    for (damage, fate), number in sorted(Counter((damage, fate) for _, damage, fate in found).items()):
        print(f"{number:6}  {damage:<16}{fate}")
    faults = [seed for seed, _, fate in found if fate.startswith("FAULT")]
    print(f"{len(found)} models in {time.monotonic() - started:.0f} s: {len(faults)} faults", *faults[:20])
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
