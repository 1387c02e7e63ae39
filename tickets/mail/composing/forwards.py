"""The conversation's public part, sent to somebody outside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from helpdesk.core.errors import Refused
from helpdesk.core.mime import Letter, write_letter
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import OutgoingMail
from tickets.enums import MessageKind
from tickets.mail.composing.parts import (
    Occasion,
    enclosures,
    loop_header,
    people,
    safe_html,
    signature_html,
    subject_line,
)
from tickets.mail.composing.replies import envelope_sender, reply_address
from tickets.models import Attachment, Message
from tickets.rendering import without_pictures

MOST_CHARACTERS = 500_000
MOST_FILE_BYTES = 15 * 1024 * 1024
"""Together; most servers take mails of 20 to 25 MB, and base64 adds a third."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the forward shows it."""

    who: str
    at: datetime
    text: str
    files: list[str]


def compose_forward(rows: Sequence[Delivery]) -> OutgoingMail:
    """The forwarding words, then, unless they were to go alone, everything public that was said before, as text. No
    other note. Raises Refused.

    It starts a thread of its own: the receiver is told none of the conversation's Message-IDs.
    """
    occasion = Occasion.of(rows)
    message = occasion.message
    if message.kind != MessageKind.NOTE or not message.flags.get("forwarded"):
        raise Refused("this note was not forwarded: it stays among staff")
    public, left_out = _conversation(message)
    with_history = not message.flags.get("without_history")
    signature = occasion.signature()
    text, html = occasion.render(
        "forward",
        {
            "text": without_pictures(message.text),
            "html": safe_html(message.html),
            "signature": signature,
            "signature_html": signature_html(signature),
            "conversation": [_said(each, occasion) for each in public] if with_history else [],
            "left_out": left_out if with_history else 0,
        },
    )
    letter = Letter(
        sender=occasion.sender(personal=True),
        to=people(message.sent_to),
        cc=people(message.sent_cc),
        reply_to=reply_address(occasion),
        subject=subject_line("Fwd", occasion.ticket),
        text=text,
        html=html,
        message_id=rows[0].message_id,
        date=message.created_at,
        extra=(loop_header(0),),
        enclosures=enclosures(_files(message, public), html=message.html),
    )
    return OutgoingMail(envelope_from=envelope_sender(occasion), content=write_letter(letter))


def _conversation(message: Message) -> tuple[list[Message], int]:
    """The public messages before this one, in order of arrival, and how many older ones there is no room for."""
    earlier = Message.objects.public().filter(ticket=message.ticket_id, pk__lt=message.pk).for_conversation()
    kept: list[Message] = []
    room = MOST_CHARACTERS
    found = list(earlier)
    for each in reversed(found):
        room -= len(each.text)
        if room < 0 and kept:
            break
        kept.insert(0, each)
    return kept, len(found) - len(kept)


def _said(message: Message, occasion: Occasion) -> Said:
    """Staff are shown under the mailbox's address, never under the one they sign in with."""
    address = message.from_address if message.kind == MessageKind.INBOUND else occasion.address
    who = f"{message.from_name} <{address}>" if message.from_name else address
    files = [file.filename for file in message.attachments.all()]
    return Said(who=who, at=message.created_at, text=without_pictures(message.text[:MOST_CHARACTERS]), files=files)


def _files(message: Message, public: Sequence[Message]) -> list[Attachment]:
    """The forward's own files, then the conversation's, newest first, as far as there is room; all are named. Where
    files were chosen none but those, and with the words alone none unless it was chosen."""
    wanted = message.flags.get("chosen", [] if message.flags.get("without_history") else None)
    chosen = list(message.attachments.all())
    room = MOST_FILE_BYTES - sum(file.size for file in chosen)
    seen = {file.sha256 for file in chosen}
    for each in reversed(public):
        for file in each.attachments.all():
            if wanted is not None and str(file.pk) not in wanted:
                continue
            if file.sha256 not in seen and file.size <= room:
                chosen.append(file)
                seen.add(file.sha256)
                room -= file.size
    return chosen
