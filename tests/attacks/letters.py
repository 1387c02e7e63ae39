"""Mails as attackers write them, and how to look at what went out."""

import base64
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import composers
from tickets.models import Message

SENDER = "Clara <clara@shop.example>"
Part = tuple[str, str, bytes]


def html_mail(
    html: str, *, subject: str = "Basket", sender: str = SENDER, message_id: str = "one@shop.example"
) -> bytes:
    """A mail of nothing but HTML."""
    head = (
        f"From: {sender}\r\nTo: support@helpdesk.example\r\nSubject: {subject}\r\nMessage-ID: <{message_id}>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(html.encode())


def mail_with_files(*files: Part, html: str = "<p>See the files.</p>") -> bytes:
    """A mail with files, each (name, declared type with its parameters and headers' lines, bytes)."""
    parts = [f"Content-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()]
    for name, head, content in files:
        disposition = f'Content-Disposition: attachment; filename="{name}"\r\n' if name else ""
        lines = f"Content-Type: {head}\r\n{disposition}Content-Transfer-Encoding: base64\r\n\r\n"
        parts.append(lines.encode() + base64.encodebytes(content))
    head = (
        f"From: {SENDER}\r\nTo: support@helpdesk.example\r\nSubject: Files\r\nMessage-ID: <files@shop.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
    )
    return head.encode() + b"".join(b"--b\r\n" + part + b"\r\n" for part in parts) + b"--b--\r\n"


def letter_of(message: Message) -> EmailMessage:
    """What the mail server is given for a message of ours."""
    rows = list(Delivery.objects.about(message).order_by("pk"))
    return message_from_bytes(composers[rows[0].purpose](rows).content, policy=default)


def html_of(letter: EmailMessage) -> str:
    return letter.get_body(("html",)).get_content()
