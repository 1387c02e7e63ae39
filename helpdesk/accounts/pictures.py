"""QR codes as one path of an SVG, which needs no style."""

from typing import NamedTuple

from qrcode import QRCode


class Picture(NamedTuple):
    """`path` in a square of `size` units, with the white rim that readers need."""

    size: int
    path: str


def qr_code(text: str) -> Picture:
    """Every run of dark squares is one rectangle."""
    code = QRCode(border=4)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    path = "".join(
        f"M{start} {y}h{length}v1h-{length}z" for y, row in enumerate(rows) for start, length in _runs(list(row))
    )
    return Picture(len(rows), path)


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where the dark squares begin, and how many stand together."""
    found: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row):
        if not is_dark:
            continue
        if x and row[x - 1]:
            start, length = found[-1]
            found[-1] = (start, length + 1)
        else:
            found.append((x, 1))
    return found
