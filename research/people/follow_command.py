"""Measure how often people are found by the tracker, in videos of falls and in rooms without people.

What runs is the daemon's own loop up to the poses: frames at the rate given, motion, regions, network, tracker. Le2i's
Home_01 is held out: it is measured only with --held-out, and nothing may be chosen on it. A network is
[TITLE=]MODEL[@HEIGHTxWIDTH]: an installed model or a file.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from haredge.core.types import Frame, Image, Pose
from haredge.models.open import open_pose_estimator
from haredge.opencv import cv2
from haredge.pose.estimator import NetworkPoseEstimator
from haredge.pose.region import Region
from haredge.pose.tracker import PeopleTracker
from haredge.sources.throttle import at_rate
from research.people.evaluate_command import FOR_CHOICE, HELD_OUT
from research.people.inference import keypoint_box
from research.people.labelling import overlap
from research.people.sight import FOUND, PHASES, FallVideo, fall_videos, room_images

ROOM_S: Final = 3.0
"""Seconds for which a photograph of a room is shown."""
CURTAIN: Final = ((0.55, 0.8), (0.15, 0.85))
"""Where a room's curtain hangs: from and to, in shares of the width and of the height."""
SWAY: Final = 0.03
"""How far its hem sways to each side, as a share of the width."""
NOISE: Final = 2.0
"""Standard deviation of the noise that makes a video of it, of 255."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--shared", type=Path, required=True, help="data's folder")
    parser.add_argument("--held-out", action="store_true", help="measure on Le2i's Home_01 in place of Coffee_room_02")
    parser.add_argument("--rooms", default="choice", choices=["test", "choice"], help="empty rooms (default: choice)")
    parser.add_argument("--every", type=int, default=1, help="use only every Nth room (default: all)")
    parser.add_argument("--curtain", action="store_true", help="let a part of each room sway like a curtain")
    parser.add_argument(
        "--shrink", type=float, default=1.0, help="show the falls at this share of their size; only `seen` counts then"
    )
    parser.add_argument("--rate", type=float, default=8.0, help="frames per second (default: 8)")
    parser.add_argument("--most", type=int, default=4, help="people followed at a time (default: 4)")
    parser.add_argument("networks", nargs="+", metavar="[TITLE=]MODEL[@HxW]", help="network to measure")


class Counted(NetworkPoseEstimator):
    """A network whose runs are counted."""

    runs = 0

    def estimate(self, frame: Frame, region: Region | None = None) -> tuple[Pose, ...]:
        """Run the network."""
        self.runs += 1
        return super().estimate(frame, region)


@dataclass
class Tally:
    """What was found in some videos."""

    found: list[list[bool]] = field(default_factory=lambda: [[] for _ in PHASES])
    """Whether a person's box overlaps the annotated one enough, frame by frame of each phase."""
    seen: list[list[bool]] = field(default_factory=lambda: [[] for _ in PHASES])
    """Whether a person is reported at all in these frames."""
    frames: int = 0
    tracks: int = 0
    """People that the tracker counted, all videos together."""
    with_people: int = 0
    """Frames in which a person was reported."""
    videos_with_people: int = 0


def run(arguments: argparse.Namespace) -> None:
    """Measure and print one row a network."""
    place = HELD_OUT if arguments.held_out else FOR_CHOICE
    videos = fall_videos(arguments.shared, place)
    rooms = room_images(arguments.shared, arguments.rooms)[:: arguments.every]
    sys.stdout.write(f"{place}: {len(videos)} falls; {len(rooms)} rooms; {arguments.rate:g} frames per second\n")
    sys.stdout.write(
        f"{'network':16}{'found: before during after, seen':38}{'ids':>5}{'runs':>6}{'ms':>7}{'rooms':>8}{'time':>7}\n"
    )
    for text in arguments.networks:
        sys.stdout.write(_row(text, videos, rooms, arguments) + "\n")
        sys.stdout.flush()


