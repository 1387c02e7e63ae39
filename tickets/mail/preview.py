"""Raw mail for the eyes of a person: never parsed as a whole, never longer than a page can bear."""

from dataclasses import dataclass

from tickets.mail.parsing.headers import decode_header

SHOWN_BYTES = 64 * 1024
SHOWN_HEADERS = 200
SHOWN_VALUE = 2_000


@dataclass(frozen=True, slots=True)
class Preview:
    """`headers` are names and decoded values in their order, `source` the beginning of the mail as text."""

    headers: list[tuple[str, str]]
    source: str
    is_cut: bool


def preview_of(content: bytes) -> Preview:
    """The beginning of a mail. What is no UTF-8 is shown as Latin-1: each byte stays tellable from the others."""
    beginning = content[:SHOWN_BYTES]
    return Preview(
        headers=_headers(beginning),
        source=_text(beginning.replace(b"\0", b"\xe2\x90\x80")),
        is_cut=len(content) > SHOWN_BYTES,
    )


def _headers(beginning: bytes) -> list[tuple[str, str]]:
    """RFC 5322, section 2.2: lines up to the first empty one, folded lines joined."""
    found: list[tuple[str, bytes]] = []
    for line in beginning.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        if not line:
            break
        name, colon, value = line.partition(b":")
        if line[:1] in b" \t" and found:
            found[-1] = (found[-1][0], found[-1][1] + b" " + line.strip())
        elif colon and name and b" " not in name.strip():
            found.append((_text(name), value.strip()))
        if len(found) > SHOWN_HEADERS:
            break
    return [
        (name, decode_header(value[:SHOWN_VALUE].decode("utf-8", "surrogateescape")))
        for name, value in found[:SHOWN_HEADERS]
    ]


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("utf-8", "replace") if _is_nearly_utf8(content) else content.decode("latin-1")


def _is_nearly_utf8(content: bytes) -> bool:
    """Only the last character is cut in two."""
    return content[:-4].decode("utf-8", "ignore").encode() == content[:-4]
