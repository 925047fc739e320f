"""What SIGTERM, SIGINT and SIGHUP have asked for; imports nothing that takes time, so that it can listen early."""

from __future__ import annotations

import signal
from types import FrameType


class Signals:
    """What signals have asked for.

    The handlers assign one flag and nothing else: waking a waiting thread from a handler can deadlock.
    """

    def __init__(self) -> None:
        self.stop = False
        self.reload = False

    def listen(self) -> None:
        """Take over SIGTERM, SIGINT and, where there is one, SIGHUP."""
        signal.signal(signal.SIGTERM, self._ask_to_stop)
        signal.signal(signal.SIGINT, self._ask_to_stop)
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, self._ask_to_reload)

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stop = True

    def _ask_to_reload(self, _number: int, _frame: FrameType | None) -> None:
        self.reload = True
