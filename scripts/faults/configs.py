"""Check mutated configurations: no crash, no hang, no traceback, no leak of a password, and a line that says where.

    .venv/bin/python scripts/faults/configs.py [--count 5000] [--seed 1] [--seconds 60]

Half are config.yaml with an address that holds a password, and its text damaged; half are YAML of known and unknown
keys with values of every type. Each is checked by `haredge config check` in a process of its own, with bounds on time
and memory; of those that pass, one in thirty is started as the daemon, too. Ends with status 1 if anything of that kind
is found; the configuration is shown then.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from haredge import cli
from haredge.commands import config, daemon  # noqa: F401 - imported once, for every process that is split off
from haredge.config.schema import dotted_keys

TEXT: Final = (Path(__file__).parents[2] / "config.yaml").read_text()
SCRAPS: Final = [*"\t{}[]'|\0\né", '"', ": ", "- ", "&a ", "*a", "<<: ", "!!int ", "? ", "%", "\\ud800", "\x1b[31m"]
BEGIN, END = "qvw1", "xyz2"
"""How the password begins and ends: both are searched for in what is said."""

ADDRESSES: Final = (
    "rtsp://admin:{}@127.0.0.1:9/s",
    "HTTP://admin:{}@127.0.0.1:9/s",
    "http://127.0.0.1:9/s?user=admin&pwd={}",
    "admin:{}@127.0.0.1/s.jpg",
    "//admin:{}@127.0.0.1/s",
    "gst:rtspsrc location=rtsp://127.0.0.1:9/s user-pw='{}' ! decodebin",
)
JUNK: Final = ["", " ", "#", "?", "/", "!", "&", "=", "%20", ":", "ä", " ! ", "@"]

CHECK_S, DAEMON_S = 10.0, 15.0
"""Longest time of a check; of a daemon until it has ended by itself, or by SIGTERM after half of it."""

MOST_LINES, MOST_CHARACTERS = 25, 20_000
"""Of what is said of a configuration."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a process ended, and what it said."""

    status: int
    """As of a shell: 128 and more for a signal."""
    said: str
    hung: bool


def values(folder: Path) -> list[object]:
    """Return values of every type, and files that no program should wait for."""
    return [
        *(
            None,
            True,
            -1,
            0,
            10**30,
            1.5,
            float("nan"),
            float("inf"),
            "",
            "x" * 5000,
            "0",
            "0123",
            "12:30",
            "0,5",
            "yes",
        ),
        *(
            [1],
            {},
            {"a": 1},
            [[]],
            "a\0b",
            "http://",
            "rtsp://a:99999/",
            "mqtt://b",
            "b:1",
            "b ",
            "a..b",
            "test:",
            "gst:",
        ),
        *("/dev/null", "/dev/zero", str(folder / "fifo"), str(folder), "/nowhere", "~nobody/x", "*.jpg", "./a/../b"),
        *("pose", "everyday", 0.5, 2, 15, 1883, "localhost", "den", "info", False, "test:?live=no&script=empty:1"),
    ]


def address(rng: random.Random) -> str:
    """Return an address that holds the password."""
    return rng.choice(ADDRESSES).format(BEGIN + rng.choice(JUNK) + rng.choice(JUNK) + END)


def damaged_text(rng: random.Random) -> bytes:
    """Return config.yaml with a few scraps put in, lines moved, and sometimes bytes that are not text."""
    lines = TEXT.splitlines(keepends=True)
    for _ in range(rng.choice([0, 0, 1, 1, 2, 5])):
        place = rng.randrange(len(lines))
        at = rng.randrange(len(lines[place]) + 1)
        lines[place] = lines[place][:at] + rng.choice(SCRAPS) + lines[place][at:]
        if rng.random() < 0.3:
            lines.insert(rng.randrange(len(lines)), lines.pop(place))
    key = rng.choice(["source", "source", "source", "  host", "log_level", "other"])
    place = next((n for n, line in enumerate(lines) if line.startswith(f"{key}:")), rng.randrange(len(lines)))
    lines[place] = f"{key}: {json.dumps(address(rng))}\n"
    data = bytearray("".join(lines).encode())
    if rng.random() < 0.2:
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def made_up(rng: random.Random, folder: Path) -> bytes:
    """Return YAML with some keys set to values of any type."""
    document: dict[str, object] = {}
    for dotted in rng.sample([*dotted_keys(), "camrea.rate", "mqtt.hosts", "x"], rng.choice([1, 1, 2, 3, 7])):
        section = document
        *parents, last = dotted.split(".")
        for name in parents:
            below = section.setdefault(name, {})
            section = below if isinstance(below, dict) else {}
        section[last] = address(rng) if rng.random() < 0.1 else rng.choice(values(folder))
    return yaml.safe_dump(document).encode()


