"""Files for the demo conversations, drawn or written here."""

import struct
import zlib

from tickets.actions.files import NewFile

WIDTH, HEIGHT = 320, 180


def files_of(kind: str) -> list[NewFile]:
    """The files of a message by a word: a screenshot, a log, a price list."""
    if kind == "screenshot":
        return [NewFile("checkout-502.png", _screenshot(), "image/png", "image/png")]
    if kind == "log":
        return [NewFile("error.log", _log().encode(), "text/plain", "text/plain")]
    if kind == "prices":
        return [NewFile("Остатки 1С.csv", _prices().encode(), "text/csv", "text/csv")]
    return []


def _screenshot() -> bytes:
    """A browser window with one red line in it, as PNG (ISO/IEC 15948)."""
    rows = b"".join(b"\0" + b"".join(_colour(x, y) for x in range(WIDTH)) for y in range(HEIGHT))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def _colour(x: int, y: int) -> bytes:
    if y < 24:
        return b"\xde\xe2\xe8"
    if 84 <= y < 96 and 40 <= x < 280:
        return b"\xc8\x3c\x34"
    return b"\x9a\xa4\xb2" if y in (112, 113, 124, 125) and 40 <= x < 230 else b"\xfc\xfc\xfd"


def _log() -> str:
    lines = (
        f"2026-11-17 14:{minute:02}:07 [error] 2211#0: *{4180 + minute} upstream prematurely closed connection "
        f'while reading response header from upstream, request: "POST /checkout/return HTTP/2.0"'
        for minute in range(2, 20, 3)
    )
    return "\n".join(lines) + "\n"


def _prices() -> str:
    rows = ("артикул;остаток на сайте;остаток в 1С", "TK-1180;14;0", "TK-1181;3;3", "TK-2040;250;25", "TK-2077;0;12")
    return "\n".join(rows) + "\n"
