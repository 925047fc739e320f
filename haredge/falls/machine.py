"""How far a fall has come: one person's states, and what leads from one to the next, as one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from haredge.core.step import Step
from haredge.core.types import ACKNOWLEDGED, FOUND_LYING, Fall, FallState

OUTNUMBERED: Final = "many others since"
"""Why a fall is over whose person is gone, as many others are who have fallen since."""

LONGEST_STEP_S: Final = 0.5
"""Seconds for which a frame counts at most: a sign holds while the person shows it, not while they are lost."""

LESS_CLEAR: Final = 3.0
"""How many times as long a person lies still before a fall is confirmed if their posture is less clear, as aslant to
the view. Without it 10 of 71 simulated falls after which the person lies still for a minute were not confirmed."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for a fall in one frame, and against it."""

    falling: bool = False
    """Faster or lower than people go down as a rule."""
    fallen: bool = False
    """On the ground after a fall, as far as can be said at once."""
    still: bool = False
    """Low, and moving little."""
    lies: bool = False
    """The same where the posture is less clear: low more likely than not."""
    up: bool = False
    """Not low: standing, or sitting up on something."""
    found_lying: bool = False
    """Low and still since first detected, in a view that had been empty, or since they were lost standing."""
    resting: bool = False
    """In a place where people lie down to rest."""
    acknowledged: bool = False
    """The fall is acknowledged in this moment."""
    gone_up: bool = False
    """Up when last seen, and gone."""
    outnumbered: bool = False
    """Gone, as many others are who have fallen since."""


@dataclass(frozen=True, slots=True)
class Times:
    """For how many seconds a sign must hold."""

    confirm_s: float
    """That a person lies still, before a possible fall is confirmed."""
    recover_s: float = 1.0
    """That a person is up again, before a possible fall is cleared."""
    rise_s: float = 2.0
    """The same for a confirmed one."""
    calm_s: float = 1.0
    """That nothing points to a fall any more, before a descent has come to nothing."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table."""

    state: FallState
    to: FallState
    sign: Callable[[Signs], bool]
    hold_s: Callable[[Times], float]
    """For how long the sign must hold."""
    why: str = ""
    """What the new state is put down to; the cues say it where this is empty."""


def _at_once(_times: Times) -> float:
    return 0.0


TABLE: Final = (
    Transition("normal", "possible", lambda s: s.fallen and not s.resting, _at_once),
    Transition("normal", "possible", lambda s: s.found_lying and not s.resting, lambda t: t.confirm_s, FOUND_LYING),
    Transition("normal", "descending", lambda s: s.falling and not s.resting, _at_once),
    Transition("descending", "possible", lambda s: s.fallen and not s.resting, _at_once),
    Transition("descending", "possible", lambda s: s.found_lying and not s.resting, lambda t: t.confirm_s, FOUND_LYING),
    Transition("descending", "normal", lambda s: not s.falling or s.resting, lambda t: t.calm_s),
    Transition("possible", "cleared", lambda s: s.acknowledged, _at_once, ACKNOWLEDGED),
    Transition("possible", "normal", lambda s: s.gone_up, _at_once, "up when last seen"),
    Transition("possible", "normal", lambda s: s.outnumbered, _at_once, OUTNUMBERED),
    Transition("possible", "normal", lambda s: s.up, lambda t: t.recover_s, "up again"),
    Transition("possible", "normal", lambda s: s.resting, lambda t: t.rise_s, "in a place to rest"),
    Transition("possible", "confirmed", lambda s: s.still, lambda t: t.confirm_s, "lies still"),
    Transition("possible", "confirmed", lambda s: s.lies, lambda t: LESS_CLEAR * t.confirm_s, "lies still"),
    Transition("confirmed", "cleared", lambda s: s.acknowledged, _at_once, ACKNOWLEDGED),
    Transition("confirmed", "normal", lambda s: s.outnumbered, _at_once, OUTNUMBERED),
    Transition("confirmed", "normal", lambda s: s.up, lambda t: t.rise_s, "up again"),
    Transition("cleared", "normal", lambda s: s.up, lambda t: t.recover_s),
)
"""All that can happen, the first that applies before the others. A fall that is acknowledged is not reported
again before the person has been up; who is up again, or in bed, may fall at once. A frame without the person changes
nothing."""


class FallMachine:
    """One person's way through the :data:`TABLE`."""

    def __init__(self, times: Times) -> None:
        self._times = times
        self._held_s: dict[Transition, float] = {}
        self._step = Step(LONGEST_STEP_S)
        self.fall: Fall | None = None
        """None before the first frame."""

    def update(self, t: float, signs: Signs, why: Callable[[], str] = str) -> Fall:
        """Take the signs of one frame in which the person is detected, and return the state after it.

        ``why`` says in a few words what the signs rest on; it is called if it is needed.
        """
        fall = self.fall or Fall("normal", t)
        self.fall = self._next(fall, t, signs, self._step.to(t), why)
        return self.fall

    def _next(self, fall: Fall, t: float, signs: Signs, step_s: float, why: Callable[[], str]) -> Fall:
        for row in TABLE:
            if row.state != fall.state:
                continue
            if not row.sign(signs):
                self._held_s.pop(row, None)
                continue
            held_s = self._held_s[row] = self._held_s[row] + step_s if row in self._held_s else 0.0
            if held_s >= row.hold_s(self._times):
                self._held_s.clear()
                return Fall(row.to, t, row.why or why())
        return fall
