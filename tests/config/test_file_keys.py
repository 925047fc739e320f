"""Promises of haredge.config.file_keys: no key that names a file is forgotten."""

from __future__ import annotations

from haredge.config.file_keys import FILES, MODELS
from haredge.config.schema import dotted_keys


def test_all_keys_that_name_files_are_there() -> None:
    """A path in another one would be taken from the wrong folder, and no reload would see that its file is replaced."""
    assert {key for key in dotted_keys() if key.endswith("_file")} == set(FILES)
    assert {key for key in dotted_keys() if key.endswith("model")} == set(MODELS)
