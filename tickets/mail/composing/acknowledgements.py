"""Telling a customer that their request has arrived."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.core.mime import Letter, write_letter
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import OutgoingMail
from tickets.mail.composing.parts import Occasion, loop_header, signature_html
from tickets.mail.composing.replies import envelope_sender, reply_address
from tickets.mail.tokens import subject_token

AUTOMATIC = (("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All"))
"""RFC 3834, section 5; the second is what Exchange listens to."""


def compose_acknowledgement(rows: Sequence[Delivery]) -> OutgoingMail:
    """A letter with nothing in it that the sender chose, so that nobody can speak to others through us."""
    occasion = Occasion.of(rows)
    message, mailbox = occasion.message, occasion.mailbox
    signature = mailbox.signature.strip() if mailbox else ""
    token = subject_token(occasion.ticket.number)
    with translation.override(occasion.language):
        subject = f"{_('We have received your request')} {token}"
    text, html = occasion.render(
        "acknowledgement", {"token": token, "signature": signature, "signature_html": signature_html(signature)}
    )
    loop = message.flags.get("loop", 0)
    letter = Letter(
        sender=occasion.sender(personal=False),
        to=tuple(("", row.recipient) for row in rows),
        reply_to=reply_address(occasion),
        subject=subject,
        text=text,
        html=html,
        message_id=rows[0].message_id,
        in_reply_to=message.message_id,
        references=(message.message_id,) if message.message_id else (),
        date=rows[0].created_at,
        extra=(*AUTOMATIC, loop_header(loop if isinstance(loop, int) else 0)),
    )
    return OutgoingMail(envelope_from=envelope_sender(occasion), content=write_letter(letter))
