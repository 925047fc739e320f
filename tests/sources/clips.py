"""Clips and images in plain blue, for the tests: made here, so that none need be kept."""

from __future__ import annotations

import shutil
import subprocess
import wave
from pathlib import Path

import pytest
from stand_ins import BLUE

from haredge.core.types import Image
from haredge.opencv import cv2


def image(path: Path, image: Image = BLUE) -> Path:
    """Write an image."""
    assert cv2.imwrite(str(path), image)
    return path


def clip(path: Path, *, frames: int = 8, rate_hz: float = 10.0, image: Image = BLUE) -> Path:
    """Write a video of ``frames`` images, blue ones by default; FFmpeg's own writer, whatever the container."""
    codec = cv2.VideoWriter.fourcc(*("mp4v" if path.suffix == ".mp4" else "MJPG"))
    height, width = image.shape[:2]
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, codec, rate_hz, (width, height))
    assert writer.isOpened()
    for _ in range(frames):
        writer.write(image)
    writer.release()
    return path


def folder(path: Path, *, images: int = 8) -> Path:
    """Write numbered images, without leading zeros, into a new folder."""
    path.mkdir()
    for number in range(images):
        image(path / f"{number}.jpg")
    return path


def sound(path: Path) -> Path:
    """Write a file that FFmpeg can read and that holds sound only."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    return path


def cut(path: Path, length: int) -> Path:
    """Keep the first bytes of a file only."""
    path.write_bytes(path.read_bytes()[:length])
    return path


def copied(source: Path, target: Path, *, start_s: float) -> Path:
    """Write a video from a time on without encoding it again, with its index in front; without ffmpeg skip the test."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg: apt install ffmpeg")
    options = ["-c", "copy", "-movflags", "+faststart"]
    command = ["ffmpeg", "-v", "error", "-ss", str(start_s), "-i", str(source), *options, str(target)]
    subprocess.run(command, check=True)
    return target


def piece(source: Path, target: Path, *, at_s: float) -> Path:
    """Write a video whose times go on from those of a recording, as recorders do that write a file every hour."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg: apt install ffmpeg")
    times = ["-itsoffset", str(at_s), "-i", str(source), "-c", "copy", "-copyts"]
    subprocess.run(["ffmpeg", "-v", "error", *times, str(target)], check=True)
    return target


def filtered(source: Path, target: Path, expression: str) -> Path:
    """Write a video again through one of FFmpeg's filters, each frame keeping its own time."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg: apt install ffmpeg")
    command = ["ffmpeg", "-v", "error", "-i", str(source), "-vf", expression, "-fps_mode", "passthrough", str(target)]
    subprocess.run(command, check=True)
    return target
