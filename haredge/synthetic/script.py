"""From a list of words to what happens when: the timeline of one person on a stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from haredge.core.labels import NO_PERSON
from haredge.synthetic.act import BLEND_S, Act, ScriptStep, go, heading_to, stay, turn
from haredge.synthetic.falls import OTHER_FALLS, falling_lying_rising, in_bed
from haredge.synthetic.floor import PASSAGES
from haredge.synthetic.gait import Gait
from haredge.synthetic.kinematics import Spot, field, place
from haredge.synthetic.motion import blend
from haredge.synthetic.motions import MOTIONS, dropping_onto_chair, rising_from_plank
from haredge.synthetic.skeleton import Floats
from haredge.synthetic.stage import Stage

EMPTY: Final = "empty"
SECONDS: Final[dict[str, float]] = {
    EMPTY: 3.0,
    "standing": 3.0,
    "walking": 0.0,
    "running": 0.0,
    "waving": 4.0,
    "waving_both": 4.0,
    "clapping": 4.0,
    "boxing": 5.0,
    "jumping_jacks": 5.0,
    "jumping": 5.0,
    "squat": 7.0,
    "pushup": 6.0,
    "sitting": 4.0,
    "picking_up": 3.0,
    "falling": 3.0,
    **dict.fromkeys(OTHER_FALLS, 3.0),
    **dict.fromkeys(PASSAGES, 4.0),
    "dropping_onto_chair": 4.0,
}
"""The words of a script, and how long each goes on where the script does not say. Walking and running take as long as
the way across the image and back; sitting includes sitting down and standing up, each way of falling lying and getting
up, what is done on the floor getting down and up."""

ON_A_CHAIR: Final = ("sitting", "dropping_onto_chair", "falling_off_chair")
"""Words that need a stage with a chair."""


@dataclass(frozen=True)
class ScriptTimeline:
    """What one person does: steps without gaps from 0 to the end."""

    steps: tuple[ScriptStep, ...]

    @property
    def duration_s(self) -> float:
        """When the last step ends."""
        return self.steps[-1].end_s

    def at(self, t: float) -> tuple[str, Floats | None]:
        """Give the label and the posture in the world at ``t`` seconds, None while the person is away."""
        index = next((k for k, step in enumerate(self.steps) if t < step.end_s), len(self.steps) - 1)
        step = self.steps[index]
        if step.act is None:
            return step.label, None
        posture = step.act(t - step.start_s)
        before = self.steps[index - 1] if index else None
        span = min(BLEND_S, (step.end_s - step.start_s) / 2)
        if before is not None and before.act is not None and t - step.start_s < span:
            posture = blend(before.act(t - before.start_s), posture, (t - step.start_s) / span)
        return step.label, posture


def timeline(
    rng: np.random.Generator, script: Iterable[tuple[str, float | None]], stage: Stage, leg_m: float
) -> ScriptTimeline:
    """Play a script of (word of :data:`SECONDS`, seconds or None); coming and going are filled in where needed."""
    player = _Player(rng, stage, leg_m)
    for word, seconds in script:
        player.play(word, SECONDS[word] if seconds is None else seconds)
    return ScriptTimeline(tuple(player.steps))


class _Player:
    """Writes steps one after the other, and keeps where the person is."""

    def __init__(self, rng: np.random.Generator, stage: Stage, leg_m: float) -> None:
        self.steps: list[ScriptStep] = []
        self._rng, self._stage, self._leg_m = rng, stage, leg_m
        self._walk, self._run = Gait.walking(rng), Gait.running(rng)
        self._here = Spot()
        self._away = True

    def play(self, word: str, seconds: float) -> None:
        if word == EMPTY:
            self._leave()
            self._add(NO_PERSON, None, seconds)
        elif word in ("walking", "running"):
            self._cross(word)
        elif word in ("sitting", "dropping_onto_chair"):
            self._sit(seconds, "sitting_down" if word == "sitting" else word)
        elif word == "falling" or word in OTHER_FALLS:
            self._fall(seconds, None if word == "falling" else word)
        elif word in PASSAGES:
            self._pass(word, seconds)
        elif word == "pushup":
            self._push_up(seconds)
        else:
            self._arrive(self._stage.home)
            self._stay(word, seconds)

    def _add(self, label: str, act: Act | None, seconds: float) -> None:
        start = self.steps[-1].end_s if self.steps else 0.0
        self.steps.append(ScriptStep(start, start + seconds, label, act))

    def _stay(self, label: str, seconds: float) -> None:
        self._add(label, stay(MOTIONS[label](self._rng), self._here, self._leg_m), seconds)

    def _cross(self, word: str) -> None:
        """Go to one side of the image and back to the middle."""
        self._arrive(self._stage.home)
        gait = self._walk if word == "walking" else self._run
        side = float(self._rng.choice([-1.0, 1.0])) * 0.45 * self._stage.wings_m
        for x in (side, -side, self._stage.home.x):
            self._go(x, self._stage.home.z, gait, word)
        self._turn(self._stage.home.heading_deg, word)

    def _to_the_chair(self) -> None:
        if self._stage.chair is None:
            raise ValueError("a person can only sit on a stage with a chair")
        self._arrive(self._stage.chair)

    def _sit(self, seconds: float, down: str) -> None:
        self._to_the_chair()
        if down == "sitting_down":
            self._stay(down, 1.6)
        else:
            self._add("sitting_down", stay(dropping_onto_chair(self._rng), self._here, self._leg_m), 0.9)
        self._stay("sitting", seconds)
        self._stay("standing_up", 1.6)

    def _fall(self, seconds: float, way: str | None) -> None:
        """Fall towards one side, some way back: all of the person stays in the image."""
        if way in ON_A_CHAIR:
            self._to_the_chair()
            self._stay("sitting_down", 1.6)
            self._stay("sitting", seconds)
        else:
            aside = float(self._rng.choice([-1, 1]) * self._rng.uniform(45, 80))
            self._arrive(Spot(self._stage.home.x, self._stage.home.z - 0.8, aside))
        if way == "falling_out_of_bed":
            self._add("lying", stay(in_bed(self._rng), self._here, self._leg_m), seconds)
        down, still, up = falling_lying_rising(self._rng, way)
        falls_s = down.end_s + 0.2
        for label, motion, length in (("falling", down, falls_s), ("lying", still, seconds), ("getting_up", up, 3.3)):
            self._add(label, stay(motion, self._here, self._leg_m), length)
        risen = field(place(up(3.3), self._here, self._leg_m), "pelvis") * self._leg_m
        self._here = Spot(float(risen[0]), float(risen[2]), self._here.heading_deg)

    def _pass(self, word: str, seconds: float) -> None:
        home, aside = self._stage.home, float(self._rng.uniform(-100, 100))
        self._arrive(Spot(home.x, home.z - 0.4, home.heading_deg + aside))
        for label, motion, length in PASSAGES[word](self._rng, seconds):
            self._add(label, stay(motion, self._here, self._leg_m), length)

    def _push_up(self, seconds: float) -> None:
        home, aside = self._stage.home, float(self._rng.choice([-1, 1]) * self._rng.uniform(65, 100))
        self._arrive(Spot(home.x, home.z, home.heading_deg + aside))
        for label, length in (("getting_down", 1.9), ("pushup", seconds), ("getting_up", 2.0)):
            maker = rising_from_plank if label == "getting_up" else MOTIONS[label]
            self._add(label, stay(maker(self._rng), self._here, self._leg_m), length)

    def _arrive(self, spot: Spot) -> None:
        if self._away:
            wing = self._wing()
            self._here = Spot(wing.x, wing.z, heading_to(wing, spot.x, spot.z))
            self._away = False
        if np.hypot(self._here.x - spot.x, self._here.z - spot.z) > 0.05:
            self._go(spot.x, spot.z, self._walk, "walking")
        self._turn(spot.heading_deg, "walking")

    def _wing(self) -> Spot:
        return self._stage.wing(float(self._rng.choice([-1.0, 1.0])))

    def _leave(self) -> None:
        if not self._away:
            wing = self._wing()
            self._go(wing.x, wing.z, self._walk, "walking")
            self._away = True

    def _go(self, x: float, z: float, gait: Gait, label: str) -> None:
        self._turn(heading_to(self._here, x, z), label)
        act, seconds = go(self._here, x, z, gait, self._leg_m)
        self._add(label, act, seconds)
        self._here = Spot(x, z, self._here.heading_deg)

    def _turn(self, heading_deg: float, label: str) -> None:
        if abs((self._here.heading_deg - heading_deg + 180) % 360 - 180) > 1:
            act, seconds = turn(self._here, heading_deg, self._leg_m)
            self._add(label, act, seconds)
        self._here = Spot(self._here.x, self._here.z, heading_deg)
