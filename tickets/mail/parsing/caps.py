"""Limits on bytes, applied before anything is understood, so that no later step meets more than it can bear.

Every limit degrades with a warning rather than refuses; only the total size refuses. What is cut here is cut from the
reading alone: the raw mail is kept whole by whoever called.
"""

import re
from dataclasses import dataclass

from tickets.mail.parsing.errors import Unparsable

MAX_MAIL_BYTES = 50 * 1024 * 1024
MAX_HEADER_BLOCK_BYTES = 256 * 1024
MAX_HEADER_BYTES = 64 * 1024
MAX_SUBJECT_BYTES = 8 * 1024
MAX_PARAMETER_BYTES = 16 * 1024
MAX_HEADERS = 2000
MAX_PARTS = 500
MAX_DEPTH = 30
MAX_ADDRESSES = 2000
MAX_REFERENCES = 100
MAX_MESSAGE_ID = 998
MAX_SHOWN_TEXT = 1024 * 1024
MAX_LINKS = 5000

UNREADABLE = "X-Unreadable-Header"
HEADER_END = re.compile(rb"\n(?=\r?\n)")
HEADER_LINE = re.compile(r"([\x21-\x39\x3b-\x7e]{1,200})[ \t]*:")
WELL_KNOWN = re.compile(
    r"^(?:content-type|content-transfer-encoding|mime-version|from|to|date|subject|message-id|received|return-path)"
    r"[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """Headers in order as (name, value still folded, bytes as surrogates), and where the body starts in the buffer."""

    fields: list[tuple[str, str]]
    body_start: int


def admit(raw: bytes, *, max_bytes: int = MAX_MAIL_BYTES) -> bytes:
    """The mail ready to be read: its size checked, and old Macintosh line ends (CR alone) made into LF.

    Raises Unparsable when it is larger than `max_bytes`.
    """
    if len(raw) > max_bytes:
        raise Unparsable(f"The mail has {len(raw)} bytes, more than the {max_bytes} that are read")
    if b"\n" not in raw and b"\r" in raw:
        return raw.replace(b"\r", b"\n")
    return raw


def read_headers(buffer: bytes, start: int, end: int, warnings: set[str]) -> HeaderBlock:
    """Read the header block of the part that lies in `buffer[start:end]`.

    A bare CR never starts a header: it becomes a space. A line that is no header ends the block and belongs to the
    body, unless well-known headers follow it; then it is taken as a badly folded piece of the header before it.
    """
    if buffer.startswith((b"\n", b"\r\n"), start) and start < end:
        return HeaderBlock([], start + (1 if buffer[start] == 10 else 2))
    found = HEADER_END.search(buffer, start, end)
    block_end = found.end() if found else end
    body_start = _skip_blank_line(buffer, block_end) if found else end
    if block_end - start > MAX_HEADER_BLOCK_BYTES:
        warnings.add("The headers are very long; only the first 256 KiB were read")
        cut = buffer.rfind(b"\n", start, start + MAX_HEADER_BLOCK_BYTES)
        block_end = cut + 1 if cut > start else start + MAX_HEADER_BLOCK_BYTES
        body_start = body_start if found else block_end
    block = buffer[start:block_end]
    text = block.decode("ascii", "surrogateescape")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", " ")
    fields, remainder = _split(text.replace("\x00", ""), warnings)
    if remainder is not None:
        body_start = _offset_of_line(buffer, start, remainder)
    return HeaderBlock(fields, body_start)


def _skip_blank_line(buffer: bytes, position: int) -> int:
    return position + (2 if buffer.startswith(b"\r\n", position) else 1)


def _offset_of_line(buffer: bytes, start: int, line_number: int) -> int:
    position = start
    for _ in range(line_number):
        position = buffer.find(b"\n", position) + 1
    return position


def _split(text: str, warnings: set[str]) -> tuple[list[tuple[str, str]], int | None]:
    """Fields of a block, and the number of the line at which the body starts inside it, if it does."""
    fields: list[tuple[str, list[str]]] = []
    forgiving: bool | None = None
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line[:1] in (" ", "\t") and fields:
            fields[-1][1].append(line)
            continue
        header = HEADER_LINE.match(line)
        if header:
            if len(fields) >= MAX_HEADERS:
                warnings.add(f"More than {MAX_HEADERS} headers; the rest were not read")
                break
            fields.append((header[1], [line[header.end() :]]))
        elif not line or (not fields and line.startswith(("From ", ">From "))):
            continue
        else:
            if forgiving is None:
                forgiving = _are_headers(lines[number + 1 :])
            if not forgiving:
                warnings.add("The headers end without an empty line")
                return _capped(fields, warnings), number
            warnings.add("A line among the headers is no header")
            if ":" in line.split(" ", 1)[0] or not fields:
                fields.append((UNREADABLE, [line]))
            else:
                fields[-1][1].append(" " + line)
    return _capped(fields, warnings), None


def _are_headers(lines: list[str]) -> bool:
    """Whether what follows an odd line is still a header block: a well-known header, or nothing but headers."""
    following = [line for line in lines if line and line[0] not in " \t"]
    return bool(following) and (all(map(HEADER_LINE.match, following)) or bool(WELL_KNOWN.search("\n".join(following))))


def _capped(fields: list[tuple[str, list[str]]], warnings: set[str]) -> list[tuple[str, str]]:
    capped = []
    for name, pieces in fields:
        value = pieces[0].lstrip(" \t") if len(pieces) == 1 else "\n".join(pieces).lstrip(" \t")
        limit = MAX_SUBJECT_BYTES if name.lower() == "subject" else MAX_HEADER_BYTES
        if len(value) > limit:
            warnings.add(f"The header {name[:40]} was cut at {limit // 1024} KiB")
            value = value[:limit]
        capped.append((name, value))
    return capped
