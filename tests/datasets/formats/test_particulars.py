"""Tests of the file that holds what recordings do not say themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from haredge.core.errors import DataError
from haredge.datasets.formats.particulars import RATE_HZ, particulars


def test_what_the_files_do_not_say_is_given_beside_them(tmp_path: Path) -> None:
    """recordings.yaml gives rate and size; without it the rate is taken for granted and the size unknown."""
    assert particulars(tmp_path).rate_hz == RATE_HZ
    assert particulars(tmp_path).size_px is None
    (tmp_path / "recordings.yaml").write_text("rate_hz: 15\nsize_px: [640, 480]\n")
    reported = particulars(tmp_path)
    assert (reported.rate_hz, reported.size_px) == (15, (640, 480))


@pytest.mark.parametrize(
    "text", ["rate_hz: 0", "rate_hz: fast", "fps: 30", "- 30", "a: [", "size_px: 3", "size_px: [640]"]
)
def test_a_wrong_recordings_yaml_is_an_error_of_one_line(tmp_path: Path, text: str) -> None:
    """The file is named, and what is wrong with it."""
    (tmp_path / "recordings.yaml").write_text(text)
    with pytest.raises(DataError, match=r"recordings\.yaml") as error:
        particulars(tmp_path)
    assert len(str(error.value).splitlines()) == 1
