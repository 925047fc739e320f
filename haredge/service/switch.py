"""The switch that turns detection off: set from outside, kept over a restart."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from haredge.core.errors import ConfigError
from haredge.service.command_words import CommandWords
from haredge.service.kept_file import KeptFile

WORDS: Final = {"ON": True, "OFF": False}


class DetectionSwitch:
    """Whether haredge is to recognise anything.

    Off is a file in the state folder; on is its absence. So an SD card is written only when it is switched, and a
    camera that was to stay dark stays dark after a power cut.
    """

    def __init__(self, off_file: Path | None, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take the file that says "off"; with None, a restart switches on.

        Raises :class:`ConfigError` if it cannot be known whether the file exists: a camera may have been switched off.
        """
        self._file = KeptFile(off_file, "the switch", monotonic=monotonic)
        self._on = off_file is None or not _exists(off_file)
        self._switched = threading.Event()
        self._words = CommandWords("detect/set", tuple(WORDS), monotonic=monotonic)

    @property
    def on(self) -> bool:
        """Whether detection is on."""
        return self._on

    def on_message(self, payload: bytes) -> None:
        """Obey ``ON`` or ``OFF``; anything else changes nothing. May be called in any thread."""
        word = self._words.read(payload)
        if word and WORDS[word] != self._on:
            self._on = WORDS[word]
            self._file.keep(None if self._on else "")
            self._switched.set()

    def wait(self, timeout_s: float) -> None:
        """Wait until it is switched, or ``timeout_s`` seconds."""
        self._switched.wait(timeout_s)
        self._switched.clear()

    def close(self) -> None:
        """Write what has not been written: it may have been switched too often for that."""
        self._file.close()


def _exists(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        what_to_do = "let this user into that folder, or name another by XDG_STATE_HOME"
        raise ConfigError(f"cannot read the switch in {path}: {error.strerror}; {what_to_do}") from None
    return True
