"""The scene's activity: what the people in view do, in one label.

The rule:

1. Who falls goes before all others: a confirmed fall first, then a possible one, then the label `falling`. No bystander
   hides who fell.
2. Otherwise it is the person who has been in view longest. A person who comes in later changes nothing, so that nothing
   flickers while people come and go.
3. With no settled person in view it is `no_person`.

Of several people with the same claim, the one who came first has it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from haredge.core.labels import FALLING, NO_PERSON
from haredge.core.types import Activity, Person

_FALLS: Final = ("confirmed", "possible")


class SceneActivity:
    """Follows whose activity is the scene's, and since when."""

    def __init__(self, t: float) -> None:
        """Begin at ``t`` with no person in view."""
        self.person: int | None = None
        """:attr:`Person.id` of the one whose activity is the scene's; None without a settled person in view."""
        self._from = t
        """Time from which on the chosen person's activity is the scene's."""
        self._since = t
        """When the scene's activity began that was returned last."""

    def update(self, t: float, people: Sequence[Person], left: Mapping[int, float]) -> Activity:
        """Return the scene's activity at ``t``.

        ``people`` are in the order in which they came; ``left`` are the times at which those left who are no longer
        among them, by id. ``since`` never lies before the activity that the scene had until then ended.
        """
        chosen = min((person for person in people if person.settled), key=_claim, default=None)
        now = None if chosen is None else chosen.id
        if now != self.person:
            self._from = max(self._from, self._handover(t, chosen, left))
            self.person = now
        activity = Activity(NO_PERSON, 1.0, self._from) if chosen is None else chosen.activity
        self._since = max(activity.since, self._from)
        return replace(activity, since=self._since)

    def _handover(self, t: float, to: Person | None, left: Mapping[int, float]) -> float:
        """Return when the scene's activity passed on to another person."""
        falls = to is not None and _claim(to) < len(_FALLS) + 1 and to.activity.since > self._since
        if self.person is None or falls:
            return self._from  # it has been theirs since it began
        return left.get(self.person, t)


def _claim(person: Person) -> int:
    """Return how strongly a person's activity claims to be the scene's: 0 most of all."""
    if person.fall is not None and person.fall.state in _FALLS:
        return _FALLS.index(person.fall.state)
    return len(_FALLS) + (person.activity.label != FALLING)
