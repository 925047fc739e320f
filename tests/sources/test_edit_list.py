"""Promises of haredge.sources.edit_list: how long a video is shown, of files as ISO/IEC 14496-12 describes them."""

from __future__ import annotations

import struct
import tempfile
from functools import cache
from pathlib import Path

import clips
import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.sources.edit_list import shown_s
from haredge.sources.video import VideoFile

SCALE_HZ = 600


def box(kind: bytes, *content: bytes, large: bool = False) -> bytes:
    body = b"".join(content)
    if large:
        return struct.pack(">I4sQ", 1, kind, 16 + len(body)) + body
    return struct.pack(">I4s", 8 + len(body), kind) + body


def movie(*tracks: bytes, version: int = 0, large: bool = False) -> bytes:
    """Return a file whose index is behind the images, as cameras write it."""
    times = bytes(16 if version else 8)
    head = box(b"mvhd", bytes([version, 0, 0, 0]), times, struct.pack(">I", SCALE_HZ), bytes(80))
    return box(b"ftyp", b"isom") + box(b"mdat", bytes(999), large=large) + box(b"moov", head, *tracks, large=large)


def track(edits: list[tuple[float, int]] | None, *, handler: bytes = b"vide", version: int = 0) -> bytes:
    """Return a track with (seconds, media time) of its edits."""
    layout = ">QqI" if version else ">IiI"
    entries = [struct.pack(layout, round(SCALE_HZ * seconds), begin, 1 << 16) for seconds, begin in edits or ()]
    listed = box(b"elst", bytes([version, 0, 0, 0]), struct.pack(">I", len(entries)), *entries)
    media = box(b"mdia", box(b"mdhd", bytes(24)), box(b"hdlr", bytes(8), handler, bytes(13)))
    return box(b"trak", box(b"tkhd", bytes(84)), *([] if edits is None else [box(b"edts", listed)]), media)


def shown(content: bytes) -> float | None:
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return shown_s(file.fileno())


@pytest.mark.parametrize("version", [0, 1])
@pytest.mark.parametrize("large", [False, True])
def test_it_is_the_length_of_all_edits_of_the_first_video(version: int, large: bool) -> None:
    """Numbers of 32 and of 64 bits; neither the sound's edits count, nor a pause before the video begins."""
    sound = track([(9, 0)], handler=b"soun", version=version)
    video = track([(0.5, -1), (2, 1000), (1.5, 90)], version=version)
    assert shown(movie(sound, video, track([(5, 0)]), version=version, large=large)) == 3.5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(99),
        b"RIFF\x10\x00\x00\x00AVI LIST",
        movie(),
        movie(track(None)),
        movie(track([])),
        movie(track([(0, 0)])),
        movie(track([(2, 0)], handler=b"soun")),
        movie(track([(0.01, 0)] * 5000)),
        box(b"free") * 5000 + movie(track([(2, 0)])),
    ],
)
def test_without_an_edit_list_that_ends_it_is_not_known(content: bytes) -> None:
    """Nor in another kind of file, nor if there are absurdly many boxes or edits."""
    assert shown(content) is None


@cache
def real() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return clips.clip(Path(folder) / "clip.mp4").read_bytes()


@given(at=st.integers(1, 2000), byte=st.integers(0, 255), end=st.integers(0, 2000))
def test_damage_does_no_harm(at: int, byte: int, end: int) -> None:
    """With any byte of its index changed, or cut off anywhere, it is a length or not known."""
    whole = real()
    assert shown(whole) == pytest.approx(0.8)
    for damaged in (whole[:-at] + bytes([byte]) + whole[len(whole) - at + 1 :], whole[: len(whole) - end]):
        length_s = shown(damaged)
        assert length_s is None or length_s > 0


def test_two_parts_of_a_video_are_no_damage(tmp_path: Path) -> None:
    """What lies between the parts is stored, and not shown."""
    path = clips.clip(tmp_path / "clip.mp4", frames=120)
    content = path.read_bytes()
    at = content.index(b"elst") - 4
    parts = struct.pack(">IiI", 4000, 0, 1 << 16) + struct.pack(">IiI", 3000, 9 * 10240, 1 << 16)
    edits = struct.pack(">I4sII", 40, b"elst", 0, 2) + parts
    # A box of 28 bytes becomes one of 40, and those around it with it; what follows the index has no places in it.
    grown = content[:at] + edits + content[at + 28 :]
    for kind in (b"moov", b"trak", b"edts"):
        start = content.index(kind) - 4
        size = int.from_bytes(grown[start : start + 4], "big") + 12
        grown = grown[:start] + size.to_bytes(4, "big") + grown[start + 4 :]
    path.write_bytes(grown)
    source = VideoFile(path)
    assert len(list(source)) == pytest.approx(70, abs=2)
    assert source.damage is None
