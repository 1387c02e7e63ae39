"""Mail as bytes: one way to write headers and parts for everything we send.

Headers are written here and not by the standard library's refolding, which breaks long Message-IDs. No header value
can hold a line break: control characters are collapsed before anything is encoded. The same letter always gives the
same bytes.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

from helpdesk.core.sanitising import clean_name

# Seven bits only: what we write passes every server unchanged.
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)
_MESSAGE_ID = re.compile(r"[!-;=?-~]{1,990}@?[!-;=?-~]{0,990}")
_ADDRESS = re.compile(r"[!-'*+\-./0-9=?A-Z^-~]{1,64}@(?:[A-Za-z0-9_](?:[A-Za-z0-9_\-]{0,62})\.?)+")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+\-]{1,64}/[a-z0-9!#$&^_.+\-]{1,64}")
MOST_HEADER = 900


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that travels with a letter; one that its HTML shows has the `content_id` by which it does."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be written. Pairs are (name, address); Message-IDs come without angle brackets."""

    sender: tuple[str, str]
    to: tuple[tuple[str, str], ...]
    subject: str
    text: str
    html: str
    message_id: str
    date: datetime
    cc: tuple[tuple[str, str], ...] = ()
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()
    enclosures: tuple[Enclosure, ...] = ()


def write_letter(letter: Letter) -> bytes:
    """The letter as RFC 5322 with CRLF line ends, `multipart/alternative`, inside `multipart/mixed` with files;
    pictures of the HTML are with it in `multipart/related` (RFC 2387)."""
    lines = [
        _addresses("From", [letter.sender]),
        _addresses("To", letter.to) or "To: undisclosed-recipients:;",
        _addresses("Cc", letter.cc),
        _addresses("Reply-To", [("", letter.reply_to)]) if letter.reply_to else "",
        _words("Subject", letter.subject),
        f"Date: {format_datetime(letter.date)}",
        _ids("Message-ID", [letter.message_id]),
        _ids("In-Reply-To", [letter.in_reply_to]),
        _ids("References", letter.references),
        *(_words(name, value) for name, value in letter.extra),
    ]
    head = "\r\n".join(line for line in lines if line)
    return head.encode("ascii") + b"\r\n" + _body(letter).as_bytes()


def ascii_address(address: str) -> str | None:
    """The address as every server can take it, its domain in punycode (RFC 5891); None when there is no such form."""
    local, _, domain = address.rpartition("@")
    try:
        written = f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return None
    return written if _ADDRESS.fullmatch(written) else None


def _body(letter: Letter) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message.set_content(letter.text, charset="utf-8")
    message.add_alternative(letter.html, subtype="html", charset="utf-8")
    html = message.get_body(("html",))
    for enclosure in letter.enclosures:
        main, _, sub = _media_type(enclosure.content_type).partition("/")
        facts: dict[str, Any] = {"maintype": main, "subtype": sub, "filename": clean_name(enclosure.filename) or "file"}
        if html is not None and _MESSAGE_ID.fullmatch(enclosure.content_id):
            html.add_related(enclosure.content, **facts, cid=f"<{enclosure.content_id}>", disposition="inline")
        else:
            message.add_attachment(enclosure.content, **facts)
    mark = hashlib.sha256(letter.message_id.encode()).hexdigest()[:24]
    for position, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{mark}_{position}")
    return message


def _media_type(declared: str) -> str:
    """As declared, but nothing that a mail program would open up as part of the mail itself."""
    bare = declared.lower()
    opaque = bare.startswith(("multipart/", "message/")) or not _TYPE.fullmatch(bare)
    return "application/octet-stream" if opaque else bare


def _words(name: str, value: str) -> str:
    return f"{name}: {_encoded(clean_name(value)[:MOST_HEADER], name)}"


def _encoded(value: str, name: str) -> str:
    charset = "us-ascii" if value.isascii() and "=?" not in value else "utf-8"
    return Header(value, charset, header_name=name, maxlinelen=76).encode(linesep="\r\n")


def _addresses(name: str, people: Iterable[tuple[str, str]]) -> str:
    """An address that has no ASCII form is left out: it would break the header for everybody else."""
    written = []
    for shown, address in people:
        usable = ascii_address(address)
        if usable:
            written.append(_labelled(clean_name(shown)[:100], usable))
    return f"{name}: " + ",\r\n ".join(written) if written else ""


def _labelled(label: str, address: str) -> str:
    if label.isascii() and "=?" not in label:
        return formataddr((label, address))
    return f"{_encoded(label, '')} <{address}>"


def _ids(name: str, values: Iterable[str]) -> str:
    usable = [f"<{value}>" for value in values if _MESSAGE_ID.fullmatch(value)]
    return f"{name}: " + "\r\n ".join(usable) if usable else ""
