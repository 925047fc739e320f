"""The switch that pauses detection: told from outside, kept over a restart."""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

WORDS: Final = {b"ON": True, b"OFF": False}


class Detection:
    """Whether haredge is to look.

    Off is a file in the state folder; on is its absence. So an SD card is written only when somebody switches, and a
    camera that was to stay dark stays dark after a power cut.
    """

    def __init__(self, off_file: Path | None) -> None:
        """Take the file that says "off"; with None, a restart switches on."""
        self._file = off_file
        self._on = off_file is None or not off_file.exists()
        self._switched = threading.Event()

    @property
    def on(self) -> bool:
        """Whether detection is switched on."""
        return self._on

    def hear(self, payload: bytes) -> None:
        """Obey ``ON`` or ``OFF``; anything else is logged and changes nothing. May be called in any thread."""
        wanted = WORDS.get(payload.strip().upper())
        if wanted is None:
            log.warning("detect/set takes ON or OFF, not %r", payload[:40])
        elif wanted != self._on:
            self._on = wanted
            self._keep()
            log.info("detection switched %s", "on" if wanted else "off")
            self._switched.set()

    def wait(self, timeout_s: float) -> None:
        """Wait until somebody switches, or so many seconds."""
        self._switched.wait(timeout_s)
        self._switched.clear()

    def _keep(self) -> None:
        if self._file is None:
            return
        try:
            if self._on:
                self._file.unlink(missing_ok=True)
            else:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                self._file.touch()
        except OSError as error:
            log.error("cannot keep the switch in %s: %s; a restart will forget it", self._file, error)  # noqa: TRY400
