"""One person followed for a fall: their upright self, their cues, and the state that these lead to."""

from __future__ import annotations

import math
import secrets
from dataclasses import replace
from typing import Final

from haredge.core.sensitivity import Sensitivity
from haredge.core.types import Fall, FallAlarm
from haredge.falls.baseline import UprightSelf
from haredge.falls.body import Body, Point
from haredge.falls.clear_sight import ClearSight
from haredge.falls.crouch import Crouch
from haredge.falls.cues import CueHistory, Cues
from haredge.falls.descent import Descent
from haredge.falls.evidence import Smoothed
from haredge.falls.held import Held
from haredge.falls.machine import LONGEST_STEP_S, FallMachine, Signs, Times
from haredge.falls.perspective import Perspective
from haredge.falls.recent import BREAK_S
from haredge.falls.rest import Rest
from haredge.falls.rule import Rule

MOVEMENT_S: Final = 1.0
"""Seconds over which movement is averaged."""

UP_S: Final = 0.5
"""Seconds for which a person has been up, or in bed, before they can have fallen: less may be one wrong pose."""

GUESS: Final = 1.0
"""Log odds that a fall takes more as long as no one has been seen standing: how tall the person stands is a guess."""

LEAST_DESCENT: Final = 0.4
"""Lengths of the torso that its middle comes down in a fall at least. None of the falls that the rule is fitted on,
real or simulated, is lost by it, nor by 0.5; with 0.6 one is."""

FRAGMENT: Final = 0.28
"""Greatest diagonal of a box, in standing heights, that is no body but a piece of one: such as the foot of a person who
leaves the image at its side. Of the frames of people on the floor, in the rooms fitted on, 98 to 100 % show more."""

RISE_S: Final = 1.5
"""Seconds that getting up from the floor takes at least."""

LEVEL: Final = 45.0
"""Degrees by which the torso of who lies is tilted at least, where no more is known than the posture."""

LEVEL_DOWN: Final = 0.5
"""Probability that who is so level is on the ground, after a fall: no less than even."""

WORDS: Final = {
    "height": "low",
    "head": "low",
    "hips": "hips near the floor",
    "legs_rise": "hips near the floor",
    "torso_rise": "torso level",
    "torso": "torso level",
    "lean": "torso level",
    "width": "stretched out",
    "head_drop": "dropped",
    "hips_drop": "dropped",
    "sink": "dropped",
    "head_speed": "fast",
    "hips_speed": "fast",
}
"""What the cues are called in a message; those of one name count together."""


