"""Debian's Chromium, without a window and without a word to the internet."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
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


_shared: list[Any] = []
"""The browser that is shared at the moment, if one is."""


@contextmanager
def launched_browser() -> Iterator[Any]:
    """Launch a browser that all contexts opened within share; skips the test where there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no browser: apt install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, headless=True, args=FLAGS, timeout=WAIT_MS)
        _shared.append(browser)
        try:
            yield browser
        finally:
            _shared.remove(browser)
            browser.close()


@contextmanager
def opened_browser(**options: Any) -> Iterator[Any]:
    """Give a Playwright browser context, with cookies, storage and permissions of its own."""
    with nullcontext(_shared[-1]) if _shared and _shared[-1].is_connected() else launched_browser() as browser:
        context = browser.new_context(**options)
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
