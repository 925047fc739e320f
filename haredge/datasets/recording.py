"""Recorded poses with a label, a file each: what ``haredge record`` and ``haredge extract`` make and training reads.

A file is a ``.npz`` of four arrays: ``times``, ``keypoints`` and ``frames`` as :class:`Recording` has them, and
``about``, JSON text of :class:`About`. There is no image in it.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from haredge.activity.window import MAX_GAP_S
from haredge.config.schema import LOWEST_USABLE_HZ
from haredge.core.errors import ConfigError, DataError
from haredge.core.keypoints import NAMES
from haredge.core.labels import composed
from haredge.core.printable import one_line
from haredge.core.types import SEEN_SCORE, Keypoints, Pose
from haredge.core.whole_file import replace_file
from haredge.datasets.archives import UNREADABLE, open_arrays
from haredge.datasets.choice import USUAL, PersonRule, chosen
from haredge.manifest import PoseModel, Rate

SUFFIX: Final = ".npz"
ARRAYS: Final = frozenset({"about", "frames", "times", "keypoints"})
"""The arrays of a file."""

LEAST_POSES: Final = 2
"""Poses that a recording must have to be of any use: a movement has a beginning and an end."""

NEVER_TWICE: Final = f"but never twice within {MAX_GAP_S:g} s, so it fills no window"
"""Said, after the number of frames, of a recording of which no piece can be used."""

_PERSON: Final = "+person"

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
    person: PersonRule = USUAL
    """By which rule the person was chosen."""
    number: Annotated[int, Field(ge=1)] | None = None
    """Which of all people it is, from 1 at the left, if each has a recording."""
    of: Annotated[int, Field(ge=1)] | None = None
    """How many they are."""
    video_bytes: Annotated[int, Field(ge=0)] | None = None
    """Size of the video's file, if it was made from one: another video of the same name has another."""

    @property
    def title(self) -> str:
        """Names it among all recordings of its label: the people of one have the same name."""
        return self.name if self.number is None else f"{self.name}{_PERSON}{self.number}"

    def path(self, folder: Path) -> Path:
        """Return where in a folder of recordings its file is: ``<label>/<name>.npz``, both in their safe form.

        Each of all people is ``<name>+person1.npz`` and so on: no name in its safe form has a ``+``.
        """
        person = "" if self.number is None else f"{_PERSON}{self.number}"
        return folder / safe_name(self.label) / f"{safe_name(self.name)}{person}{SUFFIX}"

    def numbered(self, number: int, of: int) -> About:
        """Return what is known of one of all people."""
        return self.model_copy(update={"number": number, "of": of})

    def same(self, recorded: About) -> bool:
        """Return whether a recording was made just so; recordings of before do not have the size of their video."""
        return recorded == (self if recorded.video_bytes else self.model_copy(update={"video_bytes": None}))

    def files(self, folder: Path) -> list[Path]:
        """List the files of recordings of this name and label, of any person."""
        alone = self.model_copy(update={"number": None}).path(folder)
        found = alone.parent.glob(f"{alone.stem}{_PERSON}*{SUFFIX}") if alone.parent.is_dir() else ()
        return sorted(path for path in (alone, *found) if path.exists())


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

    def pieces(self) -> list[tuple[NDArray[np.float64], Keypoints]]:
        """Cut its times and keypoints where no person was seen for longer than a window bridges.

        A pose in which no keypoint is seen is none. Pieces of fewer than two poses are dropped.
        """
        seen = (self.keypoints[..., 2] >= SEEN_SCORE).any(axis=1)
        times, keypoints = self.times[seen], self.keypoints[seen]
        gaps = np.flatnonzero(np.diff(times) > MAX_GAP_S) + 1
        cut = zip(np.split(times, gaps), np.split(keypoints, gaps), strict=True)
        return [(piece, body) for piece, body in cut if len(piece) >= LEAST_POSES]

    def save(self, folder: Path) -> Path:
        """Write it into a folder of recordings and return its file, which is there whole or not at all.

        Raises :class:`DataError` if it cannot be written.
        """
        path = self.about.path(folder)
        try:
            replace_file(path, self._content())
        except OSError as error:
            raise DataError(f"cannot write the recording {path}: {error.strerror}") from error
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
        except UNREADABLE as error:
            raise DataError(f"{path}: not a recording of haredge, or damaged: {_damage(error)}") from None
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


