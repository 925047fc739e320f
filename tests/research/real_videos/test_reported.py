"""What a model reports of recordings is added up by what is done in them."""

from __future__ import annotations

from pathlib import Path

import own_recordings
import pytest
from test_video_rules import LABELS, replay

from haredge.activity.thresholds import Threshold
from research.real_videos.__main__ import main
from research.real_videos.reported_command import NONE, table
from research.real_videos.rules import Material


def rows(lines: list[str]) -> dict[str, list[str]]:
    """Return the row of each label, without the head and the sentence below."""
    return {row[:26].strip(): row[26:].split() for row in lines[1:-1]}


@pytest.mark.parametrize(("enter", "share"), [(0.6, "50%"), (0.9, "0%")])
def test_a_row_has_what_the_thresholds_let_through(enter: float, share: str) -> None:
    """Of two who wave one is recognised, with 0.7; who jumps is taken for one who waves, who does neither as well."""
    replays = [replay("a", 3.0, 0.7, 0.1, 0.2), replay("b", 3.0, 0.1, 0.1, 0.8)]
    replays += [replay("c", 3.0, 0.8, 0.1, 0.1), replay("d", 3.0, 0.7, 0.1, 0.2)]
    material = Material(LABELS, ("other",), replays, [{"wave"}, {"wave"}, {"jump"}, set()])
    found = rows(list(table(material, dict.fromkeys(LABELS, Threshold(enter)))))
    assert {label: (row[0], row[-1]) for label, row in found.items()} == {
        NONE: ("1", "0%"),
        "jump": ("1", "0%"),
        "wave": ("2", share),
    }
    right_wrong = {label: [float(cell) > 0 for cell in row[2:4]] for label, row in found.items()}
    let_through = enter < 0.7
    assert right_wrong == {NONE: [False, let_through], "jump": [False, let_through], "wave": [let_through, False]}


def test_the_command_reads_recordings_and_finds_what_no_label_of_the_model_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To iron is none of its labels."""
    own_recordings.write(tmp_path, ("standing", "ironing"), each=2, seconds=6.0)
    monkeypatch.setattr("sys.argv", ["real_videos", "reported", str(tmp_path)])
    main()
    found = rows(capsys.readouterr().out.splitlines())
    assert {label: row[0] for label, row in found.items()} == {NONE: "2", "standing": "2"}
    assert all(float(row[1]) == pytest.approx(12.0, abs=0.5) for row in found.values())


def test_a_folder_without_recordings_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["real_videos", "reported", str(tmp_path)])
    with pytest.raises(SystemExit, match=f"{tmp_path}: no recordings"):
        main()
