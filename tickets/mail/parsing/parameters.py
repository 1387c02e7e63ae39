"""Content-Type and Content-Disposition with their parameters, as senders write them, not as RFC 2045 and 2231 ask."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from tickets.mail.parsing import caps

MEDIA_TYPE = re.compile(r"([a-z0-9!#$&^_.+-]{1,80})/([a-z0-9!#$&^_.+-]{1,120})")
CONTINUED = re.compile(r"^([^*]+)\*(\d{1,3})(\*?)$")
MAX_PARAMETERS = 200
NO_SUBTYPE = {"text": "text/plain", "multipart": "multipart/mixed", "message": "message/rfc822", "html": "text/html"}


@dataclass(frozen=True, slots=True)
class ContentHeader:
    """`value` is the lower-case type or disposition; parameters have lower-case names.

    Values are as written, still with encoded words; those in RFC 2231 form are in `extended` as (charset, bytes).
    """

    value: str
    parameters: dict[str, str] = field(default_factory=dict)
    extended: dict[str, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def is_text(self) -> bool:
        return self.value.startswith("text/")


def read_content_header(header: str, *, default: str) -> ContentHeader:
    """Read a Content-Type; a missing or senseless type becomes `default`."""
    if not header:
        return ContentHeader(default)
    header = header[: caps.MAX_PARAMETER_BYTES].replace("\n", "")
    head, separator, tail = header.partition(";")
    found = MEDIA_TYPE.search(head.lower())
    value = f"{found[1]}/{found[2]}" if found else NO_SUBTYPE.get(head.strip().strip('"/').lower(), default)
    return _with_parameters(value, tail) if separator else ContentHeader(value)


def read_disposition(header: str) -> ContentHeader:
    """Read a Content-Disposition; its value is empty when the header is missing or starts with a parameter."""
    header = header[: caps.MAX_PARAMETER_BYTES].replace("\n", "")
    head, separator, tail = header.partition(";")
    if "=" in head:
        return _with_parameters("", header)
    value = head.strip().strip('"').lower()
    return _with_parameters(value, tail) if separator else ContentHeader(value)


def _with_parameters(value: str, tail: str) -> ContentHeader:
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, written in _pairs(tail):
        continued = CONTINUED.match(name)
        if continued:
            pieces.setdefault(continued[1], {})[int(continued[2])] = (written, bool(continued[3]))
        elif name.endswith("*"):
            pieces.setdefault(name[:-1], {})[0] = (written, True)
        else:
            plain.setdefault(name, written)
    extended = {name: _joined(numbered) for name, numbered in pieces.items()}
    return ContentHeader(value, plain, extended)


def _joined(numbered: dict[int, tuple[str, bool]]) -> tuple[str, bytes]:
    """RFC 2231 pieces in order as (charset, bytes); a missing charset prefix leaves the charset empty."""
    charset, content = "", b""
    for index, number in enumerate(sorted(numbered)):
        written, encoded = numbered[number]
        if encoded and index == 0 and written.count("'") >= 2:
            charset, _, written = written.split("'", 2)
        raw = written.encode("utf-8", "surrogateescape")
        content += unquote_to_bytes(raw) if encoded or (b"%" in raw and charset) else raw
    return charset, content


def _pairs(tail: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    position, end, quotes_left = 0, len(tail), True
    while position < end and len(pairs) < MAX_PARAMETERS:
        semicolon = tail.find(";", position)
        stop = end if semicolon == -1 else semicolon
        equals = tail.find("=", position, stop)
        if equals == -1:
            position = stop + 1
            continue
        name = tail[position:equals].strip().strip('"').lower()
        start = equals + 1
        while start < end and tail[start] in " \t":
            start += 1
        if quotes_left and start < end and tail[start] == '"':
            closing = _closing_quote(tail, start + 1)
            if closing != -1:
                pairs.append((name, tail[start + 1 : closing].replace('\\"', '"').replace("\\\\", "\\")))
                semicolon = tail.find(";", closing)
                position = end if semicolon == -1 else semicolon + 1
                continue
            quotes_left = False
        pairs.append((name, tail[start:stop].strip().strip('"')))
        position = stop + 1
    return pairs


def _closing_quote(text: str, start: int) -> int:
    while True:
        closing = text.find('"', start)
        if closing <= 0 or text[closing - 1] != "\\" or text[closing - 2] == "\\":
            return closing
        start = closing + 1
