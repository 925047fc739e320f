"""Promises of haredge.service.live_view: a page for who tries a camera out, on this machine alone, asked for or not."""

from __future__ import annotations

import json
import logging
import urllib.request
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from observed import observed
from sink_contexts import sink_context

from haredge.config.schema import Config, ViewConfig
from haredge.core.errors import RuntimeMissingError
from haredge.core.extras import how_to_install
from haredge.core.seams import Sink
from haredge.core.types import FallAlarm
from haredge.mqtt.fall_messages import FallReport
from haredge.service.live_view import for_one_person, open_sink
from haredge.service.sink_context import Output, SinkContext

MODEL = Path(__file__).parents[2] / "models" / "everyday"


def context(show: Callable[[str], None] | None, *, live: bool = True, view: ViewConfig | None = None) -> SinkContext:
    return sink_context(
        config=Config(view=view or ViewConfig()), live=live, output=Output(dry_run=True, show_page=show)
    )


def test_the_page_is_there_when_it_is_shown() -> None:
    """On this machine alone, at a port that was free, whatever the configuration says of the daemon's own view."""
    pytest.importorskip("starlette")
    shown: list[str] = []
    elsewhere = ViewConfig.model_validate({"enabled": True, "host": "192.0.2.1", "port": 1, "token_file": "none"})
    sink = open_sink(context(shown.append, view=elsewhere))
    assert sink is not None
    with closing(sink):
        (url,) = shown
        assert urlsplit(url).hostname == "127.0.0.1"
        with urllib.request.urlopen(url, timeout=30) as answer:
            assert b"haredge" in answer.read()


def test_the_page_is_told_that_detection_is_off() -> None:
    """A health check of the container fails over a camera that hangs, and not over one that was to stay dark."""
    pytest.importorskip("starlette")
    shown: list[str] = []
    sink = open_sink(context(shown.append))
    assert sink is not None
    with closing(sink):
        sink.pause()
        with urllib.request.urlopen(f"{shown[0]}healthz", timeout=30) as answer:
            assert answer.read() == b"ok: detection is off\n"


def test_a_fall_that_is_acknowledged_while_detection_is_off_is_over_for_viewers() -> None:
    """As it is over MQTT; until then it stays, though the camera is closed."""
    pytest.importorskip("starlette")
    shown: list[str] = []
    within = context(shown.append)
    sink = open_sink(within)
    assert sink is not None
    alarm = FallAlarm("possible", 1.0, 1, why="low", id="a")

    def fall() -> object:
        with urllib.request.urlopen(f"{shown[0]}api/state", timeout=30) as answer:
            return json.load(answer)["fall"]

    with closing(sink):
        within.fall_record.keep([FallReport("a", "possible", 1.0, 1.0, 1, None, "low")], alarm)
        sink.emit(replace(observed(2.0), fall_alarm=alarm))
        sink.pause()
        assert fall() == {"state": "possible", "since_s": 1.0, "person": 1, "zone": None, "why": "low"}
        within.fall_record.keep(())
        sink.pause()
        assert fall() == {"state": "clear", "since_s": 0.0, "person": None, "zone": None, "why": "acknowledged"}


def test_a_video_has_an_end_and_no_page() -> None:
    """Nor is there one if none is to be shown."""
    assert open_sink(context(pytest.fail, live=False)) is None
    assert open_sink(context(None)) is None


@pytest.mark.parametrize("allowed", [False, True])
def test_the_cameras_image_is_shown_only_where_it_is_allowed(allowed: bool) -> None:
    """To who sits before the camera as to others."""
    assert for_one_person(ViewConfig(allow_picture=allowed)).allow_picture == allowed


def test_without_the_pages_libraries_it_runs_and_says_what_is_missing(caplog: pytest.LogCaptureFixture) -> None:
    """In one line: who tries haredge out did not ask for a page, but who enables the view did."""

    def missing(_context: SinkContext, _settings: ViewConfig, _show: Callable[[str], None]) -> Sink:
        raise RuntimeMissingError("view.enabled needs starlette")

    with caplog.at_level(logging.INFO, "haredge"):
        assert open_sink(context(pytest.fail), missing) is None
    assert caplog.messages == [f"for a page to watch: {how_to_install('web')}"]
    with pytest.raises(RuntimeMissingError):
        open_sink(context(None, view=ViewConfig(enabled=True)), missing)
