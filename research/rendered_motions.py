"""Motions rendered as synthetic people and estimated by a pose network: recordings with the errors of real ones.

Projected joints with made-up noise miss what a pose network really does with a body: which limb it misses in which
posture, where it puts what it cannot see, when it mistakes left for right.

``python -m research.rendered_motions --motions skeletons3d --out acted`` makes them, and ``haredge train`` uses
the folder as it takes recordings of people.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from haredge.core.types import Frame
from haredge.datasets import reading
from haredge.datasets.motions import Motion, trimmed
from haredge.datasets.recording import About, Recording, RecordingBuilder
from haredge.models.open import PoseFile
from haredge.pipeline import track
from haredge.pose.estimator import RegionEstimator
from haredge.pose.tracker import PeopleTracker
from haredge.synthetic.appearance import Figure
from haredge.synthetic.body import body_patches
from haredge.synthetic.camera import SyntheticCamera
from haredge.synthetic.grain import Grain
from haredge.synthetic.motions import MOTIONS
from haredge.synthetic.render import Light, draw
from haredge.synthetic.room import random_room
from haredge.synthetic.skeleton import Bones, Floats, retarget
from haredge.training import synthetic_motions as drawn
from research.ending import exit_status
from research.still_motions import still_motions

RATE_HZ: Final = 10.0
"""Images per second: about what a small board manages."""
SIZE: Final = (256, 192)
"""(width, height) of the images: little more than a pose network takes."""
TALL: Final = (0.4, 1.1)
"""Least and most height of a person who stands, in heights of the image."""
NEAR: Final = (1.1, 1.8)
"""The same before a camera that is too near to show all of the body, as one on a desk or in a narrow room is."""
NEAR_SHARE: Final = 0.25
LONGEST_S: Final = 3.0
FEWEST_SEEN: Final = 0.6
"""Least share of the images in which a person is found; a recording with fewer is not made."""


def act(motion: Motion, estimator: RegionEstimator, about: About, rng: np.random.Generator) -> Recording | None:
    """Render a motion with a random person in a random room, and return the poses that the network finds.

    None if it finds a person in too few images.
    """
    figure, times = Figure.random(rng), _times(motion, rng)
    recording = RecordingBuilder(about)
    for _, poses in track(
        _frames(figure, _bodies(motion, times, figure.bones), times - times[0], rng), PeopleTracker(estimator)
    ):
        recording.add(poses)
    return next((one for one in recording.build() if len(one.times) >= FEWEST_SEEN * one.frames), None)


def _times(motion: Motion, rng: np.random.Generator) -> NDArray[np.float64]:
    """Choose when images are taken: evenly, over the whole motion or a part of a long one."""
    first, last = motion.times[0], motion.times[-1]
    start = first + max(0.0, last - first - LONGEST_S) * rng.random()
    return np.arange(start, min(last, start + LONGEST_S) + 1e-6, 1 / RATE_HZ)


def _bodies(motion: Motion, times: NDArray[np.float64], bones: Bones) -> list[Floats]:
    """Give the person's joints at each time, with the lowest foot of them all on the floor: a jump stays a jump."""
    rows = motion.joints.reshape(len(motion.times), -1).T
    joints = np.stack([np.interp(times, motion.times, row) for row in rows], axis=-1).reshape(len(times), -1, 3)
    bodies = np.stack([retarget(each, bones, grounded=False) for each in joints])
    # The lowest twentieth, not the lowest: a Kinect loses a foot in the floor now and then.
    bodies[..., 1] -= np.quantile(bodies[..., 1].min(axis=1), 0.05) - 0.03
    return list(bodies)


def _frames(
    figure: Figure, bodies: list[Floats], times: NDArray[np.float64], rng: np.random.Generator
) -> Iterator[Frame]:
    """Draw each body before a camera that stands still."""
    height_px = float(SIZE[1] * rng.uniform(*(NEAR if rng.random() < NEAR_SHARE else TALL)))
    camera, light = SyntheticCamera.random(rng, SIZE, np.concatenate(bodies), height_px), Light.random(rng)
    room, grain = random_room(rng, camera, light), Grain(rng, SIZE, float(rng.uniform(1, 5)))
    for index, (body, t) in enumerate(zip(bodies, times.tolist(), strict=True)):
        yield Frame(index, t, grain.over(draw(room, body_patches(figure, body), camera, light), t))


def act_all(motions: Sequence[Motion], network: PoseFile, out: Path, seed: int) -> Iterator[Path | None]:
    """Yield the file of each motion's recording below a folder, made where it is missing; None if no person is found.

    They come in a random order, so that those of a run that was stopped are a fair part of all. Raises
    :class:`haredge.core.errors.DataError` where one cannot be written.
    """
    estimator = network.open()
    for number in np.random.default_rng(seed).permutation(len(motions)).tolist():
        motion = motions[number]
        about = _about(number, motion, network)
        if about.path(out).exists():
            yield about.path(out)
            continue
        recording = act(motion, estimator, about, np.random.default_rng((seed, number)))
        yield recording.save(out) if recording else None


def _about(number: int, motion: Motion, network: PoseFile) -> About:
    name, group = f"{motion.source}-{number:05}", f"{motion.source} {motion.subject}"
    source = f"{motion.source}/{motion.name}, acted"
    return About(name=name, label=motion.label, group=group, source=source, rate_hz=RATE_HZ, pose_model=network.model)


def _motions(args: argparse.Namespace) -> list[Motion]:
    if args.only:
        # Named after the seed, so that runs with several may share a folder.
        own = drawn.draw_motions(args.drawn, args.seed, [args.only])
        return [replace(motion, source=f"{motion.source}{args.seed}") for motion in own]
    recorded = [trimmed(motion) for motion in reading.read_motions(args.motions)]
    return [*recorded, *drawn.draw_motions(args.drawn), *still_motions(recorded, args.still)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Render a folder of motion capture, and the synthetic person's own movements."""
    parser = argparse.ArgumentParser(prog="python -m research.rendered_motions", description=main.__doc__)
    whose = parser.add_mutually_exclusive_group(required=True)
    whose.add_argument("--motions", type=Path, metavar="DIR", help="motion capture (.npz files), and the figure's own")
    parser.add_argument("--drawn", type=int, default=30, metavar="N", help="movements of the figure, N of each (30)")
    whose.add_argument("--only", choices=MOTIONS, help="the figure's own movements of this label alone")
    parser.add_argument(
        "--still", type=int, default=150, metavar="N", help="N each who stand, sit and lie, beside --motions (150)"
    )
    parser.add_argument("--pose-model", default="people", metavar="MODEL", help="the pose network (people)")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder of recordings")
    parser.add_argument("--seed", type=int, default=11, help="of people, rooms and cameras (11)")
    args = parser.parse_args(arguments)
    return exit_status(lambda: _render(args))


def _render(args: argparse.Namespace) -> None:
    motions = _motions(args)
    made = act_all(motions, PoseFile.read(args.pose_model), args.out, args.seed)
    found = sum(path is not None for path in tqdm(made, total=len(motions), unit="motion", mininterval=5))
    print(f"{args.out}: {found} recordings; too few poses in {len(motions) - found} others")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
