"""Models damaged in every way: networks, manifests and golden windows, byte by byte and value by value."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import math
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from haredge.manifest import GOLDEN, MANIFEST, MODEL

MODELS = Path(__file__).parents[2] / "models"

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
