"""Any GStreamer pipeline, run by gst-launch-1.0: OpenCV from pip is built without GStreamer.

The child sends its frames through a pipe as YUV4MPEG2 (https://wiki.multimedia.cx/index.php/YUV4MPEG2), which holds
their size and is half as large as BGR. The pipe is not the child's standard output: a Jetson's camera
driver prints there.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import threading
import time
from collections import deque
from collections.abc import Generator
from typing import IO, ClassVar, Final

import numpy as np

from haredge.core.address import redacted, redacted_in
from haredge.core.bounds import check_frame_size
from haredge.core.errors import RuntimeMissingError, SourceError
from haredge.core.types import Frame, Image
from haredge.opencv import cv2

SINK: Final = (
    "! videoconvert ! videoscale "
    # y4menc pads rows of other widths, in a way that its versions differ in.
    "! video/x-raw,format=I420,colorimetry=bt601,width=[8,8192,8],height=[2,8192,2],pixel-aspect-ratio=1/1 "
    "! y4menc ! fdsink sync=true fd="
)
"""What follows the user's pipeline. Files and test images come at their own rate too, not as fast as they can."""

_LONGEST_LINE: Final = 200
"""Bytes of a header at most: what is longer is the middle of an image."""

_SCALE: Final = "... ! videoscale ! video/x-raw,width=640,height=480"
"""What a pipeline may end in."""

END_S: Final = 2.0
"""Seconds that the child has to end by itself before it is killed."""


class GstPipeline:
    """Frames of a GStreamer pipeline. Iterating starts a child process; closing the iterator ends it."""

    live: ClassVar[bool] = True

    def __init__(self, pipeline: str, *, program: str = "gst-launch-1.0") -> None:
        """Take a pipeline as gst-launch-1.0 does, quoted as in a shell, without a sink."""
        self._pipeline = pipeline
        self._program = program
        self._child: _Child | None = None

    def __str__(self) -> str:
        return redacted(f"gst:{self._pipeline}")

    def __iter__(self) -> Generator[Frame, None, None]:
        """Yield frames as they come; raises SourceError if the pipeline is wrong or stops with an error."""
        self._child = child = _Child(self._program, self._arguments())
        index = 0
        try:
            for image in _images(child.data, str(self)):
                yield Frame(index, time.monotonic(), image)
                index += 1
            if reason := child.failure() or ("" if index else "it ended without a frame"):
                words = redacted_in(reason, f"gst:{self._pipeline}")
                raise SourceError(f"{self} {'has stopped' if index else 'gives no frame'}: {words}")
        finally:
            child.end()

    def interrupt(self) -> None:
        """End the child, which ends a read that waits for it."""
        if self._child is not None:
            self._child.terminate()

    def _arguments(self) -> list[str]:
        try:
            return shlex.split(self._pipeline)
        except ValueError as error:
            raise SourceError(f"cannot read {self}: {str(error).lower()}") from error


class _Child:
    """A gst-launch-1.0 that sends its images to ``data``."""

    def __init__(self, program: str, pipeline: list[str]) -> None:
        reading, writing = os.pipe()
        self.data = os.fdopen(reading, "rb")
        try:
            self._process = subprocess.Popen(
                [program, "-q", *pipeline, *f"{SINK}{writing}".split()],
                pass_fds=[writing],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
        except FileNotFoundError as error:
            self.data.close()
            packages = "gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good"
            raise RuntimeMissingError(f"{program} is not installed: sudo apt install {packages}") from error
        finally:
            os.close(writing)
        # Read all the time, as a child whose output is not read stops when the pipe is full.
        self._said: deque[str] = deque(maxlen=50)
        self._listener = threading.Thread(target=self._listen, name="gst-launch", daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            self._said.extend(lines)

    def failure(self) -> str:
        """Wait for the child's end; return what it said went wrong, or nothing where all went well."""
        if self._process.wait() == 0:
            return ""
        self._listener.join(END_S)
        said = [line.strip() for line in self._said if line.strip()] or ["gst-launch-1.0 ended without a word"]
        error = next((line for line in said if "ERROR" in line or "erroneous" in line), said[-1])
        return re.sub(r"^(ERROR|WARNING): (from element \S+: )?", "", error)

    def terminate(self) -> None:
        """Ask the child to end."""
        self._process.terminate()

    def end(self) -> None:
        """End the child, and wait until it has ended."""
        self.data.close()
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(END_S)


def _images(data: IO[bytes], name: str) -> Generator[Image, None, None]:
    """Decode a YUV4MPEG2 stream in I420 to BGR images; raises SourceError where they are too large, or change."""
    header = {field[:1]: field[1:] for field in data.readline(_LONGEST_LINE).split()[1:]}
    if not header:
        return
    width, height = int(header[b"W"]), int(header[b"H"])
    try:
        check_frame_size(height, width)
    except ValueError as error:
        raise SourceError(f"{name}: its images of {error}; have the pipeline scale them: {_SCALE}") from None
    length = width * height * 3 // 2
    while (line := data.readline(_LONGEST_LINE)).startswith(b"FRAME") and len(yuv := data.read(length)) == length:
        planes = np.frombuffer(yuv, np.uint8).reshape(height * 3 // 2, width)
        yield np.asarray(cv2.cvtColor(planes, cv2.COLOR_YUV2BGR_I420), np.uint8)
    if line and not line.startswith(b"FRAME"):
        raise SourceError(
            f"{name} has stopped: the size of its images has changed; have the pipeline scale them to one: {_SCALE}"
        )
