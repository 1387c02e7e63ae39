"""Putting something into the outbox, within the budget, in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from helpdesk.accounts.enums import ContactKind
from helpdesk.accounts.models import ContactPoint, User
from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record
from helpdesk.notifications.enums import AUTOMATIC, DeliveryState, Purpose
from helpdesk.notifications.models import Delivery


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to say to one address. `route` names the transport; see `Delivery`."""

    purpose: Purpose
    recipient: str
    person_id: int | None = None
    conversation: int | None = None
    route: str = "site"
    message_id: str = ""
    content: dict[str, Any] = field(default_factory=dict)


def enqueue(*, subject: models.Model, outgoing: Iterable[Outgoing]) -> list[Delivery]:
    """Write one outbox row each, about `subject`; rings the sender on commit.

    What goes over a budget, or to an address that bounces, is written all the same, but `held` with the reason.
    """
    from helpdesk.notifications.tasks import send_due  # noqa: PLC0415 - tasks import this module

    content_type = ContentType.objects.get_for_model(subject)
    rows = []
    for item in outgoing:
        reason = _why_held(item)
        rows.append(
            Delivery(
                purpose=item.purpose,
                recipient=item.recipient.lower(),
                person_id=item.person_id,
                subject_type=content_type,
                subject_id=subject.pk,
                conversation=item.conversation,
                route=item.route,
                message_id=item.message_id,
                content=item.content,
                state=DeliveryState.HELD if reason else DeliveryState.QUEUED,
                reason=reason,
            )
        )
    rows = Delivery.objects.bulk_create(rows)
    if any(row.state == DeliveryState.QUEUED for row in rows):
        send_due.delay_on_commit()
    return rows


def _why_held(item: Outgoing) -> str:
    bounced = ContactPoint.objects.filter(
        kind=ContactKind.EMAIL, value=item.recipient.lower(), bounced_at__isnull=False
    ).first()
    if bounced and item.purpose != Purpose.SIGN_IN_LINK:
        return f"address bounced: {bounced.bounce_reason}"[:500]
    if item.purpose not in AUTOMATIC:
        return ""
    now = timezone.now()
    automatic = Delivery.objects.filter(purpose__in=AUTOMATIC).exclude(state=DeliveryState.HELD)
    to_address = automatic.filter(recipient=item.recipient.lower(), created_at__gt=now - timedelta(hours=1)).count()
    if to_address >= settings.OUTGOING_PER_ADDRESS_PER_HOUR:
        return f"budget: {to_address} automatic mails to this address within an hour"
    if item.conversation is None:
        return ""
    in_conversation = automatic.filter(
        conversation=item.conversation, recipient=item.recipient.lower(), created_at__gt=now - timedelta(days=1)
    ).count()
    if in_conversation >= settings.OUTGOING_AUTOMATIC_PER_CONVERSATION_PER_DAY:
        return f"budget: {in_conversation} automatic mails to this address in this conversation within a day"
    return ""


@transaction.atomic
def release(*, delivery: Delivery, by: User) -> Delivery:
    """Send what was held, failed or is unknown, under the Message-ID it has. Raises Refused for any other state."""
    from helpdesk.notifications.tasks import send_due  # noqa: PLC0415 - tasks import this module

    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if delivery.state not in (DeliveryState.HELD, DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.BOUNCED):
        raise Refused(f"Only what is held, failed, bounced or unknown can be sent again; this is {delivery.state}.")
    before, delivery.state = delivery.state, DeliveryState.QUEUED
    delivery.reason, delivery.data_at, delivery.finished_at = "", None, None
    delivery.due_at = timezone.now()
    delivery.attempts = 0
    delivery.save(update_fields=["state", "reason", "data_at", "finished_at", "due_at", "attempts"])
    record(verb="delivery_released", subject=delivery, by=by, before=before)
    send_due.delay_on_commit()
    return delivery


@transaction.atomic
def settle(*, delivery: Delivery, by: User, arrived: bool) -> Delivery:
    """A person says what became of an unknown delivery: it arrived, or it is given up. Raises Refused otherwise."""
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    if delivery.state not in (DeliveryState.UNKNOWN, DeliveryState.HELD):
        raise Refused(f"Only what is unknown or held can be settled by hand; this is {delivery.state}.")
    before = delivery.state
    delivery.state = DeliveryState.SENT if arrived else DeliveryState.CANCELLED
    delivery.finished_at = timezone.now()
    delivery.save(update_fields=["state", "finished_at"])
    record(verb="delivery_settled", subject=delivery, by=by, before=before, after=delivery.state)
    return delivery
