"""QR codes for phones."""

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_L

LONGEST = 2953
"""Bytes that fit into the largest code (version 40) at the lowest correction, ISO/IEC 18004 table 7."""
RIM = 4


def fits(text: str) -> bool:
    """Whether one code holds the text."""
    return len(text.encode()) <= LONGEST


def qr_svg(text: str) -> str | None:
    """An SVG picture of the text; None when it doesn't fit.

    The mask is fixed: trying all eight, as the standard wishes for printed codes, takes eight times as long and a
    screen doesn't need it.
    """
    if not fits(text):
        return None
    code = QRCode(error_correction=ERROR_CORRECT_L, border=RIM, mask_pattern=4)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    rows = code.get_matrix()
    size = len(rows)
    path = "".join(_row(y, row) for y, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{size}v{size}H0z"/><path d="{path}"/></svg>'
    )


def _row(y: int, row: list[bool]) -> str:
    """A rectangle for every run of dark squares."""
    found, x = [], 0
    while x < len(row):
        start = x
        while x < len(row) and row[x] == row[start]:
            x += 1
        if row[start]:
            found.append(f"M{start} {y}h{x - start}v1H{start}z")
    return "".join(found)
