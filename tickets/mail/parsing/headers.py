"""Header values to text, Message-IDs and dates (RFC 2047, RFC 5322), broken ones included."""

import binascii
import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from helpdesk.core.charsets import codec_of, decode_text
from tickets.mail.parsing import caps
from tickets.mail.parsing.parameters import ContentHeader
from tickets.mail.parsing.transfer import decode_base64

WORD_START = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?")
IN_BRACKETS = re.compile(r"<([^<>]*)>")
LONGEST_DATE = 200
BARE_CONTROLS = re.compile("[\x00-\x1f\x7f]+")


def decode_header(value: str, hint: str = "") -> str:
    """One line of clean text: encoded words decoded, raw high bytes rescued, control characters made spaces."""
    if "=?" not in value and value.isascii():
        return (
            " ".join(BARE_CONTROLS.sub(" ", value).split())
            if not value.isprintable() or "  " in value
            else value.strip()
        )
    pieces: list[str] = []
    pending = b""
    pending_charset = ""
    position = 0
    for start, end, charset, content in _encoded_words(value):
        between = value[position:start]
        if between.strip() or not (pending_charset or pieces) or not position:
            pieces.append(_flushed(pending, pending_charset, hint))
            pieces.append(_raw(between, hint))
            pending, pending_charset = b"", ""
        if pending and codec_of(charset) != codec_of(pending_charset):
            pieces.append(_flushed(pending, pending_charset, hint))
            pending = b""
        pending, pending_charset = pending + content, charset
        position = end
    pieces.append(_flushed(pending, pending_charset, hint))
    pieces.append(_raw(value[position:], hint))
    return " ".join(BARE_CONTROLS.sub(" ", "".join(pieces)).split())


def _flushed(content: bytes, charset: str, hint: str) -> str:
    return decode_text(content, charset, hint=hint) if content else ""


def _raw(text: str, hint: str) -> str:
    if text.isascii():
        return text
    return decode_text(text.encode("utf-8", "surrogateescape"), "", hint=hint)


def _encoded_words(value: str) -> list[tuple[int, int, str, bytes]]:
    """(start, end, charset, bytes) of each encoded word, in one pass; spaces inside a word are forgiven."""
    words: list[tuple[int, int, str, bytes]] = []
    position, closing = 0, -1
    while (start := value.find("=?", position)) != -1:
        opened = WORD_START.match(value, start)
        if opened is None:
            position = start + 2
            continue
        if closing < opened.end():
            closing = value.find("?=", opened.end())
            if closing == -1:
                break
        text = value[opened.end() : closing]
        if "=?" in text and WORD_START.search(text):
            position = opened.end()
            continue
        words.append((start, closing + 2, opened[1], _word_bytes(text, opened[2])))
        position = closing + 2
    return words


def _word_bytes(text: str, encoding: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b"\n", b""), header=True)
    return decode_base64(raw) or raw


def decode_parameter(content: ContentHeader, name: str, hint: str = "") -> str:
    """A parameter as text, whichever of the two ways of encoding it uses, or neither; empty when it is missing."""
    if name in content.extended:
        charset, raw = content.extended[name]
        text = decode_text(raw, charset, hint=hint)
        return decode_header(text, hint) if "=?" in text else text
    value = content.parameters.get(name, "")
    return decode_header(value, hint) if value else ""


def message_ids(value: str) -> tuple[str, ...]:
    """Every Message-ID of a References or In-Reply-To header, in order, each once; long lists lose their middle."""
    found = IN_BRACKETS.findall(value) or [token for token in value.replace(",", " ").split() if "@" in token]
    identifiers = dict.fromkeys(identifier for identifier in map(_clean_id, found) if identifier)
    listed = tuple(identifiers)
    if len(listed) > caps.MAX_REFERENCES:
        return listed[:1] + listed[1 - caps.MAX_REFERENCES :]
    return listed


def message_id(value: str) -> str:
    """The Message-ID without brackets and white space (folding leaves some), at most 998 characters."""
    found = IN_BRACKETS.search(value)
    return (
        _clean_id(found[1])
        if found and found[1].strip()
        else _clean_id(value.split("(")[0] if "@" in value.split("(")[0] else value)
    )


def _clean_id(text: str) -> str:
    if not text.isascii():
        text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return BARE_CONTROLS.sub("", "".join(text.split())).strip("<>")[: caps.MAX_MESSAGE_ID]


def read_date(value: str) -> datetime | None:
    """An aware UTC time, or None when the header gives none between 1970 and 2200. No zone counts as UTC."""
    if not value:
        return None
    text = decode_header(value[:LONGEST_DATE])
    try:
        fields = parsedate_tz(text)
        if fields is not None:
            offset = fields[9] or 0
            if abs(offset) >= 86_400:
                offset = 0
            moment = datetime(*fields[:5], min(fields[5], 59), tzinfo=timezone(timedelta(seconds=offset))).astimezone(
                UTC
            )
        else:
            moment = datetime.fromisoformat(text.strip())
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if 1970 <= moment.year < 2200 else None
