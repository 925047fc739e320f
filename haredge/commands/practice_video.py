"""Videos to practise training with: drawn people, each another in another room, who do one thing each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.core.errors import SourceError
from haredge.synthetic.clip import Clip
from haredge.video.writer import open_writer

ACTIVITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "waving": ("waving",),
    "squat": ("squat",),
    "other": ("standing", "clapping", "picking_up", "walking"),
}
"""Labels, and the words of :mod:`haredge.synthetic.script` whose videos have it, in turns."""

SECONDS: Final = 5.0
RATE_HZ: Final = 15.0
SIZE: Final = (320, 240)
"""(width, height) in pixels."""


@dataclass(frozen=True, slots=True)
class Video:
    """A video to be drawn."""

    label: str
    word: str
    number: int
    """From 1, among those of the label."""

    @property
    def seed(self) -> int:
        """Whom and where it shows: somebody else in every video."""
        return 1000 * list(ACTIVITIES).index(self.label) + self.number

    def path(self, folder: Path) -> Path:
        """Tell where it goes: into its label's folder."""
        return folder / self.label / f"{self.word}-{self.number}.webm"


def planned(each: int) -> list[Video]:
    """List the videos, ``each`` of every label."""
    return [
        Video(label, words[index % len(words)], index + 1)
        for label, words in ACTIVITIES.items()
        for index in range(each)
    ]


def draw(folder: Path, each: int) -> Iterator[Path]:
    """Draw the videos that are not there, and yield each one's path; a name always shows the same.

    Raises :class:`SourceError` where a video cannot be written.
    """
    for video in planned(each):
        path = video.path(folder)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SourceError(f"cannot write {path}: {error.strerror}") from error
        if not path.exists():
            _write(path, video)
        yield path


def _write(path: Path, video: Video) -> None:
    """Draw what the label says alone: whoever does it walks in before and out after."""
    clip = Clip([(video.word, SECONDS)], seed=video.seed, size=SIZE)
    times = [index / RATE_HZ for index in range(clip.frame_count(RATE_HZ))]
    with open_writer(path, SIZE[::-1], RATE_HZ) as film:
        for t in times:
            if clip.truth(t)[0] == video.word:
                film.write(clip.at(t).picture, t)
