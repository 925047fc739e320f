"""``haredge practice``: videos of a synthetic person, each another in another room, who does one thing each.

They show how an activity model is trained, before any camera is set up.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from haredge.commands.arguments import add_out, whole
from haredge.core.counted import counted
from haredge.core.errors import OutputError
from haredge.terminal import LiveLine, ProgressBar, say

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
class PracticeVideo:
    """A video to be drawn."""

    label: str
    word: str
    number: int
    """From 1, among those of the label."""

    @property
    def seed(self) -> int:
        """Which person and room it shows: others in every video."""
        return 1000 * list(ACTIVITIES).index(self.label) + self.number

    def path(self, folder: Path) -> Path:
        """Return where it goes: into its label's folder."""
        return folder / self.label / f"{self.word}-{self.number}.webm"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge practice``."""
    parser.epilog = "A model trained on synthetic people is for practice: it has never seen a real person."
    add_out(parser, Path("videos"), "folder that gets a folder of videos for each label")
    parser.add_argument(
        "--each", type=whole(1, 100), default=8, metavar="N", help="number of videos of each label (default: 8)"
    )


def run(args: argparse.Namespace) -> int:
    """Draw the videos. Raises :class:`OutputError` if one cannot be written."""
    videos, line = planned(args.each), LiveLine()
    bar = ProgressBar(len(videos), line)
    try:
        for done, path in enumerate(draw(args.out, args.each), 1):
            bar.show(done, f"{path}  ")
    finally:
        line.clear()
    say(f"{counted(len(videos), 'video')} in {args.out}: `haredge extract {args.out}` records the poses in them")
    return 0


def planned(each: int) -> list[PracticeVideo]:
    """List the videos, ``each`` of every label."""
    return [
        PracticeVideo(label, words[index % len(words)], index + 1)
        for label, words in ACTIVITIES.items()
        for index in range(each)
    ]


def draw(folder: Path, each: int) -> Iterator[Path]:
    """Draw the videos that are not there, and yield each one's path; a name always shows the same.

    Raises :class:`OutputError` where a video cannot be written.
    """
    for video in planned(each):
        path = video.path(folder)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot write {path}: {error.strerror}") from error
        if not path.exists():
            _write(path, video)
        yield path


def _write(path: Path, video: PracticeVideo) -> None:
    """Render the activity alone: before it the person walks in, and out after it."""
    # OpenCV is imported when something is drawn, not when the command line is parsed.
    from haredge.synthetic.clip import SyntheticClip  # noqa: PLC0415
    from haredge.video.writer import open_writer  # noqa: PLC0415

    clip = SyntheticClip([(video.word, SECONDS)], seed=video.seed, size=SIZE)
    times = [index / RATE_HZ for index in range(clip.frame_count(RATE_HZ))]
    with open_writer(path, SIZE[::-1], RATE_HZ) as film:
        for t in times:
            if clip.truth(t)[0] == video.word:
                film.write(clip.at(t).image, t)
