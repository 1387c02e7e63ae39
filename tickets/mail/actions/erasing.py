"""What the mail room knows of a person who is erased."""

from django.db.models import Q

from helpdesk.core.erasing import Erased
from tickets.mail.models import RawMail

GONE = b"\r\n"


def forget(erased: Erased) -> None:
    """In the caller's transaction: the mails that the person sent, or their machine, lose their bytes and addresses;
    that they came, when, and what became of them stays. Mails of others are the others' books. The SHA-256 stays: a
    copy that comes again is still known."""
    by_hand = Q(message__author=erased.person) | Q(envelope_from__in=erased.addresses)
    by_machine = Q(ticket__requester=erased.person, message__isnull=True)
    sent = RawMail.objects.filter(by_hand | by_machine)
    sent.filter(finished_at__isnull=False).update(
        content=GONE, size=len(GONE), envelope_from="", envelope_to=[], peer=None, findings={}
    )
