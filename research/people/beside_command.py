"""Measure what is reported of people who were recorded alone, once their clips are put side by side in one image.

What each of them does is known, as each has a tile of the image; a clip alone is shown in its tile of an image of the
same size, whose other tiles are black. Everything runs through the daemon's own loop: tracker, windows, filters. The
clips are those of gyms (push-ups, pull-ups, squats), and Le2i's falls in the coffee rooms, which are not held out:
there a person falls while they fall, lies afterwards, and stands, sits, walks or bends before.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from haredge.compose import Networks, open_networks
from haredge.config.schema import ActivitySection, Config, PoseSection
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Frame, Image, Person
from haredge.opencv import cv2
from research.csv_rows import csv_rows
from research.people.follow_command import opened
from research.people.sources import frames

TILE: Final = (240, 320)
"""(height, width) of each clip's place in pixels."""

LEAST_S: Final = 4.0
"""Seconds that a clip must last: a window needs one, and the filter half of one."""

GYM: Final = {"push-ups": "pushup", "pull-ups": "pullup", "squats": "squat"}
ROOMS: Final = ("Coffee_room_01", "Coffee_room_02")
UPRIGHT: Final = frozenset(
    ("standing", "sitting", "walking", "running", "sitting_down", "standing_up", "picking_up", "throwing", "waving")
)
"""What is right of a person who has not fallen yet."""

WITHIN: Final = 0.05
"""Difference of shares of time that is as good as none."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A person alone in a video, and what they do when."""

    archive: Path
    name: str
    rate_hz: float
    count: int
    right: Callable[[float], frozenset[str]]
    """The labels that are right at a time in seconds."""

    @property
    def length_s(self) -> float:
        """How long it lasts."""
        return self.count / self.rate_hz

    def tiles(self) -> list[Image]:
        """Read all frames, each fitted into a tile."""
        with zipfile.ZipFile(self.archive) as archive, tempfile.TemporaryDirectory() as temporary:
            return [_fitted(image) for image in frames(archive, self.name, Path(temporary))]


@dataclass
class Seen:
    """What was reported of one tile."""

    right_s: float = 0.0
    told_s: Counter[str] = field(default_factory=Counter)
    ids: list[int] = field(default_factory=list)
    """The person's numbers, a new entry whenever it changes."""

    @property
    def share(self) -> float:
        """Share of the time that is right."""
        return self.right_s / max(sum(self.told_s.values()), 1e-9)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--shared", type=Path, required=True, help="data's folder")
    parser.add_argument("--network", required=True, metavar="MODEL[@HxW]", help="pose network")
    parser.add_argument("--model", default="everyday", help="activity model (default: everyday)")
    parser.add_argument("--rate", type=float, default=10.0, help="frames per second (default: 10)")
    parser.add_argument("--pairs", type=int, default=32, help="number of pairs (default: 32)")
    parser.add_argument("--threes", type=int, default=4, help="number of groups of three (default: 4)")
    parser.add_argument("--most", type=int, default=4, help="people followed at a time (default: 4)")
    parser.add_argument("--seed", type=int, default=0, help="which clips stand beside which (default: 0)")


def run(arguments: argparse.Namespace) -> None:
    """Measure, and print a row a clip and the sums."""
    networks = _networks(arguments)
    groups = grouped(clips(arguments.shared), arguments.pairs, arguments.threes, arguments.seed)
    rows: list[tuple[Seen, Seen]] = []
    mixed = 0
    sys.stdout.write(f"{'clip':44}{'s':>6}{'alone':>7}{'beside':>8}  numbers alone, beside\n")
    for group in groups:
        tiles = [clip.tiles() for clip in group]
        beside = watch(networks, group, tiles, arguments.rate, shown=range(len(group)))
        alone = [watch(networks, group, tiles, arguments.rate, shown=[place])[place] for place in range(len(group))]
        mixed += _shared([seen.ids for seen in beside])
        for clip, one, other in zip(group, alone, beside, strict=True):
            length_s = min(each.length_s for each in group)
            sys.stdout.write(
                f"{clip.name:44.44}{length_s:6.1f}{one.share:7.1%}{other.share:8.1%}  {one.ids}, {other.ids}\n"
            )
            rows.append((one, other))
        sys.stdout.write("\n")
        sys.stdout.flush()
    sys.stdout.write("\n".join(_sums(rows, mixed)) + "\n")


def _networks(arguments: argparse.Namespace) -> Networks:
    _, estimator = opened(arguments.network)
    config = Config(activity=ActivitySection(model=arguments.model), pose=PoseSection(max_people=arguments.most))
    return replace(open_networks(config), estimator=estimator, max_people=arguments.most)


def clips(shared: Path) -> list[Clip]:
    """List the clips that may be chosen from."""
    folder = shared / "labelled_videos"
    gym = [
        Clip(folder / "workout.zip", row["clip"], float(row["fps"]), int(row["frames"]), _always(GYM[row["label"]]))
        for row in csv_rows(folder / "workout.csv")
        if row["label"] in GYM
    ]
    falls = [
        Clip(folder / "le2i.zip", row["clip"], float(row["fps"]), int(row["frames"]), _fall(row))
        for row in csv_rows(folder / "le2i.csv")
        if row["room"] in ROOMS and row["fall_start"]
    ]
    return [clip for clip in gym + falls if clip.length_s >= LEAST_S]


