"""What a video file says of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ai_edge_litert")

import installed

from haredge.core.errors import SourceError
from haredge.sources.video_info import probe


def test_size_rate_and_length_are_reported(tmp_path: Path) -> None:
    """As the file was made."""
    info = probe(installed.film(tmp_path / "a.mp4", [installed.nobody((48, 64))] * 30, rate_hz=15))
    assert info.size == (48, 64)
    assert info.rate_hz == pytest.approx(15, rel=0.01)
    assert info.length_s == pytest.approx(2, rel=0.01)


def test_a_container_that_gives_no_length_is_counted(tmp_path: Path) -> None:
    """A browser's recording holds none: its frames are counted."""
    import subprocess

    whole = installed.film(tmp_path / "a.mp4", [installed.nobody((48, 64))] * 45, rate_hz=15)
    piped = ["ffmpeg", "-v", "error", "-i", str(whole), "-c:v", "libvpx", "-f", "webm", "-live", "1", "-"]
    (tmp_path / "live.webm").write_bytes(subprocess.run(piped, check=True, stdout=subprocess.PIPE).stdout)
    assert probe(tmp_path / "live.webm").length_s == pytest.approx(3, rel=0.05)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "^cannot read the video [^:]*: it is empty$"),
        (b"no video at all\n" * 99, "no video in it"),
        (None, "No such file"),
    ],
)
def test_what_is_not_a_video_is_reported(tmp_path: Path, content: bytes | None, said: str) -> None:
    """In one line that says what is wrong."""
    path = tmp_path / "video.mp4"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError, match=said):
        probe(path)


def test_a_folder_is_distinguished_from_a_damaged_video(tmp_path: Path) -> None:
    """The message for a folder says that it is one."""
    with pytest.raises(SourceError, match="it is a folder; name the videos in it"):
        probe(tmp_path)
