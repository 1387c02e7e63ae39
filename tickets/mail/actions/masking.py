"""Mails as they came, of messages whose words were masked: the bytes must not say them either."""

import quopri
import re
from base64 import b64decode
from collections.abc import Collection, Iterator, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from html import unescape

from django.db.models import Q
from django.utils import timezone

from helpdesk.core.masking import Mask
from tickets.mail.enums import RawMailState
from tickets.mail.models import RawMail
from tickets.mail.parsing.headers import decode_header
from tickets.mail.parsing.types import MailKind
from tickets.models import Message

KEPT = frozenset(
    {
        *("from", "to", "cc", "reply-to", "sender", "date", "message-id", "in-reply-to", "references", "list-id"),
        *("received", "return-path", "delivered-to", "authentication-results", "received-spf"),
        *("auto-submitted", "precedence"),
    }
)
"""Headers that say where a mail came from and what it answers. Others may repeat its words in forms of their own."""
MOST_HEADER_BYTES = 256 * 1024
SHORTEST_BASE64 = 40

_BASE64 = re.compile(rb"[A-Za-z0-9+/\r\n]{%d,}={0,2}" % SHORTEST_BASE64)
_TAG = re.compile(r"<[^>]*>")
_POLICY = SMTP.clone(cte_type="8bit", utf8=True)


def mask_mails(*, messages: Sequence[Message], tickets: Collection[int], mask: Mask) -> None:
    """In the caller's transaction, which has the tickets and the messages locked: what came as one of these messages is
    from now on a mail of the headers that matter and of the words as they are stored, masked. What else came to these
    tickets since (answers, bounces, copies) becomes its headers alone where its bytes say a word. The SHA-256 stays
    that of the bytes as they came; `masked_at` says that they are others."""
    said = {message.pk: message for message in messages}
    since = min(message.created_at for message in messages)
    beside = Q(ticket__in=tickets, received_at__gte=since)
    mails = RawMail.objects.filter(Q(message__in=said) | beside, finished_at__isnull=False)
    for key in mails.order_by("pk").values_list("pk", flat=True):
        raw = RawMail.objects.select_for_update(of=("self",)).get(pk=key)
        message = said.get(raw.message_id or 0) if _became_it(raw) else None
        if message is None and not _says(bytes(raw.content), mask):
            continue
        raw.content = rendition(bytes(raw.content), message, mask)
        raw.size, raw.findings, raw.masked_at = len(raw.content), mask.of_value(raw.findings), timezone.now()
        raw.save(update_fields=["content", "size", "findings", "masked_at"])


def _became_it(raw: RawMail) -> bool:
    return raw.state in (RawMailState.PROCESSED, RawMailState.DUPLICATE) and raw.kind != MailKind.BOUNCE


def rendition(content: bytes, message: Message | None, mask: Mask) -> bytes:
    """The mail without the words: the headers in KEPT, and what is stored of the message, which is masked already."""
    made = EmailMessage(policy=_POLICY)
    if message is None:
        made.set_content("The content of this mail was masked.\n", cte="8bit")
    else:
        made["Subject"] = " ".join(message.subject.split())
        made.set_content(message.text, cte="8bit")
        if message.html:
            made.add_alternative(message.html, subtype="html", cte="8bit")
    return b"".join(_kept_headers(content, mask)) + made.as_bytes()


def _kept_headers(content: bytes, mask: Mask) -> Iterator[bytes]:
    """As they stand in the mail, folded lines and all, but for those that say a word (RFC 5322, section 2.2)."""
    head = content[:MOST_HEADER_BYTES].replace(b"\r\n", b"\n").replace(b"\r", b"\n").partition(b"\n\n")[0]
    for field in re.split(rb"\n(?![ \t])", head):
        name, colon, value = field.partition(b":")
        if not colon or name.strip().decode("latin-1").lower() not in KEPT:
            continue
        if not mask.is_in(decode_header(value.decode("utf-8", "surrogateescape"))) and not _says(value, mask):
            yield field.replace(b"\n", b"\r\n") + b"\r\n"


def _says(content: bytes, mask: Mask) -> bool:
    """Whether the bytes say a word in one of the encodings that mails have (RFC 2045, section 6). Nothing is parsed."""
    return any(
        mask.is_in(text) or mask.is_in(unescape(_TAG.sub("", text)))
        for decoded in _decoded(content)
        for text in _texts(decoded)
    )


def _decoded(content: bytes) -> Iterator[bytes]:
    yield content
    yield quopri.decodestring(content)
    for match in _BASE64.finditer(content):
        packed = match[0].replace(b"\r", b"").replace(b"\n", b"").rstrip(b"=")
        for skipped in range(4):
            piece = packed[skipped:]
            yield b64decode(piece[: len(piece) - len(piece) % 4])


def _texts(content: bytes) -> Iterator[str]:
    yield content.decode("utf-8", "replace")
    for charset in ("cp1251", "koi8-r", "utf-16-le", "utf-16-be"):
        yield content.decode(charset, "replace")
