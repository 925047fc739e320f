"""Promises of haredge.versions."""

import numpy as np

from haredge import __version__
from haredge.versions import versions


def test_versions_are_those_that_run() -> None:
    """What is told is what was imported, and what is not installed is left out."""
    told = versions()
    assert told["haredge"] == __version__
    assert told["numpy"] == np.__version__
    assert all(told.values())
