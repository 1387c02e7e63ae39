"""Taking rows of the outbox to send, under a lease that others respect."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from helpdesk.notifications.breakers import begin_trial, doubtful_routes, resting_routes
from helpdesk.notifications.enums import WAITED_FOR, Channel, DeliveryState
from helpdesk.notifications.models import Delivery, DeliveryQuerySet

MOST_RECIPIENTS = 100
"""Of one SMTP transaction: every server takes as many (RFC 5321, section 4.5.3.1.8)."""


class LeaseLost(Exception):
    """Somebody else has the rows by now: leave them alone."""


@dataclass(slots=True)
class Claim:
    """Rows of one mail, alike but for their recipient; `lease` is the mark that they are still ours. `is_trial`: they
    show whether their way out works again."""

    rows: list[Delivery]
    lease: datetime
    is_trial: bool = False

    @property
    def route(self) -> str:
        return self.rows[0].route


def lease_length() -> timedelta:
    """How long rows in hand are left alone before their holder counts as dead."""
    return timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)


def sendable() -> DeliveryQuerySet:
    """Due letters whose way out does not rest, oldest first."""
    return Delivery.objects.due().filter(channel=Channel.EMAIL).exclude(route__in=resting_routes())


@transaction.atomic(durable=True)
def claim() -> Claim | None:
    """The mail that is due longest, with all its due recipients, for the caller alone; None when nothing is due. What
    somebody waits for goes first: a flood of what the program says by itself holds up no reply; last, and one by one,
    what goes a way of which nobody knows whether it works again.

    Committed before anything goes out: whoever dies with the rows in hand leaves a lease that runs out. A row gets
    its Message-ID here, once and for ever.
    """
    doubtful = doubtful_routes()
    due = sendable().select_for_update(skip_locked=True, of=("self",))
    head = _first(due.exclude(route__in=doubtful)) or (_first(due) if doubtful else None)
    if head is None:
        return None
    is_trial = head.route in doubtful
    if is_trial and not begin_trial(head.route):
        return None
    rows = [head, *_siblings(head)]
    lease = timezone.now() + lease_length()
    for row in rows:
        row.state, row.attempts, row.lease_until = DeliveryState.SENDING, row.attempts + 1, lease
        row.data_at = None
    if head.message_id:
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=DeliveryState.SENDING, attempts=F("attempts") + 1, lease_until=lease, data_at=None
        )
    else:
        head.message_id = _new_message_id()
        head.save(update_fields=["state", "attempts", "lease_until", "data_at", "message_id"])
    return Claim(rows, lease, is_trial)


def _first(due: DeliveryQuerySet) -> Delivery | None:
    return due.filter(purpose__in=sorted(WAITED_FOR)).first() or due.first()


def prolong(claim: Claim) -> None:
    """Hold the rows for another lease when half of this one is over. Raises LeaseLost."""
    lease = timezone.now() + lease_length()
    if lease - claim.lease < lease_length() / 2:
        return
    with transaction.atomic():
        if _ours(claim.rows, claim.lease).update(lease_until=lease) != len(claim.rows):
            raise LeaseLost
    claim.lease = lease


def mark_data(rows: Sequence[Delivery], *, claim: Claim, at: datetime, lease: datetime) -> None:
    """Write down, in the caller's transaction, that the data go out now. Raises LeaseLost: then they must not."""
    if _ours(rows, claim.lease).update(data_at=at, lease_until=lease) != len(rows):
        raise LeaseLost


def _ours(rows: Sequence[Delivery], lease: datetime) -> DeliveryQuerySet:
    return Delivery.objects.filter(pk__in=[row.pk for row in rows], state=DeliveryState.SENDING, lease_until=lease)


def _siblings(head: Delivery) -> list[Delivery]:
    """The other due rows of the same mail. A row without a Message-ID is a mail of its own."""
    if not head.message_id:
        return []
    same = Delivery.objects.due().filter(
        message_id=head.message_id,
        route=head.route,
        purpose=head.purpose,
        subject_type=head.subject_type_id,
        subject_id=head.subject_id,
    )
    locked = same.exclude(pk=head.pk).select_for_update(skip_locked=True, of=("self",))
    return list(locked[: MOST_RECIPIENTS - 1])


def _new_message_id() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"{uuid4().hex}@{domain or 'localhost'}"
