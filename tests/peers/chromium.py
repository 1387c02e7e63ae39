"""Chromium as the tests start it.

Its shell without windows is the same engine and takes three fifths of the processor's time.
"""

import shutil

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
MISSING = "Chromium is not installed (apt-get install chromium-headless-shell)"
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
