"""Mails as people send them, and the way from bytes to a final state in one call."""

import hashlib
from collections.abc import Callable

import pytest

from tests.factories import MailboxFactory
from tickets.mail.actions.processing import process_waiting
from tickets.mail.models import Mailbox, RawMail

Deliver = Callable[..., RawMail]


def mail(
    *,
    sender: str = "Clara Weiss <clara@shop.example>",
    to: str = "support@helpdesk.example",
    subject: str = "Basket is empty",
    body: str = "The basket is empty after signing in.",
    message_id: str | None = None,
    date: str = "Sat, 21 Nov 2026 10:00:00 +0000",
    **headers: str,
) -> bytes:
    """A plain mail; further headers by keyword, underscores for hyphens. Its Message-ID is made of the body."""
    if message_id is None:
        message_id = f"{hashlib.sha256(f'{sender}{subject}{body}'.encode()).hexdigest()[:16]}@shop.example"
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Date: {date}"]
    if message_id:
        lines.append(f"Message-ID: <{message_id}>")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines += [
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        body,
    ]
    return "\r\n".join(lines).encode()


@pytest.fixture
def mailbox(db) -> Mailbox:
    return MailboxFactory(name="Support", address="support@helpdesk.example", is_default=True)


@pytest.fixture
def deliver(mailbox) -> Deliver:
    """Store bytes as the SMTP inlet does and bring them to their final state."""

    def deliver(raw: bytes, **fields: object) -> RawMail:
        stored = RawMail.objects.create(
            source="smtp",
            mailbox=mailbox,
            content=raw,
            sha256=hashlib.sha256(raw).hexdigest(),
            size=len(raw),
            **fields,
        )
        process_waiting(ids=[stored.pk])
        stored.refresh_from_db()
        return stored

    return deliver
