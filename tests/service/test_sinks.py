"""Promises of haredge.service.sinks: a sink is a module and a line; systemd hears of what has passed all others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from observed import observed
from sink_contexts import sink_context
from systemd_manager import Manager

from haredge.core.seams import Sink
from haredge.core.types import Observation
from haredge.service.sink_context import Output, SinkContext
from haredge.service.sinks import SINKS, open_sinks

MODEL = Path(__file__).parents[2] / "models" / "everyday"


def context(output: Output = Output(dry_run=True)) -> SinkContext:  # noqa: B008  # frozen
    return sink_context(output=output)


class Notes(Sink):
    """A sink as an extension would be: it writes only the methods that it needs."""

    def __init__(self, into: list[str]) -> None:
        self._into = into

    def emit(self, observation: Observation) -> None:
        """Note the label."""
        self._into.append(observation.activity.label)


class Failing(Sink):
    """A sink that breaks."""

    def emit(self, observation: Observation) -> None:
        """Break."""
        raise RuntimeError(observation.activity.label)


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    """Give systemd's end of the socket, and a watchdog that wants a sign of life at once."""
    manager = Manager(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", manager.address)
    monkeypatch.setenv("WATCHDOG_USEC", "1")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    with closing(manager.socket):
        yield manager


def test_a_further_sink_is_a_function_and_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    """It gets each observation beside the others, and need not care for pauses and for the end."""
    notes: list[str] = []
    with ExitStack() as stack:
        sinks = open_sinks(stack, context(), (*SINKS, lambda _context: Notes(notes)))
        sinks.emit(observed(1.0))
        sinks.pause()
    assert notes == ["squat"]
    assert '"label": "squat"' in capsys.readouterr().out


def test_a_sink_that_is_not_asked_for_is_left_out() -> None:
    """What a row answers with None is not opened, and the others get what there is."""
    notes: list[str] = []
    with ExitStack() as stack:
        open_sinks(stack, context(), (lambda _context: None, lambda _context: Notes(notes))).emit(observed(1.0))
    assert notes == ["squat"]


def test_systemd_hears_of_observations_that_passed_every_sink(manager: Manager) -> None:
    """Ready and alive are said after the last of the others."""
    with ExitStack() as stack:
        open_sinks(stack, context(), ()).emit(observed(1.0))
        assert {"READY=1", "WATCHDOG=1"} <= set(manager.received())
    assert manager.received() == ["STOPPING=1"]


def test_systemd_hears_nothing_of_one_that_a_sink_did_not_take(manager: Manager) -> None:
    """A sink that breaks or hangs lets the watchdog run out, wherever it stands in the list."""
    with ExitStack() as stack:
        sinks = open_sinks(stack, context(), (*SINKS, lambda _context: Failing()))
        with pytest.raises(RuntimeError):
            sinks.emit(observed(1.0))
        assert manager.received() == []


def test_sinks_are_closed_in_reverse_and_all_of_them() -> None:
    """One that fails to open closes those before it."""
    closed: list[str] = []

    class Closing(Notes):
        def close(self) -> None:
            closed.append("closed")

    def refused(_context: SinkContext) -> Sink:
        raise OSError("refused")

    with pytest.raises(OSError, match="refused"), ExitStack() as stack:
        open_sinks(stack, context(), (lambda _context: Closing([]), refused))
    assert closed == ["closed"]
