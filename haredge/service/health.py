"""How the loop and the board are, for health messages and status lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from haredge.board import Board
from haredge.service.stats import Stages
from haredge.service.versions import versions
from haredge.sources.buffered import BufferedSource


class Figures:
    """Gathers figures from those who know them."""

    def __init__(self) -> None:
        self.stages = Stages()
        self._board = Board()
        self._versions = versions()
        self._frames: BufferedSource | None = None
        self._dropped_before = 0
        self._others: list[Callable[[], Mapping[str, object]]] = []

    def watch(self, frames: BufferedSource) -> None:
        """Count the frames that ``frames`` drops on top of those that were dropped before."""
        self._dropped_before = self._dropped()
        self._frames = frames

    def add(self, other: Callable[[], Mapping[str, object]]) -> None:
        """Add further figures to those of the health topic."""
        self._others.append(other)

    def board_name(self) -> str | None:
        """Return what the board calls itself, None where it does not."""
        return self._board.name()

    def loop(self) -> dict[str, object]:
        """Give the loop's own figures: ``fps``, ``dropped``, ``stages_ms``."""
        return {**self.stages.figures(), "dropped": self._dropped()}

    def health(self) -> dict[str, object]:
        """Give all figures, as docs/schemas/health.json describes them but for the time."""
        others = {name: figure for other in self._others for name, figure in other().items()}
        return {**self.loop(), **self._board.figures(), **others, "versions": self._versions}

    def _dropped(self) -> int:
        return self._dropped_before + (self._frames.dropped if self._frames else 0)
