"""Promises of haredge.service.known_zones: no zone that was ever published is forgotten, over restarts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.service.known_zones import MOST, KnownZones


def test_a_zone_that_is_gone_is_known_at_the_next_start(tmp_path: Path) -> None:
    """And at each that follows: a broker or Home Assistant may have been away meanwhile."""
    assert KnownZones(tmp_path / "state" / "zones").former(["bed", "sofa"]) == ()
    for _ in range(2):
        assert KnownZones(tmp_path / "state" / "zones").former(["bed"]) == ("sofa",)
    assert KnownZones(tmp_path / "state" / "zones").former(["sofa"]) == ("bed",)


def test_nothing_is_written_while_nothing_is_new(tmp_path: Path) -> None:
    """An SD card wears out: neither without zones, nor with those of yesterday."""
    KnownZones(tmp_path / "zones").former([])
    assert list(tmp_path.iterdir()) == []
    KnownZones(tmp_path / "zones").former(["bed"])
    before = (tmp_path / "zones").stat().st_mtime_ns, (tmp_path / "zones").stat().st_ino
    KnownZones(tmp_path / "zones").former(["bed"])
    KnownZones(tmp_path / "zones").former([])
    assert ((tmp_path / "zones").stat().st_mtime_ns, (tmp_path / "zones").stat().st_ino) == before


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a/b\n#\n+\n\n", b"x" * 1_000_000, b"\0"])
def test_a_damaged_file_is_no_reason_to_end(tmp_path: Path, content: bytes) -> None:
    """What cannot be a zone's name is none."""
    (tmp_path / "zones").write_bytes(content)
    known = KnownZones(tmp_path / "zones")
    assert known.former(["bed"]) == ()
    assert KnownZones(tmp_path / "zones").former([]) == ("bed",)


def test_a_file_that_cannot_be_read_or_written_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It runs all the same; what stays in Home Assistant is said."""
    (tmp_path / "zones").mkdir()
    assert KnownZones(tmp_path / "zones").former(["bed"]) == ()
    assert [line.split(":")[0].split(" ")[1] for line in caplog.messages] == ["read", "write"]


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=4, unique=True), max_size=8), st.booleans())
def test_what_was_ever_there_is_current_or_former(
    tmp_path_factory: pytest.TempPathFactory, days: list[list[str]], restarts: bool
) -> None:
    """Whatever is drawn on whichever day, with restarts or without, and never both."""
    path = tmp_path_factory.mktemp("state") / "zones"
    known, ever = KnownZones(path), set[str]()
    for names in days:
        known = KnownZones(path) if restarts else known
        ever |= set(names)
        assert sorted([*known.former(names), *names]) == sorted(ever)


def test_names_are_bounded(tmp_path: Path) -> None:
    """The newest are kept."""
    known = KnownZones(tmp_path / "zones")
    for number in range(2 * MOST):
        known.former([f"zone{number}"])
    assert known.former(["x"])[0] == f"zone{2 * MOST - 1}"
    assert len(KnownZones(tmp_path / "zones").former([])) == MOST
