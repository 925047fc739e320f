"""Promises of haredge.service.status_line: what a dry run shows, on a terminal."""

from __future__ import annotations

import io
import os
import pty
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from crowd import crowd, person, skeleton
from observed import observed

from haredge.core.clock import clock_time
from haredge.core.labels import NO_PERSON, UNKNOWN
from haredge.core.types import Fall
from haredge.service.status_line import StatusLine, time_of_day

STATS = {"fps": 14.93, "stages_ms": {"pose": 11.21}}


def line(stream: io.StringIO, environ: dict[str, str] | None = None, clock: list[float] | None = None) -> StatusLine:
    clock = clock or [0.0]
    return StatusLine(stream, lambda: STATS, clock_time, environ=environ or {}, monotonic=lambda: clock[0])


def test_the_live_line_says_what_for_how_long_and_how_fast() -> None:
    """One glance shows the activity, its probability, and whether the machine keeps up."""
    stream = io.StringIO()
    line(stream, {"NO_COLOR": "1"}).emit(observed(6.0, "squat", since=2.0))
    assert stream.getvalue().rpartition("\r\x1b[K")[2] == "0:06  1 squat 93 %  for 4 s   14.9 fps   pose 11.2 ms"


@pytest.mark.parametrize(("label", "words"), [(NO_PERSON, "no person"), (UNKNOWN, "1 unknown")])
def test_states_without_a_probability_show_none(label: str, words: str) -> None:
    """A 0.00 beside "unknown" would look like a failure, a 1.00 beside "no person" like a measurement."""
    stream = io.StringIO()
    line(stream).emit(observed(6.0, label, since=2.0))
    assert stream.getvalue().rpartition("\r\x1b[K")[2].startswith(f"0:06  {words}  for 4 s")


def test_a_start_is_not_an_empty_room() -> None:
    """Nothing is left of who may be in view until it is known; then since when."""
    stream = io.StringIO()
    shown = line(stream, {"NO_COLOR": "1"}, [0.0])
    shown.emit(replace(observed(0.0, NO_PERSON), known=False))
    assert stream.getvalue().rpartition("\r\x1b[K")[2].startswith("0:00  unknown  ")
    assert "\n" not in stream.getvalue()
    shown.emit(observed(2.0, NO_PERSON))
    shown.close()
    kept = [text.rpartition("\r\x1b[K")[2] for text in stream.getvalue().split("\n")]
    assert kept == ["0:00  no person", ""]


def test_a_change_leaves_a_line_and_the_rest_does_not() -> None:
    """The screen scrolls by one line an activity, whatever the frame rate."""
    stream, clock = io.StringIO(), [0.0]
    shown = line(stream, {"NO_COLOR": "1"}, clock)
    for n in range(30):
        clock[0] = n / 15
        shown.emit(observed(n / 15, "squat" if n < 20 else "clap", since=0.0 if n < 20 else 20 / 15))
    shown.close()
    kept = [text.rpartition("\r\x1b[K")[2] for text in stream.getvalue().split("\n")]
    assert kept == ["0:00  1 squat 93 %", "0:01  1 clap 93 %", ""]
    assert stream.getvalue().count("\r\x1b[K") < 30


def test_each_person_is_shown() -> None:
    """All on the live line; a change of one of them, a fall, and an empty room leave a line."""
    stream = io.StringIO()
    shown = line(stream, {"NO_COLOR": "1"}, [0.0])
    image = np.zeros((4, 4, 3), np.uint8)
    body = skeleton(2, 2, 2)
    walker, faller = person(1, body, "walking", 0.871), person(2, body, "falling", 0.9, zone="hall", fall="descending")
    shown.emit(crowd([walker, faller, person(3, body, settled=False)], image, 10.0))
    assert stream.getvalue().rpartition("\r\x1b[K")[2].startswith("0:10  1 walking 87 %  2 falling 90 % (hall)  ")
    fallen = replace(faller, fall=Fall("possible", 11.0))
    shown.emit(crowd([walker, fallen], image, 11.0))
    shown.emit(crowd([], image, 12.0))
    shown.close()
    kept = [text.rpartition("\r\x1b[K")[2] for text in stream.getvalue().split("\n")]
    assert kept == [
        "0:08  1 walking 87 %",
        "0:08  2 falling 90 % (hall)",
        "0:11  2 falling 90 % (possible fall, hall)",
        "0:00  no person",
        "",
    ]


@pytest.mark.parametrize(
    ("environ", "coloured"),
    [({}, True), ({"NO_COLOR": ""}, False), ({"TERM": "dumb"}, False), ({"TERM": "xterm"}, True)],
)
def test_colour_is_used_only_where_it_is_wanted(environ: dict[str, str], coloured: bool) -> None:
    """NO_COLOR (https://no-color.org) and a dumb terminal get plain text."""
    stream = io.StringIO()
    StatusLine(stream, lambda: STATS, clock_time, environ=environ).emit(observed(1.0))
    assert ("\x1b[1m" in stream.getvalue()) is coloured


def test_the_live_line_fits_a_narrow_terminal() -> None:
    """On a real terminal of 20 columns the line never wraps, or every redraw would scroll."""
    import fcntl
    import struct
    import termios

    main, end = pty.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 20, 0, 0))
    with os.fdopen(end, "w") as terminal:
        StatusLine(terminal, lambda: STATS, clock_time, environ={"NO_COLOR": ""}).emit(observed(6.0, "squat"))
        terminal.write("END")
        terminal.flush()
        shown = ""
        while not shown.endswith("END"):
            shown += os.read(main, 1000).decode()
    os.close(main)
    assert shown.rpartition("\r\x1b[K")[2] == "0:06  1 squat 93 % END"


def test_a_camera_is_shown_with_the_time_of_day() -> None:
    """What is shown of a camera is the viewer's own time."""
    noon = datetime(2026, 11, 20, 12, 3, 11).astimezone()
    assert time_of_day(lambda t: noon.timestamp() + t)(2.0) == "12:03:13"
