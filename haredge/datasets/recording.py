"""Recorded poses with a label, a file each: what ``haredge record`` and ``haredge extract`` make and training reads.

A file is a ``.npz`` of four arrays: ``times``, ``keypoints`` and ``frames`` as :class:`Recording` has them, and
``about``, JSON text of :class:`About`. There is no image in it.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from haredge.config.schema import LOWEST_USABLE_HZ
from haredge.core.errors import ConfigError, DataError
from haredge.core.keypoints import NAMES
from haredge.core.labels import composed
from haredge.core.types import Keypoints, Pose
from haredge.datasets.archives import ARRAY_DAMAGE, open_arrays
from haredge.manifest import PoseModel, Rate

SUFFIX: Final = ".npz"
ARRAYS: Final = frozenset({"about", "frames", "times", "keypoints"})
"""The arrays of a file."""

LEAST_POSES: Final = 2
"""Poses that a recording must have to be of any use: a movement has a beginning and an end."""

_LONGEST: Final = 50
"""Characters of a label or name that go into a file's name: of four bytes each, they leave room for the rest."""

Text = Annotated[str, Field(min_length=1)]
Composed = Annotated[Text, AfterValidator(composed)]
"""Text of which there is one form only."""


class About(BaseModel):
    """All that is known of a recording before its first frame: a file with the same need not be made again."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    name: Text
    """Names it among those of its label."""
    label: Composed
    group: Composed
    """The person recorded, else the recording session or the video: a group is never on both sides of a split."""
    source: str
    """What it was made from: a video file as it was named, or a camera."""
    rate_hz: Rate
    """Frames per second that were processed, at most."""
    pose_model: PoseModel

    def path(self, folder: Path) -> Path:
        """Return where in a folder of recordings its file is: ``<label>/<name>.npz``, both in their safe form."""
        return folder / safe_name(self.label) / f"{safe_name(self.name)}{SUFFIX}"


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One person's poses while doing one thing."""

    about: About
    frames: int
    """How many frames were processed: in those without a pose no person was detected."""
    times: NDArray[np.float64]
    """(n,) growing seconds on the source's clock."""
    keypoints: Keypoints
    """(n, 17, 3): x, y in pixels of the source's images, score in [0, 1]."""

    def save(self, folder: Path) -> Path:
        """Write it into a folder of recordings and return its file, which is there whole or not at all.

        Raises :class:`DataError` if it cannot be written.
        """
        path = self.about.path(folder)
        beside = path.with_name(f"{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(self._content())
            beside.replace(path)
        except OSError as error:
            raise DataError(f"cannot write the recording {path}: {error.strerror}") from error
        finally:
            with suppress(OSError):
                beside.unlink()  # of a disk that is full, or a command that was ended
        return path

    def _content(self) -> bytes:
        file = io.BytesIO()
        about = np.array(self.about.model_dump_json())
        np.savez(file, about=about, frames=self.frames, times=self.times, keypoints=self.keypoints)
        return file.getvalue()

    @classmethod
    def load(cls, path: Path) -> Recording:
        """Read a recording; raises :class:`DataError` for a file that is damaged or no recording."""
        try:
            with open_arrays(path) as arrays:
                about = About.model_validate_json(str(arrays["about"]))
                recording = cls(about, int(arrays["frames"]), arrays["times"], arrays["keypoints"])
            recording._check()
        except ARRAY_DAMAGE as error:
            raise DataError(f"{path}: not a recording of haredge, or damaged: {_one_line(error)}") from None
        return recording

    def _check(self) -> None:
        n = len(self.times)
        if self.times.dtype != np.float64 or self.keypoints.dtype != np.float32:
            raise TypeError("times are float64 and keypoints float32")
        if self.times.shape != (n,) or self.keypoints.shape != (n, len(NAMES), 3) or self.frames < n:
            raise ValueError(f"{n} times, keypoints of the shape {self.keypoints.shape}, {self.frames} frames")
        if not (np.isfinite(self.times).all() and np.isfinite(self.keypoints).all()):
            raise ValueError("a time or keypoint is not a number")
        if (np.diff(self.times) <= 0).any():
            raise ValueError("its times do not grow")


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__


@dataclass(slots=True)
class RecordingBuilder:
    """A recording in the making: poses as they come."""

    about: About
    frames: int = 0
    poses: list[Pose] = field(default_factory=list)

    def add(self, poses: Sequence[Pose]) -> None:
        """Add the first pose of the next frame; a recording is of one person."""
        self.frames += 1
        self.poses.extend(poses[:1])

    def build(self) -> Recording:
        """Give what has been recorded."""
        times = np.array([pose.t for pose in self.poses], np.float64)
        keypoints = np.array([pose.keypoints for pose in self.poses], np.float32).reshape(-1, len(NAMES), 3)
        return Recording(self.about, self.frames, times, keypoints)


def usable_rate(rate_hz: float) -> float:
    """Return the rate of a recording to be; raises :class:`ConfigError` for one at which no window would fill."""
    if not LOWEST_USABLE_HZ <= rate_hz <= 120:
        raise ConfigError(
            f"{rate_hz:g} poses per second: {LOWEST_USABLE_HZ:g} to 120 are possible; fewer never fill a window"
        )
    return rate_hz


def safe_name(text: str) -> str:
    """Turn any text into the name of a file or folder: itself if it is one already.

    Anything but letters, digits, ``_``, ``.`` and ``-`` becomes ``_``; a checksum then distinguishes it.
    """
    plain = re.sub(r"[^\w.-]+", "_", text)[:_LONGEST].lstrip(".-")
    if plain == text:
        return text
    return f"{plain}-{hashlib.sha256(text.encode()).hexdigest()[:8]}".lstrip("-")
