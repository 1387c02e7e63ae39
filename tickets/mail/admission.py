"""Who may speak in a conversation by mail. A From header is a claim: it never gives more than a customer's rights."""

from dataclasses import dataclass
from enum import StrEnum

from helpdesk.accounts.models import User
from tickets.mail.authentication import AuthenticationVerdict
from tickets.mail.enums import HeldBecause, Signal
from tickets.mail.threading import Thread
from tickets.mail.verification import is_from_a_service, speaks_of_a_code
from tickets.models import Participant, Ticket


class Admission(StrEnum):
    """`counts`: the message is of the conversation. `held`: it waits until staff let it in. `elsewhere`: the mail
    only guessed a number, it opens a ticket of its own."""

    COUNTS = "counts"
    HELD = "held"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Decision:
    """`why` it is held; None when it is not."""

    admission: Admission
    why: HeldBecause | None = None


def admit(*, thread: Thread, sender: User, verdict: AuthenticationVerdict, address: str, subject: str) -> Decision:
    """Whether the message of `sender`, written from `address`, counts on the thread's ticket.

    People of the conversation count. A colleague of the requester's organisation counts when the mail itself proves
    the conversation. Anybody else is held; a stranger who has nothing but a plain number goes elsewhere. A service
    that is not the requester is held whoever brought it in: it may send the requester proof of owning our address.
    """
    ticket = thread.ticket
    if verdict.is_forged:
        return Decision(Admission.HELD, HeldBecause.FORGED)
    if not sender.is_customer and sender.pk != ticket.requester_id:
        return Decision(Admission.HELD, HeldBecause.STAFF)
    is_doubtful = sender.pk != ticket.requester_id and _may_prove_an_address(thread, address, subject)
    if _takes_part(ticket, sender) and not is_doubtful:
        return Decision(Admission.COUNTS)
    colleague = sender.organisation_id is not None and sender.organisation_id == ticket.organisation_id
    if thread.signal == Signal.NUMBER:
        return _by_mere_number(ticket, sender, colleague=colleague)
    if is_doubtful:
        return Decision(Admission.HELD, HeldBecause.SERVICE)
    if colleague:
        return Decision(Admission.COUNTS)
    is_of_another = _is_of_another_organisation(ticket, sender)
    return Decision(Admission.HELD, HeldBecause.OTHER_ORGANISATION if is_of_another else HeldBecause.STRANGER)


def _by_mere_number(ticket: Ticket, sender: User, *, colleague: bool) -> Decision:
    if colleague:
        return Decision(Admission.HELD, HeldBecause.COLLEAGUE_BY_NUMBER)
    if _is_of_another_organisation(ticket, sender) or not Ticket.objects.filter(requester=sender).exists():
        return Decision(Admission.ELSEWHERE)
    return Decision(Admission.HELD, HeldBecause.CUSTOMER_BY_NUMBER)


def _is_of_another_organisation(ticket: Ticket, sender: User) -> bool:
    """Whether both are of an organisation, and not of the same one."""
    known = sender.organisation_id is not None and ticket.organisation_id is not None
    return known and sender.organisation_id != ticket.organisation_id


def _may_prove_an_address(thread: Thread, address: str, subject: str) -> bool:
    """An answer to a mail of ours is never such a proof, unless a service wrote it."""
    if is_from_a_service(address):
        return True
    return thread.signal == Signal.SIGNED_ADDRESS and speaks_of_a_code(subject)


def _takes_part(ticket: Ticket, sender: User) -> bool:
    if sender.pk == ticket.requester_id:
        return True
    return Participant.objects.filter(ticket=ticket, user=sender, is_active=True).exists()
