"""Damage models in every way and give them to haredge: an answer or one error, never a crash, a hang or a traceback.

    .venv/bin/python scripts/faults/models.py [--count 2000] [--seed 1] [--seconds 60]

Networks, manifests and golden windows are changed byte by byte and value by value, and replaced by pipes, devices,
links and folders. Each damaged model lies in a folder `models/` and is listed, named in a configuration, installed, and
opened as the daemon opens it, each in a process of its own whose memory and time are bounded. Raw escape codes on the
terminal count as a fault, too. Ends with status 1 if there is one; its seed is shown: `--seed N --count 1` repeats it.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import math
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from haredge import cli
from haredge.activity.classifier import WindowClassifier
from haredge.core.errors import HaredgeError
from haredge.core.progress import Estimate, bar
from haredge.core.types import Frame
from haredge.manifest import GOLDEN, MANIFEST, MODEL
from haredge.models.catalog import find_model
from haredge.models.open import open_pose_estimator

MODELS = Path(__file__).parents[2] / "models"
LIMIT_S = 100
"""A network is tried for 60 s at most before it is opened."""
MEMORY = 4 << 30
RIGHT = {0, 1, 2, 78}
"""Exit statuses that a command may have."""

TEXTS = (
    "",
    " ",
    "\x1b[31mred\x1b[0m",
    "a\nb",
    "\ud800",
    "\u202ex",
    "no_person",
    "None",
    "x" * 70_000,
    "a\0b",
    "../up",
    "é",
    "e\u0301",
)
NUMBERS = (-1, 0, 1, 2**31, 2**63, 2**64, 10**400, 1e308, -1e308, 0.5, math.nan, math.inf, 1e-320)
OTHERS: tuple[object, ...] = (None, True, [], {}, [[]], {"a": 1}, [1, "x", None])
ARRAYS = (
    "(0, 9, 17, 3)",
    "(10**12, 9, 17, 3)",
    "(-1, 9, 17, 3)",
    "(2, 9, 17)",
    "()",
    "9",
    "(" + "2," * 3000 + ")",
    "(2, 9, 17, 3",
)
TYPES = ("<f4", "<f8", "<f2", "|O", "<U9999999", "<i4", "[('a', '<f4')]", "nonsense", "|V8", ">f4")


def damaged(content: bytes, rng: np.random.Generator) -> bytes:
    """Damage a file's bytes; its structure is hit as often as its weights."""
    kind = rng.choice(["cut off", "bits flipped", "bytes in the structure", "zeroed", "random from here", "doubled"])
    data = bytearray(content)
    size = len(data)
    start = int(rng.integers(min(8, size), size))
    if kind == "cut off":
        return bytes(data[:start])
    if kind == "bits flipped":
        for place in rng.integers(min(8, size - 1), size, rng.integers(1, 200)):
            data[place] ^= 1 << int(rng.integers(8))
    elif kind == "bytes in the structure":
        # Tables lie at both ends of the file, the weights between.
        for place in rng.integers(8, min(size, 4000), rng.integers(1, 20)):
            data[place if rng.random() < 0.5 else size - place] = int(rng.integers(256))
    elif kind == "zeroed":
        data[start : start + 4096] = bytes(len(data[start : start + 4096]))
    elif kind == "doubled":
        data[start:start] = data[start : start + 5000]
    else:
        data[start:] = rng.bytes(size - start)
    return bytes(data)


def odd_value(rng: np.random.Generator) -> Any:
    """Choose a value that hardly any key takes."""
    kinds = (TEXTS, NUMBERS, OTHERS)
    kind = kinds[rng.integers(len(kinds))]
    return kind[rng.integers(len(kind))]


def change(manifest: dict[str, Any], rng: np.random.Generator) -> None:
    """Change, drop, add or rename a value somewhere in a manifest."""
    places = list(_places(manifest))
    holder, key = places[rng.integers(len(places))]
    what = rng.choice(["change", "drop", "add", "rename", "move"])
    if what == "change":
        holder[key] = odd_value(rng)
    elif what == "drop":
        del holder[key]
    elif what == "move":
        other, place = places[rng.integers(len(places))]
        with contextlib.suppress(KeyError, IndexError):
            holder[key] = other[place]
    elif isinstance(holder, dict):
        holder[TEXTS[rng.integers(len(TEXTS))]] = holder.pop(key) if what == "rename" else odd_value(rng)
    else:
        holder.insert(0, odd_value(rng))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, key
        if isinstance(value[key], dict | list) and value[key]:
            yield from _places(value[key])


