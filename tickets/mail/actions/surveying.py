"""Asking requesters how their request was resolved: once a resolution, some hours later, never a machine."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import CUSTOMER_ROLES, MailTopic
from helpdesk.journal.actions import record
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from tickets.actions.locking import locked
from tickets.mail.actions.acknowledging import is_of_a_person
from tickets.mail.routing import Routing, routing_of
from tickets.mail.tokens import new_message_id
from tickets.mail.verification import is_from_a_service
from tickets.models import Message, Survey, Ticket, TicketQuerySet

LATEST = timedelta(days=3)
"""What was due for longer (nobody swept, the setting was changed) is not asked any more."""
MOST = 500


def ask_all_due() -> int:
    """Ask about every resolution that is due, each in a transaction of its own. Returns how many letters there are.

    Whoever rated in the cabinet meanwhile is not asked.
    """
    return sum(ask(ticket=ticket) for ticket in due()[:MOST])


def due() -> TicketQuerySet:
    """Tickets resolved long enough ago and not settled, that staff have answered and no machine has opened; none of the
    archive, and none whose resolving answer may yet be taken back."""
    latest = timezone.now() - timedelta(hours=settings.RATING_DELAY_HOURS)
    settled = Survey.objects.filter(ticket=OuterRef("pk"), resolved_at=OuterRef("resolved_at"))
    by_machine = Message.objects.filter(ticket=OuterRef("pk"), flags__automatic=True)
    return (
        Ticket.objects.finished()
        .filter(merged_into__isnull=True, archived_at__isnull=True)
        .filter(resolved_at__gt=latest - LATEST, resolved_at__lte=latest, first_response_at__isnull=False)
        .filter(requester__is_active=True, requester__role__in=CUSTOMER_ROLES, requester__email__isnull=False)
        .filter(Q(organisation__isnull=True) | Q(organisation__is_asked_rating=True))
        .exclude(Exists(settled))
        .exclude(Exists(by_machine))
        .exclude(Exists(Message.objects.held().filter(ticket=OuterRef("pk"))))
        .order_by(F("resolved_at"), "pk")
    )


@transaction.atomic
def ask(*, ticket: Ticket) -> bool:
    """Put the letter into the outbox and note that this resolution is settled; the latter alone where the mailbox does
    not ask, or nobody reads the address. False when there is no letter, and where somebody was faster."""
    resolved_at, ticket = ticket.resolved_at, locked(ticket)
    if ticket.resolved_at is None or ticket.resolved_at != resolved_at:
        return False
    survey, is_new = Survey.objects.get_or_create(ticket=ticket, resolved_at=ticket.resolved_at)
    routing = routing_of(ticket)
    if not is_new or not _may_be_asked(ticket, routing):
        return False
    survey.asked_at = timezone.now()
    survey.save(update_fields=["asked_at"])
    letter = Outgoing(
        purpose=Purpose.SURVEY,
        recipient=ticket.requester.email or "",
        person_id=ticket.requester_id,
        conversation=ticket.number,
        route=routing.route,
        message_id=new_message_id(number=ticket.number, domain=routing.domain),
    )
    enqueue(subject=survey, outgoing=[letter])
    record(verb="rating_asked", subject=ticket, by=None, survey=survey.pk)
    return True


def _may_be_asked(ticket: Ticket, routing: Routing) -> bool:
    person, address = ticket.requester, ticket.requester.email or ""
    if not person.can(Capability.ENTER_CABINET) or not person.wants(MailTopic.SURVEYS) or routing.is_ours(address):
        return False
    asks = routing.mailbox is None or routing.mailbox.asks_rating
    return asks and is_of_a_person(address) and not is_from_a_service(address)
