"""Promises of research.falls.kinds_command: each fall counts in its rows."""

from __future__ import annotations

import pytest

pytest.importorskip("scipy")

from research.falls.__main__ import main
from research.falls.simulate import WAYS


def test_each_fall_counts_once_in_each_division(capsys: pytest.CaptureFixture[str]) -> None:
    """Way, camera's height, direction and furniture each share out all falls."""
    assert main(["kinds", "--count", "10"]) == 0
    _, _, *rows = capsys.readouterr().out.splitlines()
    falls = {
        kind.strip(): int(reported.split(" of ")[1].replace("none", "0")) for _, kind, reported, *_ in map(_cells, rows)
    }
    ways, others = len(set(WAYS)), list(falls.values())[1:]
    assert falls["all"] == 10
    divisions = (others[:ways], others[ways : ways + 3], others[ways + 3 : ways + 6], others[ways + 6 :])
    assert [sum(division) for division in divisions] == [10, 10, 10, 10]


def _cells(row: str) -> list[str]:
    return row.split("|")