def damage_manifest(folder: Path, rng: np.random.Generator) -> None:
    """Change values of a manifest, its text, or its bytes."""
    path = folder / MANIFEST
    manifest = json.loads(path.read_text())
    kind = rng.choice(["values", "labels", "bytes", "text"], p=[0.5, 0.2, 0.2, 0.1])
    if kind == "values":
        for _ in range(int(rng.integers(1, 4))):
            # What was moved may hold itself.
            with contextlib.suppress(RecursionError, KeyError, IndexError, ValueError):
                change(manifest, rng)
    elif kind == "labels" and "labels" in manifest:
        manifest["labels"][int(rng.integers(len(manifest["labels"])))] = TEXTS[rng.integers(len(TEXTS))]
    if kind in {"values", "labels"}:
        with contextlib.suppress(ValueError, RecursionError):
            path.write_text(json.dumps(manifest))
    elif kind == "bytes":
        path.write_bytes(damaged(path.read_bytes(), rng))
    else:
        texts = (
            b"[" * 200_000,
            b'{"a":' * 100_000,
            b"9" * 5000,
            b"\xef\xbb\xbf{}",
            path.read_text().encode("utf-16"),
            b" " * (2 << 20),
        )
        path.write_bytes(texts[rng.integers(len(texts))])


def damage_golden(folder: Path, rng: np.random.Generator) -> None:
    """Damage golden windows, or make an archive of arrays that claim anything."""
    path = folder / GOLDEN
    if not path.exists() or rng.random() < 0.5:
        path.write_bytes(damaged(path.read_bytes() if path.exists() else rng.bytes(1000), rng))
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("keypoints", "probabilities"):
            shape, dtype = ARRAYS[rng.integers(len(ARRAYS))], TYPES[rng.integers(len(TYPES))]
            header = f"{{'descr': {dtype!r}, 'fortran_order': {rng.random() < 0.2}, 'shape': {shape}}}".encode()
            file = io.BytesIO()
            file.write(b"\x93NUMPY" + bytes([int(rng.integers(1, 4)), 0]) + len(header).to_bytes(2, "little") + header)
            file.write(bytes(int(rng.choice([0, 10, 2 * 9 * 17 * 3 * 4, 50_000_000], p=[0.3, 0.3, 0.3, 0.1]))))
            archive.writestr(f"{name}.npy", file.getvalue())


def damage_network(folder: Path, rng: np.random.Generator) -> None:
    """Damage a network; as often as not the manifest vouches for what comes out."""
    content = damaged((folder / MODEL).read_bytes(), rng)
    (folder / MODEL).write_bytes(content)
    if rng.random() < 0.7:
        manifest = json.loads((folder / MANIFEST).read_text())
        manifest["sha256"] = hashlib.sha256(content).hexdigest()
        (folder / MANIFEST).write_text(json.dumps(manifest))


def replace_file(folder: Path, rng: np.random.Generator) -> None:
    """Put something in a file's place that is not a file of that kind."""
    path = folder / str(rng.choice([MANIFEST, MODEL, GOLDEN]))
    path.unlink(missing_ok=True)
    kind = rng.choice(["pipe", "device", "folder", "link to itself", "missing", "empty", "huge", "another's"])
    if kind == "pipe":
        os.mkfifo(path)
    elif kind in {"device", "link to itself"}:
        path.symlink_to("/dev/zero" if kind == "device" else path.name)
    elif kind == "folder":
        path.mkdir()
    elif kind in {"empty", "huge"}:
        path.write_bytes(b"\x1c\0\0\0TFL3" if kind == "huge" else b"")
        os.truncate(path, 3 << 30 if kind == "huge" else 0)
    elif kind == "another's":
        path.write_bytes((MODELS / "pose" / MODEL).read_bytes())


DAMAGES: dict[str, Callable[[Path, np.random.Generator], None]] = {
    "manifest": damage_manifest,
    "golden windows": damage_golden,
    "network": damage_network,
    "file replaced": replace_file,
}


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