def _always(label: str) -> Callable[[float], frozenset[str]]:
    return lambda _t: frozenset((label,))


def _fall(row: dict[str, str]) -> Callable[[float], frozenset[str]]:
    start_s, end_s = (int(row[key]) / float(row["fps"]) for key in ("fall_start", "fall_end"))

    def right(t: float) -> frozenset[str]:
        if t < start_s:
            return UPRIGHT
        return frozenset(("falling",)) if t <= end_s else frozenset(("falling", "lying"))

    return right


def grouped(known: Sequence[Clip], pairs: int, threes: int, seed: int) -> list[list[Clip]]:
    """Put clips of about the same length together, each clip once."""
    order = np.random.default_rng(seed).permutation(len(known))[: 2 * pairs + 3 * threes]
    chosen = sorted((known[index] for index in order.tolist()), key=lambda clip: clip.length_s)
    sizes = np.random.default_rng(seed).permutation([2] * pairs + [3] * threes).tolist()
    groups = []
    for size in sizes:
        groups.append(chosen[:size])
        chosen = chosen[size:]
    return [group for group in groups if len(group) > 1]


def watch(
    networks: Networks, group: Sequence[Clip], tiles: Sequence[Sequence[Image]], rate_hz: float, shown: Sequence[int]
) -> list[Seen]:
    """Run the loop over an image of all tiles, those not ``shown`` black; return what each tile's person does."""
    seen = [Seen() for _ in group]
    places: dict[int, int] = {}
    for observation in networks.observe(_composed(group, tiles, rate_hz, shown)):
        people = [person for person in observation.people if person.settled]
        for person in people:
            if person.pose:
                left, _, right, _ = person.pose.box
                places[person.id] = int(np.clip((left + right) / 2 // TILE[1], 0, len(group) - 1))
        for place in shown:
            here = [person for person in people if places.get(person.id) == place]
            _note(seen[place], here, group[place].right(observation.frame.t), 1 / rate_hz)
    return seen


def _note(seen: Seen, people: Sequence[Person], right: frozenset[str], step_s: float) -> None:
    """Take what is reported of a tile's person: the same as before while they are there, else the largest."""
    same = [person for person in people if seen.ids[-1:] == [person.id]]
    main = max(same or people, key=_size, default=None)
    label = main.activity.label if main else NO_PERSON
    seen.told_s[label] += step_s  # type: ignore[assignment]
    seen.right_s += step_s * (label in right)
    if main and not same:
        seen.ids.append(main.id)


def _size(person: Person) -> float:
    if person.pose is None:
        return 0.0
    left, top, right, bottom = person.pose.box
    return (right - left) + (bottom - top)


def _composed(
    group: Sequence[Clip], tiles: Sequence[Sequence[Image]], rate_hz: float, shown: Sequence[int]
) -> Iterator[Frame]:
    height, width = TILE
    for index in range(int(min(clip.length_s for clip in group) * rate_hz)):
        t = index / rate_hz
        image = np.zeros((height, width * len(group), 3), np.uint8)
        for place in shown:
            number = min(int(t * group[place].rate_hz), len(tiles[place]) - 1)
            image[:, place * width : (place + 1) * width] = tiles[place][number]
        yield Frame(index, t, image)


def _fitted(image: Image) -> Image:
    height, width = TILE
    scale = min(height / image.shape[0], width / image.shape[1])
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    tile = np.zeros((height, width, 3), np.uint8)
    top, left = (height - size[1]) // 2, (width - size[0]) // 2
    tile[top : top + size[1], left : left + size[0]] = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return tile


def _shared(ids: Sequence[Sequence[int]]) -> int:
    """Count the numbers that people of several tiles had."""
    return sum(count > 1 for count in Counter(number for each in ids for number in set(each)).values())


def _sums(rows: Sequence[tuple[Seen, Seen]], mixed: int) -> Iterator[str]:
    differences = np.array([other.share - one.share for one, other in rows])
    yield f"{len(rows)} clips: right alone {_mean(rows, 0):.1%}, side by side {_mean(rows, 1):.1%} of the time"
    yield (
        f"within {100 * WITHIN:.0f} points: {np.mean(np.abs(differences) <= WITHIN):.1%} of the clips; worse by more "
        f"{np.mean(differences < -WITHIN):.1%}, better by more {np.mean(differences > WITHIN):.1%}"
    )
    for word, side in (("alone", 0), ("side by side", 1)):
        switches = sum(max(0, len(pair[side].ids) - 1) for pair in rows)
        quiet = {label: sum(pair[side].told_s[label] for pair in rows) for label in (UNKNOWN, NO_PERSON)}
        total = sum(sum(pair[side].told_s.values()) for pair in rows)
        shares = ", ".join(f"{label} {seconds / total:.1%}" for label, seconds in quiet.items())
        yield f"{word}: {switches} changes of a person's number; {shares}"
    yield f"numbers that people of two tiles had: {mixed}"


def _mean(rows: Sequence[tuple[Seen, Seen]], side: int) -> float:
    right = sum(pair[side].right_s for pair in rows)
    return right / sum(sum(pair[side].told_s.values()) for pair in rows)
