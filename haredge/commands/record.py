"""``haredge record``: poses in front of the camera, with a label, to train your own activity model."""

from __future__ import annotations

import argparse
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Final

from haredge.commands.arguments import (
    add_config,
    add_person,
    add_pose_model,
    add_source,
    given_path,
    load_config,
    seconds_within,
    whole,
)
from haredge.compose import buffered, open_configured_source, zones
from haredge.config.schema import Config
from haredge.core.address import redacted
from haredge.core.counted import counted
from haredge.core.errors import DataError, OutputError
from haredge.core.labels import mistake_in
from haredge.core.printable import undecoded
from haredge.core.progress import TaskProgress, bar
from haredge.core.types import Frame, Pose
from haredge.datasets.recording import NEVER_TWICE, About, Recording, RecordingBuilder, save_all, usable_rate
from haredge.manifest import PoseModel
from haredge.pipeline import track
from haredge.pose.tracker import PeopleTracker
from haredge.scene.zones import ignored_in
from haredge.terminal import LiveLine

ENOUGH: Final = 0.8
"""Share of the frames in which a person should be detected; a recording with fewer is reported."""

OUT: Final = Path("recordings")

_IN_VIEW: Final = "is all of you in view?"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``haredge record``."""
    parser.add_argument(
        "--label", required=True, type=_label, help="activity recorded: waving, squat, ...; `other` for anything else"
    )
    parser.add_argument(
        "-o", "--out", type=given_path, default=OUT, metavar="DIR", help="folder for recordings (default: %(default)s)"
    )
    parser.add_argument(
        "--seconds",
        type=seconds_within(0.5, 3600),
        default=5.0,
        metavar="S",
        help="length of a recording, in seconds (default: 5)",
    )
    parser.add_argument(
        "--count", type=whole(1, 10_000), default=10, metavar="N", help="number of recordings (default: 10)"
    )
    parser.add_argument(
        "--countdown", type=seconds_within(0, 60), default=3.0, metavar="S", help="seconds to get ready (default: 3)"
    )
    parser.add_argument(
        "--subject",
        type=_name,
        metavar="NAME",
        help="name of the person recorded; a person is never in both the training and the test set",
    )
    add_config(parser)
    add_source(parser)
    add_pose_model(parser)
    add_person(parser)


def _label(text: str) -> str:
    if mistake := mistake_in(text):
        raise argparse.ArgumentTypeError(mistake)
    return text


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise argparse.ArgumentTypeError(f"invalid name {text[:60]!r}: needed are characters that can be printed")
    return text


@dataclass(frozen=True)
class _Stage:
    """Frames and poses as they come, and the line that the person before the camera reads."""

    tracked: Iterator[tuple[Frame, tuple[Pose, ...]]]
    line: LiveLine

    def count_down(self, seconds: float, title: str) -> None:
        """Give a person time to get ready, and show whether the camera sees them."""
        for poses, left_s in self._for(seconds):
            self.line.show(f"{title}  get ready: {ceil(left_s)}  {_view(len(poses))}")

    def record(self, seconds: float, title: str, about: About) -> RecordingBuilder:
        """Record a take."""
        take = RecordingBuilder(about)
        self.line.ring()
        for poses, left_s in self._for(seconds):
            take.add(poses)
            self.line.show(f"{title}  {bar(TaskProgress(1 - left_s / seconds, left_s))}  {_view(len(poses))}")
        self.line.ring()
        return take

    def _for(self, seconds: float) -> Iterator[tuple[tuple[Pose, ...], float]]:
        """Yield the poses of so many seconds of the source's time, frame by frame, and the seconds left at each.

        Raises EOFError where the source ends before that.
        """
        ends_s = None
        for frame, poses in self.tracked:
            ends_s = frame.t + seconds if ends_s is None else ends_s
            if frame.t >= ends_s:
                return
            yield poses, ends_s - frame.t
        raise EOFError


def _view(people: int) -> str:
    return "NO PERSON IN VIEW" if not people else "in view" if people == 1 else f"{people} people in view"


def run(args: argparse.Namespace) -> int:
    """Record the takes; those that are finished are kept, whatever happens then.

    Raises the errors of the configuration, the pose model and the source, and :class:`DataError` if no one was seen
    in any take, or it cannot be written.
    """
    # OpenCV and the inference engine are imported when frames are wanted, not when the command line is parsed.
    from haredge.models.open import PoseFile  # noqa: PLC0415

    config, line = load_config(args), LiveLine()
    _check_out(args.out)
    pose = PoseFile.read(config.pose.model)
    sitting = _Sitting(args, _about(args, config, pose.model))
    source, network = open_configured_source(config), pose.open()
    with closing(iter(buffered(source, config))) as frames:
        try:
            tracker = PeopleTracker(network, config.pose.max_people, ignored=ignored_in(zones(config)))
            stage = _Stage(track(frames, tracker), line)
            sitting.record(stage, countdown_s=args.countdown if source.live else 0.0)
        except EOFError:
            line.above(f"{redacted(config.source)} has ended")
        finally:
            if sitting.kept:
                line.above(sitting.summary())
    if not sitting.kept:
        raise DataError(f"nothing was recorded from {redacted(config.source)}")
    return 0


def _check_out(folder: Path) -> None:
    """Raise OutputError if nothing could be written into a folder, which need not exist: a take would be lost."""
    nearest = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise OutputError(f"cannot write recordings into {folder}: {nearest} may not be written; name another by --out")


def _about(args: argparse.Namespace, config: Config, pose_model: PoseModel) -> About:
    # A clock that was set back must not make it overwrite an earlier recording session.
    sitting = f"{datetime.now().astimezone():%Y-%m-%dT%H-%M-%S}-{secrets.token_hex(2)}"
    return About(
        name=f"{args.subject}-{sitting}" if args.subject else sitting,
        label=args.label,
        group=args.subject or sitting,
        source=undecoded(redacted(config.source)),
        rate_hz=usable_rate(config.camera.rate_hz),
        pose_model=pose_model,
        person=args.person,
    )


class _Sitting:
    """Takes of one person doing one thing, one after the other."""

    def __init__(self, args: argparse.Namespace, about: About) -> None:
        self._args = args
        self._about = about
        self.kept = 0
        """Takes that are recorded."""

    def record(self, stage: _Stage, countdown_s: float) -> None:
        """Record as many takes as are asked for. Raises EOFError where the source ends before."""
        takes = counted(self._args.count, "take")
        stage.line.above(
            f"{self._args.label}: {takes} of {self._args.seconds:g} s from {self._about.source}; "
            "Ctrl-C ends it and keeps what is recorded"
        )
        for number in range(1, self._args.count + 1):
            title = f"take {number} of {self._args.count}"
            if countdown_s:
                stage.count_down(countdown_s, title)
            about = self._about.model_copy(update={"name": f"{self._about.name}-{number:02}"})
            stage.line.above(f"{title}  {self._keep(stage.record(self._args.seconds, title, about))}")

    def _keep(self, take: RecordingBuilder) -> str:
        """Write a take if it is of any use, and say what became of it."""
        recordings = take.build()
        if not recordings:
            return f"not kept: {_detected(take)}"
        save_all(recordings, self._args.out)
        self.kept += 1
        return _seen(recordings)

    def summary(self) -> str:
        """Say what has been recorded."""
        folder = self._about.path(self._args.out).parent
        return f"{counted(self.kept, 'take')} of {self._args.label} recorded in {folder}"


def _detected(take: RecordingBuilder) -> str:
    """Say in how many frames of a take that cannot be used someone was detected."""
    frames = counted(take.frames, "frame")
    if not (most := max(map(len, take.tracks.values()), default=0)):
        return f"no person detected in its {frames}; {_IN_VIEW}"
    seen = f"a person was detected in {most} of its {frames}"
    seen += f", {NEVER_TWICE}" if take.sparse else " only"
    apart = "the source's frames are too far apart"
    return f"{seen}; {apart if most >= ENOUGH * take.frames else _IN_VIEW}"


def _seen(recordings: Sequence[Recording]) -> str:
    """Say in how many frames the people recorded were detected."""
    counts, frames = [len(recording.times) for recording in recordings], recordings[0].frames
    if len(counts) == 1:
        seen = f"a person was detected in {counts[0]} of {frames} frames"
    else:
        each = f"{', '.join(map(str, counts[:-1]))} and {counts[-1]}"
        seen = f"{len(counts)} people were detected, from left to right in {each} of {frames} frames"
    return seen if min(counts) >= ENOUGH * frames else f"{seen} only; {_IN_VIEW}"
