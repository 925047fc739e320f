"""Promises of haredge.service.switch."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path

import pytest

from haredge.core.errors import ConfigError
from haredge.service.kept_file import BURST
from haredge.service.switch import DetectionSwitch


def test_detection_is_on_unless_switched_off(tmp_path: Path) -> None:
    """A new installation detects, and writes nothing."""
    assert DetectionSwitch(tmp_path / "off").on
    assert list(tmp_path.iterdir()) == []


def test_the_switch_survives_a_restart(tmp_path: Path) -> None:
    """A camera that was to stay dark stays dark after a power cut, until it is switched on."""
    off = tmp_path / "state" / "off"
    DetectionSwitch(off).on_message(b"OFF")
    again = DetectionSwitch(off)
    before = again.on
    again.on_message(b" on\n")
    assert (before, again.on, DetectionSwitch(off).on) == (False, True, True)


def test_the_switch_is_on_the_disk_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A power cut in the next seconds does not take it back: off is a name in a folder."""
    synced: list[list[str]] = []

    def fsync(handle: int) -> None:
        folder = Path(f"/proc/self/fd/{handle}")
        if folder.is_dir():
            synced.append([file.name for file in folder.iterdir()])

    monkeypatch.setattr(os, "fsync", fsync)
    switch = DetectionSwitch(tmp_path / "off")
    switch.on_message(b"OFF")
    switch.on_message(b"ON")
    assert synced == [["off"], []]


@pytest.mark.parametrize("payload", [b"", b"true", b"OFFICE", b"\xff\xfe", b"x" * 100_000])
def test_anything_else_changes_nothing(tmp_path: Path, payload: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """A slip in an automation neither opens nor closes an eye; what was wrong is logged, shortened."""
    detection = DetectionSwitch(tmp_path / "off")
    detection.on_message(payload)
    assert detection.on
    assert "takes ON or OFF" in caplog.text
    assert len(caplog.text) < 400


def test_a_flood_of_rubbish_is_a_line_a_minute(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A client that may write the topic cannot fill the log; how much there was is said."""
    now = [0.0]
    switch = DetectionSwitch(tmp_path / "off", monotonic=lambda: now[0])
    for number in range(3000):
        now[0] = number / 25  # two minutes
        switch.on_message(b"rubbish \x1b[2J\n")
    assert len(caplog.messages) == 2
    assert "(1499 more such lines were left out before)" in caplog.messages[1]
    assert all(message.isprintable() for message in caplog.messages)


def test_a_switch_that_is_flicked_without_end_wears_out_no_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An automation gone wrong, or a stranger; when haredge ends, the last word is kept."""
    synced: list[int] = []
    monkeypatch.setattr(os, "fsync", synced.append)
    switch = DetectionSwitch(tmp_path / "off", monotonic=lambda: 0.0)
    for _ in range(500):
        switch.on_message(b"OFF")
        switch.on_message(b"ON")
    switch.on_message(b"OFF")
    assert len(synced) <= 2 * BURST
    switch.close()
    assert not DetectionSwitch(tmp_path / "off").on


def test_a_pause_ends_when_it_is_switched(tmp_path: Path) -> None:
    """Switching on does not wait for a timeout."""
    detection = DetectionSwitch(tmp_path / "off")
    detection.on_message(b"OFF")
    detection.wait(0)
    switcher = threading.Thread(target=detection.on_message, args=(b"ON",))
    switcher.start()
    detection.wait(60)
    switcher.join()
    assert detection.on


def test_a_folder_that_cannot_be_written_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The switch works; that a restart will forget it is said."""
    caplog.set_level(logging.INFO)
    (tmp_path / "file").write_text("")
    detection = DetectionSwitch(tmp_path / "file" / "off")
    detection.on_message(b"OFF")
    assert not detection.on
    assert "a restart will forget it" in caplog.text


def test_a_state_that_cannot_be_read_is_no_permission_to_see(tmp_path: Path) -> None:
    """Where it cannot be known whether the camera was switched off, haredge does not start, and says why."""
    with pytest.raises(ConfigError, match=r"cannot read the switch in .*: File name too long; let this user into"):
        DetectionSwitch(tmp_path / ("x" * 300) / "off")
