"""Read mutated videos and images: no crash, no hang, no traceback, no flood of words, and memory within bounds.

    .venv/bin/python scripts/faults/videos.py [--count 1000] [--seed 1] [--seconds 60] [--keep FOLDER]

Videos of several containers and codecs, and images of several formats, are made, and bytes of them flipped, zeroed,
moved, cut off, replaced by large numbers or by parts of another file. Each is read by the functions that all of haredge
reads with, to its end, in a process of its own with bounds on time and memory. Ends with status 1 if anything of that
kind is found; the file's number and seed make it again, and with --keep it is left in a folder.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.errors import HaredgeError
from haredge.opencv import cv2
from haredge.sources.image_file import read
from haredge.sources.uri import open_source
from haredge.sources.video_info import probe

SIZE: Final = (64, 48)
FRAMES: Final = 30

LONGEST_S: Final = 20.0
MOST_MB: Final = 700
MOST_CHARACTERS: Final = 4000
"""Of a file's time, of its memory (resident, at its highest), and of what is said of it."""

FFMPEG: Final = {
    "h264.mp4": ("-c:v", "libx264", "-g", "10"),
    "interlaced.mp4": ("-c:v", "libx264", "-flags", "+ildct+ilme"),
    "mpeg2.ts": ("-c:v", "mpeg2video"),
    "vp9.webm": ("-c:v", "libvpx-vp9", "-deadline", "realtime"),
    "flv.flv": ("-c:v", "flv"),
    "animation.gif": (),
}
"""Videos that only ffmpeg makes."""

NUMBERS: Final = [
    number.to_bytes(size, order)
    for number in (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF)
    for size in (2, 4)
    for order in ("big", "little")
] + [b"\xff" * 4, b"\x7f" + b"\xff" * 3, b"\x80\0\0\0", b"\xff" * 8, b"\0" * 8]


@dataclass(frozen=True, slots=True)
class Ending:
    """How reading a file ended."""

    status: int
    """0 read, 1 refused in a line, 99 an exception that is not raised on purpose, 128 and more a signal."""
    said: str
    hung: bool
    peak_mb: float


def images() -> Iterator[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    """Yield the frames of the videos: a bright square that crosses a gradient."""
    for number in range(FRAMES):
        image = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
        image[:] = np.linspace(30, 200, SIZE[0], dtype=np.uint8)[None, :, None]
        image[16:32, number : number + 16] = (20, 90, 240)
        yield image


def make_originals(folder: Path) -> list[Path]:
    """Write the files that are mutated."""
    for name, code in (("mjpeg.avi", "MJPG"), ("mpeg4.mp4", "mp4v"), ("mjpeg.mkv", "MJPG"), ("mpeg4.avi", "XVID")):
        writer = cv2.VideoWriter(str(folder / name), cv2.CAP_FFMPEG, cv2.VideoWriter.fourcc(*code), 10.0, SIZE)
        for image in images():
            writer.write(image)
        writer.release()
    last = list(images())[-1]
    for name in ("a.jpg", "a.png", "a.webp", "a.bmp", "a.tiff", "a.ppm"):
        cv2.imwrite(str(folder / name), last)
    cv2.imwrite(str(folder / "progressive.jpg"), last, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])
    (folder / "turned.webp").write_bytes(turned((folder / "a.webp").read_bytes()))
    if shutil.which("ffmpeg"):
        for name, options in FFMPEG.items():
            command = ["ffmpeg", "-v", "quiet", "-y", "-i", str(folder / "mjpeg.avi"), *options, str(folder / name)]
            subprocess.run(command, check=False, stdin=subprocess.DEVNULL)
    return sorted(path for path in folder.iterdir() if path.stat().st_size)


def turned(webp: bytes) -> bytes:
    """Return a WebP with an EXIF block behind its image, which says that it lies on its side."""
    exif = b"II*\0" + struct.pack("<IHHHIII", 8, 1, 0x0112, 3, 1, 6, 0)
    size = b"".join((side - 1).to_bytes(3, "little") for side in SIZE)
    chunks = b"VP8X" + struct.pack("<I", 10) + b"\x08\0\0\0" + size + webp[12:]
    chunks += b"EXIF" + struct.pack("<I", len(exif)) + exif
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def mutated(original: bytes, other: bytes, rng: random.Random) -> bytes:
    """Return a file with some of its bytes changed, most often near its beginning, where sizes stand."""
    data = bytearray(original)
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        near = rng.random() < 0.6
        at = rng.randrange(min(len(data), 600) if near else len(data)) if data else 0
        length = rng.choice([1, 4, 30, 300, 3000])
        match rng.randrange(8):
            case 0:
                data[at : at + 1] = bytes([rng.randrange(256)])
            case 1 | 2:
                number = rng.choice(NUMBERS)
                data[at : at + len(number)] = number
            case 3:
                data[at : at + length] = bytes(min(length, len(data) - at))
            case 4:
                data[at : at + length] = rng.randbytes(length)
            case 5:
                del data[at : at + length]
            case 6:
                place = rng.randrange(len(other))
                data[at:at] = other[place : place + length]
            case 7:
                del data[rng.randrange(1, len(data) + 1) if data else 0 :]
    return bytes(data)


