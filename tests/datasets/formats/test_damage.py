"""Tests that damaged recordings of every form are an error of one line, and never anything else."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from written_poses import DATA_SETS

from haredge.core.errors import DataError
from haredge.datasets.clips import LabelledClip
from haredge.datasets.reading import read_clips

HARMS = (b"", b"\x00", b"nan", b"NaN", b"-1e400", b"null", b"[", b"]}", b'"', b",,", b"\n", b"\xff", b"{}", b"9" * 40)


def harmed(content: bytes, at: float, length: int, harm: bytes, *, cut: bool) -> bytes:
    """Put something else in the place of a few bytes, or of all that follows."""
    start = int(at * len(content))
    return content[:start] + harm + (b"" if cut else content[start + length :])


@pytest.mark.parametrize("form", DATA_SETS)
@settings(max_examples=25)
@given(
    st.integers(0, 10**6),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 30), st.sampled_from(HARMS), st.booleans()), min_size=1, max_size=3
    ),
)
def test_whatever_happens_to_a_file_nothing_unsound_is_read(
    form: str, which: int, harms: list[tuple[float, int, bytes, bool]]
) -> None:
    """Clips that can be trained on, or one line that names the data: nothing else comes out."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "data"
        DATA_SETS[form](root, ["squat", "wave"])
        files = sorted(file for file in root.rglob("*") if file.is_file())
        victim = files[which % len(files)]
        for at, length, harm, cut in harms:
            victim.write_bytes(harmed(victim.read_bytes(), at, length, harm, cut=cut))
        clips, reported = read(root)
    assert bool(clips) != bool(reported)
    assert not reported or (str(root) in reported and len(reported.splitlines()) == 1)
    for clip in clips:
        assert len(clip.times) >= 2
        assert (np.diff(clip.times) > 0).all()
        assert np.isfinite(clip.keypoints).all()
        assert ((clip.keypoints[..., 2] >= 0) & (clip.keypoints[..., 2] <= 1)).all()


def read(root: Path) -> tuple[list[LabelledClip], str]:
    """Give the clips, or the error's words."""
    try:
        return read_clips(root).clips, ""
    except DataError as error:
        return [], str(error)
