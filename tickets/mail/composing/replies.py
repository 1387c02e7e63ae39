"""A reply to the customer."""

from collections.abc import Sequence

from helpdesk.core.errors import Refused
from helpdesk.core.mime import Letter, ascii_address, write_letter
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import OutgoingMail
from tickets.enums import MessageKind
from tickets.mail.composing.parts import (
    Occasion,
    chain,
    earlier_ids,
    enclosures,
    loop_header,
    people,
    safe_html,
    signature_html,
    subject_line,
)
from tickets.mail.tokens import plus_address
from tickets.rendering import without_pictures


def compose_reply(rows: Sequence[Delivery]) -> OutgoingMail:
    """The message with its files and signatures, under the customer's own mail in their program. Raises Refused."""
    occasion = Occasion.of(rows)
    message = occasion.message
    if message.kind != MessageKind.REPLY:
        raise Refused("only a reply is sent to customers")
    ids, loop = earlier_ids(message)
    signature = occasion.signature()
    text, html = occasion.render(
        "reply",
        {
            "text": without_pictures(message.text),
            "html": safe_html(message.html),
            "signature": signature,
            "signature_html": signature_html(signature),
        },
    )
    letter = Letter(
        sender=occasion.sender(personal=True),
        to=people(message.sent_to),
        cc=people(message.sent_cc),
        reply_to=reply_address(occasion),
        subject=subject_line("Re", occasion.ticket),
        text=text,
        html=html,
        message_id=rows[0].message_id,
        in_reply_to=message.in_reply_to,
        references=chain(ids, message.in_reply_to),
        date=message.created_at,
        extra=(loop_header(loop),),
        enclosures=enclosures(message.attachments.all(), html=message.html),
    )
    return OutgoingMail(envelope_from=envelope_sender(occasion), content=write_letter(letter))


def reply_address(occasion: Occasion) -> str:
    """The ticket's own signed address, where the mailbox is known to take such; elsewhere answers to it would bounce,
    and the signed Message-ID and subject bring them back as well."""
    mailbox = occasion.mailbox
    if mailbox is None or not mailbox.plus_addresses:
        return ""
    return plus_address(address=mailbox.address, number=occasion.ticket.number)


def envelope_sender(occasion: Occasion) -> str:
    """Bounces come back to the mailbox."""
    return ascii_address(occasion.address) or occasion.address
