"""Settings that were changed over MQTT: they go before what the configuration says, and are kept over a restart."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from pydantic import TypeAdapter, ValidationError

from haredge.config.schema import Config
from haredge.config.values import Number
from haredge.core.logs import LimitedLog
from haredge.core.sensitivity import SENSITIVITIES, Sensitivity
from haredge.mqtt.settings import (
    ACTIVITY_SENSITIVITY,
    FALL_CONFIRM_S,
    FALL_SENSITIVITY,
    HOLD_S,
    MIN_DURATION_S,
    SETTINGS,
    THRESHOLD_PERCENT,
)
from haredge.service.command_words import LOG_S, LONGEST
from haredge.service.kept_file import KeptFile
from haredge.service.state_file import read_record

log = logging.getLogger(__name__)

_MOST_BYTES: Final = 2000

LOST: Final = "the settings of the configuration hold"

_Change: TypeAlias = tuple[str, str, object]
"""Section of the configuration, key, value."""


_NUMBER: Final = TypeAdapter(Number)


def _threshold(text: str) -> object:
    percent = _NUMBER.validate_python(text)
    return None if percent == 0 else percent / 100


def _shortest(text: str) -> object:
    seconds = _NUMBER.validate_python(text)
    return None if seconds == 0 else seconds


_READ: Final[Mapping[str, Callable[[str], _Change]]] = {
    FALL_SENSITIVITY.name: lambda text: ("fall", "sensitivity", text.lower()),
    FALL_CONFIRM_S.name: lambda text: ("fall", "confirm_s", text),
    ACTIVITY_SENSITIVITY.name: lambda text: ("activity", "sensitivity", text.lower()),
    HOLD_S.name: lambda text: ("activity", "hold_s", text),
    MIN_DURATION_S.name: lambda text: ("activity", "min_duration_s", _shortest(text)),
    THRESHOLD_PERCENT.name: lambda text: ("activity", "threshold", _threshold(text)),
}


def in_words(config: Config) -> Mapping[str, str]:
    """Return what each setting is in a configuration, as it is published."""
    activity, fall = config.activity, config.fall
    return {
        FALL_SENSITIVITY.name: fall.sensitivity,
        FALL_CONFIRM_S.name: f"{fall.confirm_s:g}",
        ACTIVITY_SENSITIVITY.name: activity.sensitivity,
        HOLD_S.name: f"{activity.hold_s:g}",
        MIN_DURATION_S.name: f"{activity.min_duration_s or 0:g}",
        THRESHOLD_PERCENT.name: f"{100 * (activity.threshold or 0):g}",
    }


class RemoteSettings:
    """What was set from outside, as texts by setting; set in any thread, applied by the loop's."""

    def __init__(self, file: Path | None, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take the file that keeps them; with None, a restart forgets."""
        self._file = file
        self._kept = KeptFile(file, "the settings", monotonic=monotonic)
        self._texts = self._read()
        self._changed = threading.Event()
        self._wrong_log = LimitedLog(log, 1, LOG_S, monotonic=monotonic)
        self.listeners: Final[Mapping[str, Callable[[bytes], None]]] = {
            setting.name: partial(self._set, setting.name) for setting in SETTINGS
        }
        """What takes the payloads of each setting's command topic; may be called in any thread."""

        self.in_effect: Mapping[str, str] = {}
        """What each setting is, as it is published; the daemon says so once it has taken a configuration over."""

    @property
    def changed(self) -> bool:
        """Whether something was set since :meth:`take` was last called."""
        return self._changed.is_set()

    def take(self) -> None:
        """Note that what was set is about to be applied."""
        self._changed.clear()

    def applied(self, config: Config, sensitivities: Collection[Sensitivity] = SENSITIVITIES) -> Config:
        """Return a configuration with what was set; what it does not allow any longer is left out.

        So is a sensitivity that is none of those that the activity model can be set to: it may be another model since.
        """
        for name, text in self._texts.items():
            changed = _with(config, name, text) or config
            if name == ACTIVITY_SENSITIVITY.name and changed.activity.sensitivity not in sensitivities:
                log.warning("setting/%s is not used: the activity model was not measured at '%s'", name, text)
                continue
            config = changed
        return config

    def log_what_differs(self, config: Config) -> None:
        """Log what is other than a configuration says, so that no one edits that in vain."""
        said = in_words(config)
        differing = [
            f"{name} is {value} (not {said[name]})" for name, value in self.in_effect.items() if value != said[name]
        ]
        if differing:
            where = f", kept in {self._file}" if self._file else ""
            log.info("set over MQTT, which counts over the configuration%s: %s", where, "; ".join(differing))

    def _set(self, name: str, payload: bytes) -> None:
        text = payload.decode("ascii", "replace").strip() if len(payload) <= LONGEST else ""
        if _with(Config(), name, text) is None:
            words = "setting/%s cannot be %r; it stays as it is"
            self._wrong_log.line(logging.WARNING, words, name, payload[:LONGEST])
            return
        if self._texts.get(name) == text:
            return  # an automation that says it again and again wears out no SD card
        self._texts = {**self._texts, name: text}
        self._kept.keep(json.dumps(self._texts))
        self._changed.set()

    def close(self) -> None:
        """Write what has not been written: there may have been too many changes for that."""
        self._kept.close()

    def _read(self) -> dict[str, str]:
        if self._file is None:
            return {}
        texts = read_record(self._file, dict[str, str], _MOST_BYTES, lambda _: (), LOST) or {}
        usable = {name: text for name, text in texts.items() if _with(Config(), name, text)}
        if unusable := sorted(texts.keys() - usable.keys()):
            log.warning("%s: %s cannot be used; there the configuration holds", self._file, ", ".join(unusable))
        return usable


def _with(config: Config, name: str, text: str) -> Config | None:
    """Return a configuration with one setting; None if that is not a value that it may have."""
    try:
        section, key, value = _READ[name](text)
        old = getattr(config, section)
        return config.model_copy(update={section: type(old).model_validate({**dict(old), key: value})})
    except (KeyError, ValueError, ValidationError):
        return None
