"""Messages as a customer reads them. What only staff may know is left out here, not in the template."""

from typing import Any

from django.urls import reverse

from helpdesk.accounts.models import User
from helpdesk.core import readable
from tickets.enums import Approval, MessageKind
from tickets.models import Attachment, Message
from tickets.registries import MessageOffer, message_offers
from tickets.views.desk.messages import offers_of, parts_of, with_own_pictures


def told(message: Message, *, reader: User) -> dict[str, Any]:
    """Everything that is shown of one message: who, when, what, which files."""
    files = list(message.attachments.all())
    is_mine = message.author_id == reader.pk
    name = _author(message)
    return {
        "pk": message.pk,
        "look": "reply" if is_mine else "inbound",
        "is_mine": is_mine,
        "is_ours": message.kind == MessageKind.REPLY,
        "author": name,
        "initials": readable.initials(name),
        "hue": readable.hue(name),
        "at": message.created_at.isoformat(timespec="seconds"),
        "at_full": readable.full_moment(message.created_at),
        "at_text": readable.moment(message.created_at),
        "html": with_own_pictures(message.html, files),
        "parts": [] if message.html else parts_of(message.text, message.folds),
        "files": [_file(file) for file in files if not file.is_shown_in(message.html)],
        "is_pending": message.approval == Approval.PENDING,
        "masked": message.flags.get("masked", ""),
        "offers": [_offer(message_offers[name], message) for name in offers_of(message, reader)],
    }


def _offer(offer: MessageOffer, message: Message) -> dict[str, Any]:
    return {"text": offer.text, "label": offer.label, "url": reverse(offer.in_cabinet, args=[message.pk])}


def _author(message: Message) -> str:
    return str(message.author) if message.kind == MessageKind.REPLY else message.from_name or str(message.author)


def _file(file: Attachment) -> dict[str, Any]:
    return {
        "name": file.filename,
        "url": reverse("file", args=[file.pk]),
        "size": readable.size(file.size),
        "icon": readable.file_icon(file.content_type),
    }
