"""A message that changes its ticket takes what answers it along."""

from tickets.mail.models import KnownId, RawMail
from tickets.models import Message, Ticket


def follow(*, message: Message, ticket: Ticket) -> None:
    """From now on mails that answer `message` belong to `ticket`, and its raw mail is found there; in the caller's
    transaction."""
    KnownId.objects.filter(message=message).update(ticket=ticket)
    RawMail.objects.filter(message=message).update(ticket=ticket)
