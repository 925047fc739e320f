"""Promises of haredge.service.restart_delay: a camera that stays away is tried ever more seldom, and found again."""

from __future__ import annotations

import os
from pathlib import Path

from haredge.service.restart_delay import LONGEST_S, LONGEST_SEEN_S, STEADY_S, RestartDelay, wait


def test_each_end_in_a_row_waits_longer(tmp_path: Path) -> None:
    """A hiccup costs nothing; a camera that is unplugged for a month does not cost 20,000 restarts a day."""
    delays = [RestartDelay(tmp_path).next_s() for _ in range(20)]
    assert delays[:6] == [0, 4, 8, 16, LONGEST_S, LONGEST_S]
    assert set(delays[6:]) == {LONGEST_S}


def test_an_outage_of_a_month_is_some_writes(tmp_path: Path) -> None:
    """In a container the count is on the SD card."""
    for _ in range(20):
        RestartDelay(tmp_path).next_s()
    (file,) = tmp_path.iterdir()
    os.utime(file, (0, 0))
    assert RestartDelay(tmp_path).next_s() == LONGEST_S
    assert file.stat().st_mtime == 0


def test_a_camera_that_has_worked_for_a_while_begins_the_row_again(tmp_path: Path) -> None:
    """It is tried again at once; one that gives some frames each time and goes again is not."""
    for steady in (False, True):
        for _ in range(5):
            RestartDelay(tmp_path).next_s()
        delay = RestartDelay(tmp_path)
        for t in (100.0, 101.0, 100.0 + STEADY_S * steady):
            delay.seen(t)
        assert RestartDelay(tmp_path).next_s() == (0 if steady else LONGEST_S)


def test_after_frames_it_ends_before_the_watchdog_does_that(tmp_path: Path) -> None:
    """Which waits for a sign of life from the first frame on."""
    for _ in range(5):
        delay = RestartDelay(tmp_path)
        delay.seen(1.0)
        waited_s = delay.next_s()
    unit = Path(__file__).parents[2] / "systemd" / "haredge.service"
    assert waited_s == LONGEST_SEEN_S
    assert f"WatchdogSec={2 * LONGEST_SEEN_S:.0f}" in unit.read_text().splitlines()


def test_without_a_folder_that_outlives_a_restart_nothing_waits(tmp_path: Path) -> None:
    """In a terminal the end is at once; so it is where the folder has gone, or holds something else."""
    (tmp_path / "camera-away").write_text("?")
    for folder in (None, tmp_path / "gone", tmp_path):
        RestartDelay(folder).seen(1.0)
        assert RestartDelay(folder).next_s() == 0


def test_a_signal_ends_the_wait() -> None:
    """`systemctl stop` does not wait for it, nor does a new configuration."""
    paused: list[float] = []
    wait(30.0, lambda: len(paused) == 3, paused.append)
    assert len(paused) == 3
    wait(1.2, lambda: False, paused.append)
    assert len(paused) == 6