def holds_password(content: bytes) -> bool:
    """Return whether the password still stands in an address: without the @ it cannot be recognised as one."""
    text = content.decode(errors="replace")
    lines = [line for line in text.splitlines() if BEGIN in line or END in line]
    return bool(lines) and all(any(form_of(each).search(line) for each in ADDRESSES) for line in lines)


def form_of(template: str) -> re.Pattern[str]:
    """Return a pattern of an address with any password."""
    before, after = template.split("{}")
    return re.compile(f"{re.escape(before)}{BEGIN}.*{END}{re.escape(after)}")


def run(words: Sequence[str], log: Path, limit_s: float, end_s: float) -> Ending:
    """Run haredge in a process split off from this one; after ``end_s`` it gets SIGTERM, after ``limit_s`` SIGKILL."""
    process = os.fork()
    if not process:
        _be_haredge(words, log)
    started, hung, asked = time.monotonic(), False, False
    while True:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            break
        passed_s = time.monotonic() - started
        if passed_s > end_s and not asked:
            asked = True
            os.kill(process, signal.SIGTERM)
        if passed_s > limit_s and not hung:
            hung = True
            os.kill(process, signal.SIGKILL)
        time.sleep(0.01)
    code = os.waitstatus_to_exitcode(status)
    return Ending(code if code >= 0 else 128 - code, log.read_text(errors="backslashreplace"), hung)


def _be_haredge(words: Sequence[str], log: Path) -> None:
    """Be the process: standard output and error go to a file, memory and CPU time have bounds."""
    status = 99
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1)
        os.dup2(file, 2)
        sys.stdout, sys.stderr = (io.TextIOWrapper(open(number, "wb", 0), write_through=True) for number in (1, 2))  # noqa: PTH123, SIM115
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
        resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
        status = cli.main(words)
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 - whatever it is, it is what is searched for
        import traceback  # noqa: PLC0415

        traceback.print_exc()
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def faults(ending: Ending, *, secret: bool) -> Iterator[str]:
    """Yield what is wrong with an ending."""
    if ending.hung:
        yield "hang"
    elif ending.status not in {0, 1, 78}:
        yield f"crash: status {ending.status}"
    if "Traceback (most recent" in ending.said:
        yield "traceback"
    if secret and (BEGIN in ending.said or END in ending.said):
        yield "leak"
    if ending.said.count("\n") > MOST_LINES or len(ending.said) > MOST_CHARACTERS:
        yield "flood"
    if not all(line.isprintable() for line in ending.said.splitlines()):
        yield "raw control characters"


def tried(number: int, seed: int, folder: Path) -> tuple[str, list[str], bytes, str]:
    """Make up and try a configuration; return its fate, what is wrong with it, the configuration and what was said."""
    rng = random.Random(f"{seed} {number}")
    content = damaged_text(rng) if number % 2 else made_up(rng, folder)
    path, log, secret = folder / f"{number}.yaml", folder / f"{number}.log", holds_password(content)
    path.write_bytes(content)
    ending = run(["config", "check", str(path)], log, CHECK_S, CHECK_S)
    found = [f"check: {each}" for each in faults(ending, secret=secret)]
    fate = {0: "passed", 1: "passed, but what it names is not there", 78: "refused"}.get(ending.status, "?")
    said = ending.said
    if ending.status == 0 and rng.random() < 1 / 30:
        ending = run(["--config", str(path), "--dry-run", "--json"], log, DAEMON_S, DAEMON_S / 2)
        found += [f"daemon: {each}" for each in faults(ending, secret=secret) if each != "flood"]
        fate, said = "passed, and started", said + ending.said[-2000:]
    path.unlink()
    log.unlink()
    return fate, found, content, said


def main() -> None:
    """Make up and try; print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this time")
    args = parser.parse_args()
    started, fates, wrong = time.monotonic(), Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.mkfifo(folder / "fifo")
        os.environ.update(HOME=name, STATE_DIRECTORY=f"{name}/state")
        for number in range(args.count):
            if time.monotonic() - started > args.seconds:
                break
            fate, found, content, said = tried(number, args.seed, folder)
            fates[fate] += 1
            wrong.update(found)
            if found:
                print(f"--- {number}: {', '.join(found)}\n{content.decode(errors='backslashreplace')}\n>>> {said}")
    for words, count in fates.most_common():
        print(f"{count:6}  {words}")
    print(f"{sum(fates.values())} configurations in {time.monotonic() - started:.0f} s, seed {args.seed}")
    print(f"found: {dict(wrong) or 'no crash, no hang, no traceback, no leak'}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