def _damage(error: BaseException) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return ": ".join(["about", *map(str, first["loc"]), first["msg"]])
    return one_line(error)


@dataclass(slots=True)
class RecordingBuilder:
    """A recording in the making: poses as they come."""

    about: About
    frames: int = 0
    tracks: dict[int, list[Pose]] = field(default_factory=dict)
    """The poses of each person."""

    def add(self, poses: Sequence[Pose]) -> None:
        """Take the poses in the next frame, each with its track."""
        self.frames += 1
        for pose in poses:
            self.tracks.setdefault(pose.track, []).append(pose)

    def build(self) -> list[Recording]:
        """Return a recording of each person chosen; none of people without a piece that can be used."""
        usable = [person for person in self._chosen() if person.pieces()]
        if self.about.person != "all":
            return usable
        return [replace(each, about=self.about.numbered(n, len(usable))) for n, each in enumerate(usable, 1)]

    @property
    def sparse(self) -> bool:
        """Whether someone is seen more than once, but never twice within what a window bridges."""
        people = self._chosen()
        return any(len(each.times) >= LEAST_POSES for each in people) and not any(each.pieces() for each in people)

    def _chosen(self) -> list[Recording]:
        return [self._recording(poses) for poses in chosen(self.tracks, self.about.person, self.frames)]

    def _recording(self, poses: Sequence[Pose]) -> Recording:
        times = np.array([pose.t for pose in poses], np.float64)
        keypoints = np.array([pose.keypoints for pose in poses], np.float32).reshape(-1, len(NAMES), 3)
        return Recording(self.about, self.frames, times, keypoints)


def save_all(recordings: Sequence[Recording], folder: Path) -> list[Path]:
    """Write the recordings of all people of one name, and return their files; older ones of the name are removed.

    Raises :class:`DataError` if they cannot be written.
    """
    written = [recording.save(folder) for recording in recordings]
    for former in recordings[0].about.files(folder) if recordings else ():
        if former not in written:
            with suppress(FileNotFoundError):
                former.unlink()
    return written


def recorded(about: About, folder: Path) -> list[Path]:
    """Return the files of the recordings that were made just so; none if one is missing or damaged."""
    try:
        if about.person != "all":
            return [about.path(folder)] if about.same(Recording.load(about.path(folder)).about) else []
        count = Recording.load(about.numbered(1, 1).path(folder)).about.of or 0
        people = [about.numbered(number, count) for number in range(1, count + 1)]
        same = all(each.same(Recording.load(each.path(folder)).about) for each in people)
        return [each.path(folder) for each in people] if same else []
    except DataError:
        return []


def of_another_video(about: About, folder: Path) -> Path | None:
    """Return a recording of the same label and name that was made from another video; None if there is none."""
    for path in about.files(folder):
        with suppress(DataError):
            other = Recording.load(path).about
            if other.source == about.source and None not in (sizes := {other.video_bytes, about.video_bytes}):
                return path if len(sizes) > 1 else None
    return None


def others(abouts: Iterable[About], folder: Path) -> list[Path]:
    """List the recordings of videos in a folder that have none of these labels and names: training reads them, too."""
    wanted = {_unnumbered(about.path(folder)) for about in abouts}
    rest = (path for path in sorted(folder.glob(f"*/*{SUFFIX}")) if _unnumbered(path) not in wanted)
    return [path for path in rest if _is_of_a_video(path)]


def _unnumbered(path: Path) -> tuple[str, str]:
    """Give a recording's folder and name, the same for all people of one."""
    return path.parent.name, path.stem.partition(_PERSON)[0]


def _is_of_a_video(path: Path) -> bool:
    with suppress(DataError):
        return Recording.load(path).about.video_bytes is not None
    return False


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