def read_whole(path: Path) -> None:
    """Read a file as haredge does; raises HaredgeError if that cannot be done."""
    if path.suffix in {".jpg", ".png", ".webp", ".bmp", ".tiff", ".ppm"}:
        assert read(path).ndim == 3
        return
    with suppress(HaredgeError):
        probe(path)
    last = -1.0
    for frame in open_source(str(path)):
        assert frame.t > last
        assert frame.image.ndim == 3
        last = frame.t


def tried(path: Path, log: Path) -> Ending:
    """Read a file in a process split off from this one."""
    process = os.fork()
    if not process:
        _be_reader(path, log)
    started, hung = time.monotonic(), False
    while True:
        done, status, usage = os.wait4(process, os.WNOHANG)
        if done:
            break
        if time.monotonic() - started > LONGEST_S and not hung:
            hung = True
            os.kill(process, signal.SIGKILL)
        time.sleep(0.005)
    code = os.waitstatus_to_exitcode(status)
    said = log.read_text(errors="backslashreplace")
    return Ending(code if code >= 0 else 128 - code, said, hung, usage.ru_maxrss / 1024)


def _be_reader(path: Path, log: Path) -> None:
    status = 99
    try:
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(file, 1)
        os.dup2(file, 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
        read_whole(path)
        status = 0
    except HaredgeError as error:
        status = 1
        os.write(2, f"haredge: {error}\n".encode(errors="backslashreplace"))
    except BaseException:  # noqa: BLE001 - whatever it is, it is what is searched for
        os.write(2, traceback.format_exc().encode(errors="backslashreplace"))
    finally:
        os._exit(status)


def faults(ending: Ending) -> Iterator[str]:
    """Yield what is wrong with an ending."""
    if ending.hung:
        yield "hang"
    elif ending.status == 99:
        yield "traceback"
    elif ending.status not in {0, 1}:
        yield f"crash: {signal.Signals(ending.status - 128).name}"
    if ending.peak_mb > MOST_MB:
        yield "memory"
    if len(ending.said) > MOST_CHARACTERS:
        yield "flood"
    if ending.status == 1 and ending.said.count("haredge: ") != 1:
        yield "more than one error"


def main() -> None:
    """Mutate and read; print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after this time")
    parser.add_argument("--keep", type=Path, help="folder for the files that show a fault")
    args = parser.parse_args()
    started, fates, wrong, peak_mb = time.monotonic(), Counter[str](), Counter[str](), 0.0
    with tempfile.TemporaryDirectory() as name:
        (folder := Path(name) / "originals").mkdir()
        originals = make_originals(folder)
        contents = {path: path.read_bytes() for path in originals}
        for number in range(args.count):
            if time.monotonic() - started > args.seconds:
                break
            rng = random.Random(f"{args.seed} {number}")
            original = rng.choice(originals)
            path = Path(name) / f"{number}{original.suffix}"
            path.write_bytes(mutated(contents[original], contents[rng.choice(originals)], rng))
            ending = tried(path, Path(name) / "log")
            fates[{0: "read", 1: "refused in a line"}.get(ending.status, "?")] += 1
            peak_mb = max(peak_mb, ending.peak_mb)
            found = list(faults(ending))
            wrong.update(found)
            if found:
                print(
                    f"--- {number} ({original.name}): {', '.join(found)}, {ending.peak_mb:.0f} MB\n{ending.said[:3000]}"
                )
                if args.keep:
                    args.keep.mkdir(parents=True, exist_ok=True)
                    shutil.copy(path, args.keep)
            path.unlink()
    for words, count in fates.most_common():
        print(f"{count:6}  {words}")
    print(
        f"{sum(fates.values())} files in {time.monotonic() - started:.0f} s, seed {args.seed}, {peak_mb:.0f} MB at most"
    )
    print(f"found: {dict(wrong) or 'no crash, no hang, no traceback'}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
