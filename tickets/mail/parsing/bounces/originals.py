"""The mail that a report returns: its Message-ID and whom it was for."""

import re
from email.message import Message
from email.utils import getaddresses

from tickets.mail.parsing.bounces.parts import is_returned, text_of

MAX_SEARCHED = 200_000
MAX_MESSAGE_ID = 998
MAX_OWN_TEXT = 20_000

_MESSAGE_ID = re.compile(
    r"^[ \t>]{0,9}(?:x-original-)?message-id[ \t]{0,9}:[ \t]{0,9}\r?\n?[ \t>]{0,9}<?([^\s<>]{1,998})", re.I | re.M
)
_TO = re.compile(r"^[ \t>]{0,9}to[ \t]{0,9}:[ \t]{0,9}([^\r\n]{1,998})", re.I | re.M)


def original_message_id(message: Message, parts: list[Message], text: str) -> str:
    """The Message-ID of the returned mail, without angle brackets, or ""."""
    for part in parts:
        if is_returned(part):
            found = _MESSAGE_ID.search(_headers(part))
            if found:
                return _clean(found[1])
    found = _MESSAGE_ID.search(text[:MAX_SEARCHED])
    if found:
        return _clean(found[1])
    for name in ("X-Original-Message-ID", "Original-Message-ID", "X-MS-Exchange-Parent-Message-Id", "In-Reply-To"):
        answered = re.search(r"<([^\s<>]{1,998})>", str(message.get(name, ""))[:2_000])
        if answered:
            return _clean(answered[1])
    return ""


def original_recipients(parts: list[Message], text: str) -> list[str]:
    """The addresses in To of the returned mail: who failed when a report names nobody."""
    sources = [_headers(part) for part in parts if is_returned(part)] + [text[:MAX_SEARCHED]]
    for source in sources:
        found = _TO.search(source)
        if found:
            addresses = [address for _, address in getaddresses([found[1]]) if "@" in address]
            if addresses:
                return addresses[:20]
    return []


def _headers(part: Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return (
            "\n".join(f"{name}: {value}" for name, value in payload[0].items())
            + "\n"
            + text_of(payload[0])[:MAX_OWN_TEXT]
        )
    return text_of(part)[:MAX_SEARCHED]


def _clean(message_id: str) -> str:
    return message_id.strip("<>")[:MAX_MESSAGE_ID]
