"""A conversation as a PDF: in an answer, or by a worker.

Set by Typst, in the fonts that come with it (Latin, Greek and Cyrillic): nothing of the machine is looked for, so
that every installation makes the same file. A sign that they do not have, as of Chinese or an emoji, is an empty box.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import IO, Any

import typst
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core import readable
from helpdesk.core.errors import Refused
from helpdesk.core.sanitising import readable_address
from helpdesk.work.models import Job
from helpdesk.work.registries import Kind, Tell, kinds
from tickets.actions.paper import KIND
from tickets.enums import MessageKind
from tickets.models import Message, MessageQuerySet, Ticket
from tickets.rendering import without_pictures

PDF = "application/pdf"
FONTS = ("Libertinus Serif", "DejaVu Sans Mono")
MOST = 2_000
"""So many messages one file holds, the latest."""
TELL_EVERY = 100


def register() -> None:
    """Make it known as a kind of long work; called once when the program starts."""
    kinds.register(KIND, Kind(gettext_lazy("A conversation as PDF"), "conversation.pdf", PDF, write_conversation))


def messages_for(ticket: Ticket, reader: User, *, with_notes: bool = False) -> MessageQuerySet:
    """What the file holds: what customers may read, and for staff who ask the notes as well."""
    found = Message.objects.visible_to(reader).filter(ticket=ticket)
    if not with_notes or reader.is_customer:
        return found.public()
    return found.filter(Q(kind=MessageKind.NOTE) | Q(pk__in=Message.objects.public().filter(ticket=ticket)))


def conversation_pdf(
    ticket: Ticket, reader: User, *, with_notes: bool = False, tell: Callable[[int], None] = lambda done: None
) -> bytes:
    """The latest MOST messages as a PDF in the current language and time zone. `tell` hears how many were read."""
    data = content_of(ticket, reader, with_notes=with_notes, tell=tell)
    inputs = {"said": json.dumps(data)}
    made: Any = typst.compile(_template(), format="pdf", ignore_system_fonts=True, sys_inputs=inputs)
    return bytes(made)


def content_of(
    ticket: Ticket, reader: User, *, with_notes: bool = False, tell: Callable[[int], None] = lambda done: None
) -> dict[str, Any]:
    """What stands on the paper, as strings."""
    found = messages_for(ticket, reader, with_notes=with_notes).for_conversation()
    messages = list(found.order_by("-pk")[:MOST])[::-1]
    said = []
    for done, message in enumerate(messages):
        said.append(_said(message))
        if done % TELL_EVERY == 0:
            tell(done)
    return {
        "title": f"{ticket.number} {ticket.subject}",
        "facts": [
            _("From %(name)s") % {"name": ticket.requester},
            _("As of %(moment)s") % {"moment": readable.full_moment(timezone.now())},
        ],
        "fonts": FONTS,
        "language": (get_language() or "en")[:2],
        "messages": said,
    }


def write_conversation(job: Job, out: IO[bytes], tell: Tell) -> None:
    """The same as long work. Raises Refused when its owner may no longer see the ticket."""
    ticket = Ticket.objects.visible_to(job.owner).select_related("requester").filter(pk=job.asked["ticket"]).first()
    if ticket is None:
        raise Refused(_("The ticket is gone, or you may not see it any more."))
    with_notes = job.asked["with_notes"]
    total = min(MOST, messages_for(ticket, job.owner, with_notes=with_notes).count())
    out.write(conversation_pdf(ticket, job.owner, with_notes=with_notes, tell=lambda done: tell(done, total)))
    tell(total, total)


def _said(message: Message) -> dict[str, Any]:
    return {
        "who": _who(message),
        "at": readable.full_moment(message.created_at),
        "mark": _("Note, staff only") if message.kind == MessageKind.NOTE else "",
        "parts": [
            part.strip("\n")
            for part in without_pictures(message.text).replace("\r\n", "\n").split("\n\n")
            if part.strip()
        ],
        "files": [f"{_('File')}: {file.filename}, {readable.size(file.size)}" for file in message.attachments.all()],
    }


def _who(message: Message) -> str:
    if message.kind != MessageKind.INBOUND:
        return str(message.author)
    return message.from_name or readable_address(message.from_address) or str(message.author)


@cache
def _template() -> bytes:
    return (Path(__file__).parent / "conversation.typ").read_bytes()
