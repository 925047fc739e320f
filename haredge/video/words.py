"""What is said of a person, in the same words in an image, on a page and on a terminal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Activity, Fall, FallAlarm, FallState, Observation, Person

FALLS: Final[Mapping[FallState, str]] = {
    "normal": "",
    "descending": "",
    "possible": "possible fall",
    "confirmed": "fall",
    "cleared": "fall cleared",
}
"""What a state of a fall is called; nothing is said of who has not fallen, and everyone goes down now and then."""


def as_words(label: str) -> str:
    """Return a label as people read it: ``no_person`` is "no person"."""
    return label.replace("_", " ")


def percent(share: float) -> str:
    """Return a share from 0 to 1 as people read it."""
    return f"{round(100 * share)} %"


def with_probability(activity: Activity) -> str:
    """Return an activity with its probability, if it is one: "walking 87 %", "unknown"."""
    words = as_words(activity.label)
    return words if activity.label in {NO_PERSON, UNKNOWN} else f"{words} {percent(activity.probability)}"


def alarming(fall: Fall | None) -> bool:
    """Return whether a fall is to catch the eye."""
    return fall is not None and fall.state in {"possible", "confirmed"}


def alarm_words(alarm: FallAlarm | None) -> str:
    """Return what there is to report of falls in the view as a whole: "possible fall, person 3, hall"."""
    if alarm is None or alarm.state == "clear":
        return ""
    person = f"person {alarm.person}" if alarm.person else ""
    return ", ".join(filter(None, (FALLS[alarm.state], person, as_words(alarm.zone or ""))))


def circumstances(person: Person) -> str:
    """Return the state of a person's fall and the zone they are in, as far as there are any: "possible fall, sofa"."""
    fall = FALLS[person.fall.state] if person.fall else ""
    return ", ".join(filter(None, (fall, as_words(person.zone or ""))))


def not_reported(observation: Observation, labels: Sequence[str], background: Collection[str]) -> str:
    """Return what the scene's `unknown` hides, so that it can stand beside probabilities; otherwise nothing.

    That of the person whose activity is the scene's: "not reported: clapping 97 %" if the probability is below its
    threshold or has not been above it for long enough, "no activity: other 97 %" of a background label.
    """
    return next((guess(each, labels, background) for each in observation.people if each.id == observation.person), "")


def guess(person: Person, labels: Sequence[str], background: Collection[str]) -> str:
    """Return the most probable label of a person whose activity is unknown: see :func:`not_reported`."""
    if person.activity.label != UNKNOWN or person.prediction is None:
        return ""
    best = int(person.prediction.probabilities.argmax())
    why = "no activity" if labels[best] in background else "not reported"
    return f"{why}: {as_words(labels[best])} {percent(float(person.prediction.probabilities[best]))}"
