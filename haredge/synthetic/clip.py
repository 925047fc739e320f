"""A whole scene, frame by frame: image, label and true keypoints at any time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from haredge.core.labels import NO_PERSON
from haredge.core.types import Image
from haredge.synthetic.appearance import Figure
from haredge.synthetic.body import body_patches
from haredge.synthetic.grain import Grain
from haredge.synthetic.ground_truth import OUTSIDE, true_keypoints
from haredge.synthetic.kinematics import joints_of
from haredge.synthetic.render import cast_shadow, draw
from haredge.synthetic.script import ON_A_CHAIR, ScriptTimeline, timeline
from haredge.synthetic.skeleton import Floats
from haredge.synthetic.stage import Stage, chair_patches
from haredge.synthetic.surface import Patches

IN_VIEW: int = 9
"""Keypoints that must lie in the image before a person is in view: more than half of the seventeen."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One moment of a scene."""

    image: Image
    """BGR."""
    label: str
    keypoints: Floats | None
    """(17, 3) x, y in pixels and COCO's flag; None while no person is in view."""


class SyntheticClip:
    """One person plays a script on a stage; the same seed gives the same images."""

    def __init__(
        self,
        script: Sequence[tuple[str, float | None]],
        *,
        seed: int,
        size: tuple[int, int] = (640, 480),
        noise: float | None = None,
    ) -> None:
        """Take (word, seconds or None) pairs as :func:`haredge.synthetic.script.timeline` does, and (width, height).

        ``noise`` is the camera's, in grey levels; each seed has its own where it is not given.
        """
        rng = np.random.default_rng(seed)
        self.figure = Figure.random(rng)
        self.stage = Stage.random(rng, size, chair=any(word in ON_A_CHAIR for word, _ in script))
        leg_m = self.figure.bones.leg
        self.timeline: ScriptTimeline = timeline(rng, script, self.stage, leg_m)
        strength = float(rng.uniform(1.0, 4.0))
        self._grain = Grain(rng, size, strength if noise is None else noise)
        self._chair = None if self.stage.chair is None else chair_patches(self.stage.chair, leg_m)
        self._empty = self._with_chair()

    def _with_chair(self) -> Image:
        if self._chair is None:
            return self.stage.background
        camera, light = self.stage.camera, self.stage.light
        return draw(cast_shadow(self.stage.background, self._chair, camera, light), self._chair, camera, light)

    def truth(self, t: float) -> tuple[str, Floats | None, Floats | None]:
        """Give label, keypoints and joints at ``t`` seconds without drawing; both None while no person is in view."""
        label, posture = self.timeline.at(t)
        if posture is None:
            return NO_PERSON, None, None
        joints = joints_of(posture, self.figure.bones)
        keypoints = true_keypoints(joints, self.figure.bones, self.stage.camera)
        if np.count_nonzero(keypoints[:, 2] != OUTSIDE) < IN_VIEW:
            return NO_PERSON, None, joints
        return label, keypoints, joints

    def at(self, t: float) -> Drawn:
        """Draw the moment ``t`` seconds after the beginning."""
        label, keypoints, joints = self.truth(t)
        image = self._empty if joints is None else self._drawn(joints)
        return Drawn(self._grain.over(image, t), label, keypoints)

    def _drawn(self, joints: Floats) -> Image:
        body, camera, light = body_patches(self.figure, joints), self.stage.camera, self.stage.light
        shaded = cast_shadow(self._empty, body, camera, light)
        return draw(shaded, body if self._chair is None else Patches.joined([body, self._chair]), camera, light)

    def labels(self, rate_hz: float) -> list[tuple[float, float, str]]:
        """Give (start, end, label) stretches of the frames of a clip at this rate."""
        frames = range(self.frame_count(rate_hz))
        labels = [(index, self.truth(index / rate_hz)[0]) for index in frames]
        stretches = [(label, [index for index, _ in run]) for label, run in groupby(labels, key=lambda pair: pair[1])]
        return [(run[0] / rate_hz, (run[-1] + 1) / rate_hz, label) for label, run in stretches]

    def frame_count(self, rate_hz: float) -> int:
        """Count the frames of the whole clip at this rate."""
        return max(1, round(self.timeline.duration_s * rate_hz))
