"""Pictures of pages, for whoever wants to look: `PICTURES=folder` in the environment says where they go."""

import os
import re
from pathlib import Path

from playwright.sync_api import Page

SIZES = {"desktop": (1440, 900), "phone": (360, 740)}


LONGEST = 5000


def take(page: Page, name: str) -> None:
    """The page as it stands as `name`.png; nothing when nobody asked for pictures."""
    if folder := os.environ.get("PICTURES"):
        path = Path(folder) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, animations="disabled")


def take_all(page: Page, name: str) -> None:
    """Its whole length, desktop and phone, light and dark. The window is as long as the page, so that what sticks to
    its edges stands where it belongs."""
    if not os.environ.get("PICTURES"):
        return
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        needed = page.evaluate("document.scrollingElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(max(height, needed), LONGEST)})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            take(page, f"{name}-{size}-{scheme}")
    page.emulate_media(color_scheme="light")


def called(path: str) -> str:
    """A file's name for a page."""
    return re.sub(r"[^a-z0-9]+", "-", path.lower()).strip("-") or "first"
