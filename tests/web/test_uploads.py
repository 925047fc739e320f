"""Receiving videos and images from strangers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haredge.core.kinds import Kind
from haredge.web.uploads import MOST_NAME, RefusedError, receive, shown_name

VIDEO = b"\x00\x00\x00\x18ftypisom" + bytes(2000)


def received(path: Path, *parts: bytes, most_bytes: int = 10_000, accepted: Sequence[Kind] = ("video",)) -> Kind:
    async def sent() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    return asyncio.run(receive(sent(), path, most_bytes, accepted))


@pytest.mark.parametrize("parts", [[VIDEO], [VIDEO[:3], VIDEO[3:9], VIDEO[9:]], [b"", VIDEO, b""]])
def test_a_video_arrives_as_it_was_sent(tmp_path: Path, parts: Sequence[bytes]) -> None:
    """In however many parts."""
    received(tmp_path / "video", *parts)
    assert (tmp_path / "video").read_bytes() == VIDEO


@pytest.mark.parametrize(
    ("parts", "status", "said"),
    [
        ([], 422, "empty"),
        ([b""], 422, "empty"),
        ([b"a text\n" * 500], 415, "not a video"),
        ([b"RIFF\x00\x00\x00\x00WAVE" + bytes(1000)], 415, "sound"),
        ([b"\xff\xd8\xff\xe0" + bytes(1000)], 415, "image"),
        ([VIDEO, VIDEO, VIDEO, VIDEO, VIDEO], 413, "at most 0 MB"),
    ],
)
def test_other_and_too_large_files_are_refused(tmp_path: Path, parts: list[bytes], status: int, said: str) -> None:
    """With words for its sender."""
    with pytest.raises(RefusedError, match=said) as caught:
        received(tmp_path / "video", *parts)
    assert caught.value.status == status


def test_an_image_is_accepted_if_it_can_be_recognised(tmp_path: Path) -> None:
    """Its kind is what its bytes say."""
    jpeg = b"\xff\xd8\xff\xe0" + bytes(1000)
    assert received(tmp_path / "sent", jpeg[:2], jpeg[2:], accepted=("video", "image")) == "image"
    assert (tmp_path / "sent").read_bytes() == jpeg
    assert received(tmp_path / "sent", VIDEO, accepted=("video", "image")) == "video"


def test_what_is_refused_fills_no_disk(tmp_path: Path) -> None:
    """It is read on, since browsers want to send it all, but not kept."""
    with pytest.raises(RefusedError):
        received(tmp_path / "video", *[b"a text\n" * 100] * 10)
    assert (tmp_path / "video").stat().st_size < 1000


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("video.mp4", "video.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\videos\\me.avi", "me.avi"),
        ("", "file"),
        ("..", "file"),
        ("a\x00b\nc\u202e.mp4", "abc.mp4"),
        ("Übung 1.mov", "Übung 1.mov"),
    ],
)
def test_names_are_only_shown(name: str, shown: str) -> None:
    """And even that without tricks."""
    assert shown_name(name) == shown


@given(st.text())
def test_any_name_can_be_shown(name: str) -> None:
    """Short, printable, and of no other folder."""
    shown = shown_name(name)
    assert shown.isprintable()
    assert 0 < len(shown) <= MOST_NAME
    assert "/" not in shown
