"""Chromium as the tests start it.

Its shell without windows is the same engine and takes three fifths of the processor's time.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

WHOLE = shutil.which("chromium")
"""The one that shows notifications."""
CHROMIUM = shutil.which("chromium-headless-shell") or WHOLE
MISSING = "Chromium is not installed (apt-get install chromium chromium-headless-shell)"
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@contextmanager
def launched(path: str | None) -> Iterator[Browser]:
    """The browser at this path; the test is skipped where there is none."""
    if not path:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()