def opened(text: str) -> tuple[str, Counted]:
    """Open ``[TITLE=]MODEL[@HEIGHTxWIDTH]``; return the title, too."""
    title, _, rest = text.rpartition("=")
    model, _, size = rest.partition("@")
    height, _, width = size.partition("x")
    known = open_pose_estimator(model, input_size=(int(height), int(width or height)) if size else None)
    scores = {"min_pose_score": known.min_pose_score, "min_tracked_score": known.min_tracked_score}
    return title or Path(rest).name, Counted(known.engine, known.decoder, **scores)


def _row(text: str, videos: Sequence[FallVideo], rooms: Sequence[Image], arguments: argparse.Namespace) -> str:
    title, network = opened(text)
    falls, empty = Tally(), Tally()
    start = time.process_time()
    for video in videos:
        frames = shrunk(at_rate(video.frames(), arguments.rate), arguments.shrink)
        follow(frames, PeopleTracker(network, arguments.most), falls, video)
    cpu_s = time.process_time() - start
    runs = network.runs
    for room in rooms:
        show = swaying if arguments.curtain else still
        frames = show(room, round(ROOM_S * arguments.rate), arguments.rate)
        follow(frames, PeopleTracker(network, arguments.most), empty, None)
    shares = "  ".join(" ".join(f"{np.mean(phase):.3f}" for phase in phases) for phases in (falls.found, falls.seen))
    return (
        f"{title:16}{shares:38}{falls.tracks:5}{runs / falls.frames:6.2f}{1000 * cpu_s / falls.frames:7.1f}"
        f"{empty.videos_with_people / len(rooms):8.3f}{empty.with_people / empty.frames:7.3f}"
    )


def follow(frames: Iterable[Frame], tracker: PeopleTracker, tally: Tally, video: FallVideo | None) -> None:
    """Run the tracker over a video, and count."""
    people: set[int] = set()
    for frame in frames:
        poses = tracker.estimate(frame)
        tally.frames += 1
        tally.with_people += bool(poses)
        people |= {pose.track for pose in poses}
        box = video.boxes.get(frame.index + 1) if video else None
        if video and box is not None:
            boxes = [pose.network_box or keypoint_box(pose.keypoints.astype(np.float64)) for pose in poses]
            hit = any(overlap(np.array(one), box) >= FOUND for one in boxes)
            tally.found[video.phase(frame.index + 1)].append(hit)
            tally.seen[video.phase(frame.index + 1)].append(bool(poses))
    tally.tracks += len(people)
    tally.videos_with_people += bool(people)


def shrunk(frames: Iterable[Frame], share: float) -> Iterator[Frame]:
    """Yield frames at a share of their size, in the middle of an image of the same size, with its edges drawn out."""
    for frame in frames:
        height, width = frame.image.shape[:2]
        small = cv2.resize(frame.image, (round(width * share), round(height * share)), interpolation=cv2.INTER_AREA)
        top, left = (height - small.shape[0]) // 2, (width - small.shape[1]) // 2
        below, right = height - small.shape[0] - top, width - small.shape[1] - left
        image = cv2.copyMakeBorder(small, top, below, left, right, cv2.BORDER_REPLICATE)
        yield replace(frame, image=np.asarray(image, np.uint8))


def swaying(room: Image, count: int, rate_hz: float) -> Iterator[Frame]:
    """Yield a photograph as :func:`still` does, a part of which, :data:`CURTAIN`, sways sideways once a second."""
    height, width = room.shape[:2]
    left, right = (round(share * width) for share in CURTAIN[0])
    top, bottom = (round(share * height) for share in CURTAIN[1])
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    inside = np.zeros((height, width), np.float32)
    inside[top:bottom, left:right] = SWAY * width * np.hanning(right - left)
    hanging = (y - top) / (bottom - top)
    for frame in still(room, count, rate_hz):
        moved = x + inside * hanging * np.float32(np.sin(2 * np.pi * frame.t))
        yield replace(frame, image=np.asarray(cv2.remap(frame.image, moved, y, cv2.INTER_LINEAR), np.uint8))


def still(room: Image, count: int, rate_hz: float) -> Iterator[Frame]:
    """Yield a photograph ``count`` times, each with other noise."""
    rng = np.random.default_rng(0)
    for index in range(count):
        noisy = np.clip(room + rng.normal(0, NOISE, room.shape), 0, 255).astype(np.uint8)
        yield Frame(index, index / rate_hz, noisy)
