"""How wide pages are drawn."""

from playwright.sync_api import Page

SMALL, DESKTOP = 320, 1440
ALL = (SMALL, 768, DESKTOP, 2560)


def sticking_out(page: Page, widths: tuple[int, ...] = (SMALL, DESKTOP)) -> dict[int, int]:
    """How wide the page becomes at those of the widths at which it is too wide. The last one stays."""
    wide = {}
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        if (needed := page.evaluate("document.scrollingElement.scrollWidth")) > width:
            wide[width] = needed
    return wide