class Follower:
    """Follows one person; keeps what is known of them while they are lost."""

    def __init__(
        self, room: Perspective, rule: Rule, sensitivity: Sensitivity, confirm_s: float, *, found: bool
    ) -> None:
        """Take the perspective of the room, which the person adds to, and what makes a fall.

        ``found`` says that the person was not seen to come in: the view was empty before, and they are in its midst, or
        they lie where someone fell who is up since.
        """
        self._upright = UprightSelf(room)
        self._history = CueHistory()
        self._descent = Descent()
        self._sight = ClearSight()
        self._crouch = Crouch()
        self._rest = Rest()
        self._rule = rule
        self._thresholds = rule.thresholds[sensitivity]
        self._machine = FallMachine(Times(confirm_s))
        self._fallen = Smoothed(rule.smoothing_s)
        self._low = Smoothed(rule.smoothing_s)
        self._movement = Smoothed(MOVEMENT_S)
        self._found = found
        self._up = Held(LONGEST_STEP_S)
        self._off_floor = Held(LONGEST_STEP_S)
        self._lost_up = False
        self._down = 0.0
        self._body: Body | None = None
        self._lay: Body | None = None
        """How the person lay after a fall when a body was taken for them that was up at once."""
        self._unit = 1.0
        self._zone: str | None = None
        self._fall_id = ""

    @property
    def fall(self) -> Fall | None:
        """The state; None before the person has been followed for a frame."""
        fall = self._machine.fall
        return replace(fall, down=self._down) if fall and self._fell else fall

    @property
    def _fell(self) -> bool:
        """Whether a fall has been reported of the person, who has not been up since."""
        fall = self._machine.fall
        return fall is not None and fall.state not in {"normal", "descending"}

    def alarm(self, number: int) -> FallAlarm | None:
        """Return what there is to report of this person, who has a number; None if nothing."""
        fall = self.fall
        if fall is not None and (fall.state == "possible" or fall.state == "confirmed"):  # noqa: PLR1714  # mypy narrows
            return FallAlarm(fall.state, fall.since, number, self._zone, fall.why, self._fall_id)
        return None

    def lost_s(self, t: float) -> float:
        """Return for how long the person has not been detected, in seconds."""
        return math.inf if self._body is None else t - self._body.t

    def distance(self, body: Body) -> float:
        """Return how far a body is from where the person was last seen, in standing heights."""
        return math.inf if self._body is None else self._body.centre.distance(body.centre) / self._unit

    def may_be(self, body: Body, *, resting: bool) -> bool:
        """Return whether a body may be this person, who is lost; ``resting`` says that it is in a place to rest.

        One who is up, or in bed, is not one whose fall is confirmed, nor one who fell and lay there a moment ago: it is
        someone who comes to help, or who sleeps beside them.
        """
        fall = self.fall
        if fall is None:
            return True
        lay = fall.state == "confirmed" or (fall.down > 0 and self.lost_s(body.t) < RISE_S)
        return not (lay and (resting or self._is_up(body)))

    def _is_up(self, body: Body) -> bool:
        cues = CueHistory().update(body, self._upright)  # of the posture alone
        return self._upright.stands(body) or (cues is not None and self._rule.low.log_odds(cues) < self._rule.up)

    def doubt(self, body: Body) -> None:
        """Take note of where the person lay if the body that is taken for them now is up: it may be who comes to help.

        Who gets up is neither low nor up in between.
        """
        before = self._body
        alarm = self.fall is not None and self.fall.state in {"possible", "confirmed"}
        if before and alarm and self._down > 0 and self._is_up(body) and not self._is_up(before):
            self._lay = before

    def may_lie_there(self, body: Body, reach: float) -> bool:
        """Return whether a body may be the person after all, in whose place another one is followed.

        It lies no farther from where they lay than ``reach`` times their length.
        """
        lay = self._lay
        if lay is None or not _lies(body):
            return False
        return lay.centre.distance(body.centre) <= reach * max(lay.height, lay.width)

    def may_have_lain_before(self, body: Body) -> bool:
        """Return whether the person, whose body is seen now, may have lain there since before anyone was followed."""
        return not self._fell and self._up.total_s < UP_S and _lies(body)

    def resume(self, alarm: FallAlarm) -> None:
        """Go on from what was reported before a restart."""
        if alarm.state != "clear":
            self._machine.fall = Fall(alarm.state, alarm.since, alarm.why)
            self._fall_id = alarm.id

    def give_up(self, t: float) -> None:
        """Take note that the person, who is lost, will not be seen again: who was up until then has not fallen."""
        if self._up.now:
            self._machine.update(t, Signs(gone_up=True))

    def drop(self, t: float) -> None:
        """Report the fall of a person who is lost no longer."""
        self._machine.update(t, Signs(outnumbered=True))

    def acknowledge(self, t: float) -> None:
        """Take note that the fall, if there is one, has been acknowledged."""
        self._machine.update(t, Signs(acknowledged=True))

    def update(self, body: Body, zone: str | None, *, resting: bool) -> Fall:
        """Take a frame in which the person is detected, in a zone; ``resting`` says that it is one to lie down in.

        A frame that shows them vaguely, or but a :data:`FRAGMENT` of them, says nothing, as one in which they are not
        detected.
        """
        if self._vague(body) or self._fragment(body):
            return self.fall or Fall("normal", body.t)
        self._zone = zone
        if self.lost_s(body.t) > BREAK_S:
            self._lost_up = self._up.now
        self._rest.update(body.t, inside=resting)
        self._upright.learn(body)
        self._move(body)
        descent = self._descent.update(body)
        cues = self._history.update(body, self._upright)
        fell = self._fell
        signs = self._signs_of_unknown(body) if cues is None else self._signs(body, cues, descent)
        fall = self._machine.update(body.t, signs, lambda: "" if cues is None else why(self._rule, cues))
        if self._fell and not fell:
            self._fall_id = secrets.token_hex(8)
        return fall

    def _fragment(self, body: Body) -> bool:
        unit = self._upright.height(body)
        return unit is not None and math.hypot(body.width, body.height) < FRAGMENT * unit

    def _vague(self, body: Body) -> bool:
        """Return whether a body says nothing, as it is not seen clearly; of who has fallen it does."""
        clear = self._sight.update(body)
        return not clear and not self._fell

    def _signs_of_unknown(self, body: Body) -> Signs:
        """Return the signs of a person while it is not known how tall they stand: none of a fall.

        One of before the loop began goes on: who lies there lies still, or does not.
        """
        self._down = LEVEL_DOWN if _is_level(body) else 0.0
        still = _is_level(body) and (self._movement.value or 0.0) <= self._rule.still
        return Signs(still=still, resting=self._rest.resting)

    def _signs(self, body: Body, cues: Cues, descent: float | None) -> Signs:
        t, standing = body.t, self._upright.stands(body)
        fallen = self._fallen.update(t, self._rule.fallen.log_odds(cues))
        low_now = self._rule.low.log_odds(cues)
        low = self._low.update(t, low_now)
        up = standing or low < self._rule.up
        self._down = 1 / (1 + math.exp(-low)) if low >= 0 and not standing else 0.0
        self._up.update(t, holds=up)
        self._lost_up = self._lost_up and not standing and low_now >= self._rule.up
        self._off_floor.update(t, holds=up or self._rest.resting)
        may_fall = self._off_floor.total_s >= UP_S
        enough = fallen - GUESS if self._upright.guessed else fallen
        came_down = descent >= LEAST_DESCENT if descent is not None else not self._rest.rested
        on_ground = came_down and not self._crouch.update(body, self._unit)
        moves_little = (self._movement.value or 0.0) <= self._rule.still
        still = moves_little and low >= self._rule.down
        return Signs(
            falling=may_fall and enough >= self._thresholds.descending,
            fallen=may_fall and on_ground and enough >= self._thresholds.possible,
            still=still,
            lies=moves_little and low >= 0,
            up=up,
            found_lying=still and (self._lost_up or (self._found and self._up.total_s < UP_S)),
            resting=self._rest.resting,
        )

    def _move(self, body: Body) -> None:
        before, self._body = self._body, body
        # The longer side of who lies is how tall they stand, nearly.
        self._unit = self._upright.height(body) or max(body.height, body.width)
        if before is not None and body.t > before.t:
            speed = _middle(body).distance(_middle(before)) / self._unit / (body.t - before.t)
            self._movement.update(body.t, speed)


def _middle(body: Body) -> Point:
    return body.hips or body.centre


def _lies(body: Body) -> bool:
    """Return whether a body lies, as far as its posture alone says.

    Of the frames of simulated people who lie there after a fall 96 % do, of those of people who sit, kneel, stand and
    walk none.
    """
    return _is_level(body) or (body.width > body.height and not body.cut)


def _is_level(body: Body) -> bool:
    return body.lean is not None and body.lean >= LEVEL


def why(rule: Rule, cues: Cues) -> str:
    """Return what speaks most for a fall, in up to three words of :data:`WORDS`."""
    worth: dict[str, float] = {}
    for name, part in rule.fallen.parts(cues).items():
        worth[WORDS[name]] = worth.get(WORDS[name], 0.0) + part
    ranked = sorted(worth, key=lambda word: -worth[word])
    return ", ".join(word for word in ranked[:3] if worth[word] > 0)
