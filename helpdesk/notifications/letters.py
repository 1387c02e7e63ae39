"""Letters of the program itself, from templates in both forms."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from helpdesk.core.mime import Letter, write_letter
from helpdesk.notifications.choices import unsubscribe_headers
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import OutgoingMail, transport_of

BY_ITSELF = (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All"))
"""RFC 3834, section 5; the second is what Exchange listens to."""


def letter_of_ours(
    rows: Sequence[Delivery],
    *,
    template: str,
    subject: str,
    context: Mapping[str, Any],
    language: str = "",
    topic: str = "",
) -> OutgoingMail:
    """The mail of `template`.txt and .html in the reader's language, from whom the route's mail comes from. About a
    `topic` that its reader may choose, with the way out of it."""
    row = rows[0]
    transport = transport_of(row.route)
    known = {"site_name": settings.SITE_NAME, **context}
    with translation.override(language or settings.LANGUAGE_CODE):
        text = render_to_string(f"{template}.txt", known).strip() + "\n"
        html = render_to_string(f"{template}.html", known)
    letter = Letter(
        sender=(transport.sender_name, transport.sender),
        to=tuple(("", each.recipient) for each in rows),
        subject=subject,
        text=text,
        html=html,
        message_id=row.message_id,
        date=row.created_at,
        extra=(*BY_ITSELF, *unsubscribe_headers(row.person, topic)),
    )
    return OutgoingMail(envelope_from=transport.sender, content=write_letter(letter))
