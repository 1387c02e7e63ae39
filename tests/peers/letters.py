"""Plain mails for tests of transport, where only the bytes matter."""

import uuid


def letter(subject: str = "Basket is empty", body: str = "The basket is empty.", **headers: str) -> bytes:
    """A mail from Clara with a Message-ID of its own; further headers by keyword, underscores for hyphens."""
    lines = [
        "From: Clara Weiss <clara@shop.example>",
        "To: support@helpdesk.example",
        f"Subject: {subject}",
        "Date: Sat, 21 Nov 2026 10:00:00 +0000",
        f"Message-ID: <{uuid.uuid4().hex}@shop.example>",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        body,
        "",
    ]
    return "\r\n".join(lines).encode()
