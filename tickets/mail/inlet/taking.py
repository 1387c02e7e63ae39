"""From the end of DATA to the answer: runs in a thread, for the database may make it wait."""

from dataclasses import dataclass

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection, transaction

from helpdesk.core.context import acting_from
from helpdesk.core.crash import crash_point
from helpdesk.core.retrying import retrying
from tickets.mail.actions.storing import store
from tickets.mail.enums import Source
from tickets.mail.inlet.recipients import Recipients
from tickets.mail.models import Mailbox, RawMail

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A mail with its envelope. `sender` is empty for a bounce."""

    content: bytes
    sender: str
    recipients: tuple[str, ...]
    peer: str | None


def take(parcel: Parcel, recipients: Recipients) -> str:
    """Store the mail, once for each mailbox it is for, all or none; returns the answer to the client."""
    with acting_from("mail", address=parcel.peer):
        close_old_connections()
        try:
            stored = retrying(lambda: _store(parcel, recipients))
        except DatabaseError as error:
            connection.close()
            log.error("smtp_inlet_cannot_store", error=str(error).splitlines()[0])
            return "451 4.3.0 Not taken now, try again later"
        crash_point("before_250")
        if not stored:
            return "550 5.1.1 No such mailbox here any longer"
        return f"250 2.0.0 OK, stored as {stored[0].pk}"


@transaction.atomic
def _store(parcel: Parcel, recipients: Recipients) -> list[RawMail]:
    addressed: dict[int, tuple[Mailbox, list[str]]] = {}
    for recipient in parcel.recipients:
        mailbox = recipients.find(recipient)
        if mailbox is not None:
            addressed.setdefault(mailbox.pk, (mailbox, []))[1].append(recipient)
    rows = [
        store(
            content=parcel.content,
            source=Source.SMTP,
            mailbox=mailbox,
            envelope_from=parcel.sender,
            envelope_to=addresses,
            peer=parcel.peer,
        )
        for mailbox, addresses in addressed.values()
    ]
    return [row for row in rows if row is not None]
