"""The pose networks that others publish."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from haredge.models.checksum import sha256_of
from haredge.models.published import PUBLISHED, published_as

FILES = {
    "posenet": "posenet_mobilenet_v1_075_353_481_quant.tflite",
    "movenet": "movenet_lightning_int8.tflite",
}


def test_addresses_are_their_makers_and_do_not_change() -> None:
    """Each is fetched over https:// from Google Coral's repositories, at a commit."""
    for published in PUBLISHED.values():
        assert re.match(
            r"https://raw\.githubusercontent\.com/google-coral/[a-z_-]+/[0-9a-f]{40}/.+\.tflite$", published.url
        )


def test_a_file_is_known_by_its_checksum() -> None:
    """A file that was fetched manually is recognised, another is not."""
    assert published_as(PUBLISHED["movenet"].sha256) == PUBLISHED["movenet"]
    assert published_as("0" * 64) is None


@pytest.mark.shared
@pytest.mark.parametrize("name", PUBLISHED)
def test_checksums_and_sizes_are_those_of_the_real_files(name: str, shared: Path) -> None:
    """What is pinned is what the networks that haredge is measured with are."""
    file = shared / "models" / FILES[name]
    assert (sha256_of(file), file.stat().st_size) == (PUBLISHED[name].sha256, PUBLISHED[name].size_bytes)
