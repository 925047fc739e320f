"""What labels are called in front of people who never see a model: "sitting_down" is "Sitting down", or "Setzt sich".

Labels of a model that is not in the table, and all that are in no other language, are made readable as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import count
from typing import Final, Literal

from haredge.core.labels import NO_PERSON, UNKNOWN

Language = Literal["en", "de"]

_ENGLISH: Final = {
    UNKNOWN: "Not recognised",  # "unknown" is Home Assistant's own word for a state that it does not have
    "pushup": "Push-up",
    "situp": "Sit-up",
    "pullup": "Pull-up",
}
"""Where it is not just the label with blanks and a capital."""

_GERMAN: Final = {
    NO_PERSON: "Niemand",
    UNKNOWN: "Nicht erkannt",
    "baseball_pitch": "Baseballwurf",
    "baseball_swing": "Baseballschlag",
    "bench_press": "Bankdrücken",
    "bowl": "Bowling",
    "calling": "Telefoniert",
    "boxing": "Boxt",
    "clapping": "Klatscht",
    "clean_and_jerk": "Umsetzen und Stoßen",
    "cycling": "Fährt Rad",
    "dancing": "Tanzt",
    "drinking": "Trinkt",
    "eating": "Isst",
    "falling": "Fällt hin",
    "fighting": "Kämpft",
    "getting_up": "Kommt vom Boden hoch",
    "golf_swing": "Golfschlag",
    "hugging": "Umarmt jemanden",
    "idle": "Untätig",
    "jump_rope": "Seilspringen",
    "jumping": "Springt",
    "jumping_jacks": "Hampelmann",
    "laughing": "Lacht",
    "listening_to_music": "Hört Musik",
    "lying": "Liegt",
    "other": "Anderes",
    "picking_up": "Hebt etwas auf",
    "pullup": "Klimmzug",
    "pushup": "Liegestütz",
    "running": "Läuft",
    "sitting": "Sitzt",
    "sitting_down": "Setzt sich",
    "situp": "Sit-up",
    "sleeping": "Schläft",
    "squat": "Kniebeuge",
    "standing": "Steht",
    "standing_up": "Steht auf",
    "strum_guitar": "Spielt Gitarre",
    "tennis_forehand": "Tennis-Vorhand",
    "tennis_serve": "Tennisaufschlag",
    "texting": "Schreibt am Telefon",
    "throwing": "Wirft",
    "using_laptop": "Arbeitet am Laptop",
    "walking": "Geht",
    "waving": "Winkt",
}

NAMES: Final[Mapping[Language, Mapping[str, str]]] = {"en": _ENGLISH, "de": _GERMAN}


OWN: Final = frozenset((NO_PERSON, UNKNOWN))
"""What haredge itself says besides a model's labels: these are always called the same."""

NOT_STATES: Final = frozenset(("unknown", "unavailable"))
"""Home Assistant's words for a state that it does not have: no label's name."""


def label_names(labels: Sequence[str], language: Language) -> Mapping[str, str]:
    """Return each label's name, in the labels' order; no two have the same one, whatever labels there are."""
    names = {label: NAMES[language].get(label) or _readable(label) for label in labels}
    # Two labels that differ in an underscore or a capital would become one: such ones stay as they are.
    shared = Counter(names.values())
    taken = {*NOT_STATES, *(names[label] for label in labels if label in OWN)}
    for label in labels:
        if label not in OWN:
            names[label] = _free(label if shared[names[label]] > 1 else names[label], taken)
            taken.add(names[label])
    return names


def _free(name: str, taken: Collection[str]) -> str:
    """Return a name, with a number behind it if it is taken."""
    numbered = (f"{name} ({number})" for number in count(2))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def _readable(label: str) -> str:
    words = label.replace("_", " ").strip() or label
    return words[0].upper() + words[1:]
