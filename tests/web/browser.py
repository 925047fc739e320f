"""Debian's Chromium, without a window and without a word to the internet."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
WAIT_MS = 90_000
"""A test machine may be busy."""


@contextmanager
def opened_browser(**options: Any) -> Iterator[Any]:
    """Give a Playwright browser context with a fresh profile; the test is skipped where there is no browser."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no browser: apt install chromium")
    with playwright.sync_playwright() as driver, tempfile.TemporaryDirectory() as profile:
        context = driver.chromium.launch_persistent_context(
            profile, executable_path=chromium, headless=True, args=FLAGS, timeout=WAIT_MS, **options
        )
        context.set_default_timeout(WAIT_MS)
        try:
            yield context
        finally:
            context.close()


def complaints(page: Any) -> list[str]:
    """Collect what the page's console says and the errors that its scripts raise."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def foreign(page: Any, host: str) -> list[str]:
    """Collect requests that go anywhere else."""
    asked: list[str] = []

    def note(request: Any) -> None:
        if not request.url.startswith((f"http://{host}/", "blob:", "data:")):
            asked.append(request.url)

    page.on("request", note)
    return asked
