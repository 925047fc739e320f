"""Fixtures that tests of several modules use."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from children import end_started
from hypothesis import settings

pytest_plugins = ["mqtt_parts", "people_parts", "small_disk"]

# A shell's background job ignores SIGINT, and so would every process that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)
# So does one that is started with nohup SIGHUP.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

SHARED = Path(os.environ.get("HAREDGE_SHARED", Path(__file__).parents[2] / "shared"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of real models and clips; a test that asks for it is skipped where the folder is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"no real models and clips at {SHARED} (set HAREDGE_SHARED to a folder that has them)")
    return SHARED / "data"


@pytest.fixture(autouse=True)
def _nothing_is_left_running() -> Iterator[None]:
    """End what a failed test has left running: it would slow, or confuse, those that follow."""
    yield
    end_started()


@pytest.fixture(scope="module")
def converter() -> Iterator[object]:
    """Have a module's trainings converted by one process, which imports TensorFlow once."""
    from haredge.training.export import one_converter

    with one_converter() as shared_one:
        yield shared_one


def pytest_report_header() -> str:
    """Say whether the tests on real models and clips run."""
    return f"real models and clips: {SHARED if (SHARED / 'data').is_dir() else 'absent, their tests are skipped'}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the modules that have slow tests, so that several processes (-n) end at about the same time."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


# A busy machine is no failure.
settings.register_profile("haredge", deadline=None)
settings.load_profile("haredge")
