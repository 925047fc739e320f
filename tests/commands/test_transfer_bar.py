"""How far a download has come."""

from __future__ import annotations

import io

from haredge.commands.transfer_bar import TransferBar


class Terminal(io.StringIO):
    """Standard error as a terminal."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def test_a_terminal_shows_a_bar_and_nothing_is_left_of_it() -> None:
    """Share and megabytes are drawn in place, the last step in any case, and wiped away."""
    terminal = Terminal()
    bar = TransferBar(terminal)
    for here in (500_000, 1_000_000, 2_000_000):
        bar.tell(here, 2_000_000)
    bar.close()
    lines = terminal.getvalue().split("\r\x1b[K")
    assert lines[1] == "######------------------  25%  0.5 MB"
    assert lines[-2] == "######################## 100%  2.0 MB"
    assert lines[-1] == ""


def test_an_unknown_length_is_no_mistake() -> None:
    """Megabytes are told where the server does not say how many there will be."""
    terminal = Terminal()
    TransferBar(terminal).tell(1_500_000, None)
    assert terminal.getvalue() == "\r\x1b[Kworking  1.5 MB"


def test_a_file_gets_no_bar() -> None:
    """A log is spared."""
    out = io.StringIO()
    bar = TransferBar(out)
    bar.tell(1, 2)
    bar.close()
    assert out.getvalue() == ""
