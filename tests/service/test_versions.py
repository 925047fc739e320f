"""Promises of haredge.service.versions."""

import numpy as np

from haredge.service.versions import versions
from haredge.version import __version__


def test_versions_are_those_that_run() -> None:
    """What is told is what was imported, and what is not installed is left out."""
    told = versions()
    assert told["haredge"] == __version__
    assert told["numpy"] == np.__version__
    assert all(told.values())
