"""Which keys of a changed configuration take effect while haredge runs, and which need a restart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from typing import Final

from haredge.config.dotted import value_at, with_value
from haredge.config.schema import ANY, Config, dotted_keys

IMMEDIATE: Final = (
    "camera",
    "activity.sensitivity",
    "activity.hold_s",
    "activity.threshold",
    "activity.thresholds",
    "activity.min_duration_s",
    "activity.min_durations_s",
    "fall",
    "zones",
    "log_level",
)
"""Keys, and sections of keys, that take effect at once: the loop starts again with them. Networks and connections that
are open stay as they are."""

OF_NO_LOOP: Final = frozenset({"log_level"})
"""Those of them with which the loop goes on as it is."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a new configuration comes to."""

    config: Config
    """The running configuration with what took effect."""
    immediate: tuple[str, ...]
    """Dotted keys that took effect."""
    waiting: tuple[str, ...]
    """Dotted keys that need a restart."""
    replaced: tuple[str, ...] = ()
    """Dotted keys that are as before, and whose files are not: they need a restart, too."""

    @property
    def begins_again(self) -> bool:
        """Whether the loop must begin again, which costs what it knows of people."""
        return not OF_NO_LOOP.issuperset(self.immediate)

    def __str__(self) -> str:
        parts = []
        if self.immediate:
            parts.append(f"in effect: {', '.join(self.immediate)}")
        if waiting := [*self.waiting, *(f"{key} (its file is another)" for key in self.replaced)]:
            parts.append(f"after a restart: {', '.join(waiting)}")
        return "; ".join(parts) or "nothing has changed"


def change(running: Config, new: Config, replaced: Collection[str] = ()) -> Change:
    """Compare the running configuration with a new one, key by key; the files of the keys ``replaced`` are others."""
    changed = [key for key in _value_keys() if value_at(running, key) != value_at(new, key)]
    immediate = tuple(key for key in changed if takes_effect_at_once(key))
    config = reduce(lambda config, key: with_value(config, key, value_at(new, key)), immediate, running)
    waiting = tuple(key for key in changed if key not in immediate)
    return Change(config, immediate, waiting, tuple(key for key in replaced if key not in waiting))


def takes_effect_at_once(key: str) -> bool:
    """Return whether a dotted key takes effect without a restart."""
    return any(key == name or key.startswith(f"{name}.") for name in IMMEDIATE)


def _value_keys() -> list[str]:
    """Return the keys that are no sections; a mapping by names of the user's is one value."""
    keys = [key for key in dotted_keys() if ANY not in key]
    return [key for key in keys if not any(other.startswith(f"{key}.") for other in keys)]
