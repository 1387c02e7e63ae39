"""The parts of a report, walked without recursion and only as far as a report goes."""

import re
from email.message import Message

from helpdesk.core.charsets import decode_text

MAX_PARTS = 60
MAX_DEPTH = 6
MAX_TEXT = 200_000

_RETURNED = frozenset(
    {
        "message/rfc822",
        "text/rfc822-headers",
        "text/rfc822-header",
        "message/rfc822-headers",
        "message/global",
        "message/global-headers",
    }
)
_REPORTS = frozenset({"message/delivery-status", "message/global-delivery-status"})


def report_parts(message: Message, *, into_returned: bool = False) -> list[Message]:
    """`message` and its parts in order, returned mails included but not what is in them (unless `into_returned`)."""
    found: list[Message] = []
    waiting: list[tuple[Message, int]] = [(message, 0)]
    while waiting and len(found) < MAX_PARTS:
        part, depth = waiting.pop()
        found.append(part)
        payload = part.get_payload() if part.is_multipart() else None
        closed = is_report(part) or (is_returned(part) and not into_returned)
        if isinstance(payload, list) and depth < MAX_DEPTH and not closed:
            children = [(child, depth + 1) for child in payload[:MAX_PARTS] if isinstance(child, Message)]
            waiting.extend(reversed(children))
    return found


def type_of(part: Message) -> str:
    """The content type of a part, also of one whose parameters lack their semicolon."""
    words = part.get_content_type().split()
    return words[0] if words else "text/plain"


def is_report(part: Message) -> bool:
    """True for a part with delivery status fields (RFC 3464, RFC 6533)."""
    return type_of(part) in _REPORTS


def parameter_of(part: Message, name: str) -> str:
    """One parameter of Content-Type, lower case, "" if missing; the standard library is slow on thousands."""
    found = re.search(
        rf";\s{{0,80}}{name}\s{{0,9}}=\s{{0,9}}\"?([\w.:-]{{1,80}})", str(part.get("Content-Type", ""))[:2_000], re.I
    )
    return found[1].lower() if found else ""


def is_returned(part: Message) -> bool:
    """True for a part that holds the mail that could not be delivered, whole or its headers."""
    return type_of(part) in _RETURNED


def text_of(part: Message) -> str:
    """The decoded text of one part, capped; also of a part whose reader gave up on its structure."""
    payload = part.get_payload()
    if isinstance(payload, list):
        return ""
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return ""
    declared = "iso-2022-jp" if b"\x1b$" in octets[:MAX_TEXT] else parameter_of(part, "charset")
    return decode_text(octets[:MAX_TEXT], declared)


def plain_text(parts: list[Message]) -> str:
    """The plain text of a report: its text parts (and broken multiparts, as they came), returned mails left out."""
    texts = []
    for part in parts:
        content_type = type_of(part)
        broken = content_type.startswith("multipart/") and not part.is_multipart()
        if (content_type == "text/plain" or broken) and not is_returned(part):
            texts.append(text_of(part))
    return "\n\n".join(texts)[:MAX_TEXT]
