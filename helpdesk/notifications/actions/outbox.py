"""Putting something into the outbox, within the budget, in the caller's transaction; and deciding what waits there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from helpdesk.notifications.budgets import Budgets
from helpdesk.notifications.enums import Channel, DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.permissions import can_decide
from helpdesk.notifications.signals import delivery_changed

RELEASABLE = (DeliveryState.HELD, DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.BOUNCED)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing to say to one address, not before `due_at`. `route` names the transport; see `Delivery`. `about` is the
    content type and key of the thing where it is not that of all others."""

    purpose: Purpose
    recipient: str
    person_id: int | None = None
    conversation: int | None = None
    route: str = "site"
    message_id: str = ""
    content: dict[str, Any] = field(default_factory=dict)
    due_at: datetime | None = None
    channel: Channel = Channel.EMAIL
    about: tuple[int, int] | None = None


def enqueue(*, subject: models.Model, outgoing: Iterable[Outgoing]) -> list[Delivery]:
    """Write one outbox row each, about `subject`; rings the sender on commit, for what is not due yet the sweep does. A
    constant number of statements.

    What goes over a budget, or to an address that bounces, is written all the same, but `held` with the reason.
    """
    items = list(outgoing)
    if not items:
        return []
    budgets = Budgets.of(items)
    itself = (ContentType.objects.get_for_model(subject).pk, subject.pk)
    rows = Delivery.objects.bulk_create([_row(item, item.about or itself, budgets.why_held(item)) for item in items])
    _ring_for([row for row in rows if row.state == DeliveryState.QUEUED and row.due_at <= timezone.now()])
    return rows


def _ring_for(rows: Iterable[Delivery]) -> None:
    """Letters and what carriers bring are sent by bells of their own, so that none waits for the other."""
    from helpdesk.notifications.tasks import carry_due, send_due  # noqa: PLC0415 - tasks stand above the actions

    for is_letter in {row.channel == Channel.EMAIL for row in rows}:
        ring(send_due if is_letter else carry_due)


def withdraw(*, subject: models.Model) -> bool:
    """Forget everything about `subject` that nobody has begun to send, in the caller's transaction; False, and nothing
    is forgotten, when any of it is on its way or gone."""
    rows = list(Delivery.objects.about(subject).select_for_update(of=("self",)))
    if any(row.state not in (DeliveryState.QUEUED, DeliveryState.HELD) or row.attempts for row in rows):
        return False
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return True


def _row(item: Outgoing, about: tuple[int, int], reason: str) -> Delivery:
    content_type, key = about
    return Delivery(
        channel=item.channel,
        purpose=item.purpose,
        recipient=item.recipient.lower() if item.channel == Channel.EMAIL else item.recipient,
        person_id=item.person_id,
        subject_type_id=content_type,
        subject_id=key,
        conversation=item.conversation,
        route=item.route,
        message_id=item.message_id,
        content=item.content,
        state=DeliveryState.HELD if reason else DeliveryState.QUEUED,
        reason=reason,
        **({"due_at": item.due_at, "trying_since": item.due_at} if item.due_at else {}),
    )


@transaction.atomic
def release(*, delivery: Delivery, by: User) -> Delivery:
    """Send what was held, failed, bounced or is unknown, under the Message-ID it has, with fresh patience.
    Raises NotAllowed; Refused for any other state."""
    delivery = _locked(delivery, by)
    if delivery.state not in RELEASABLE:
        raise Refused(
            _("Only what is held, failed, bounced or unknown can be sent again; this is %(state)s.")
            % {"state": delivery.get_state_display().lower()}
        )
    before, delivery.state = delivery.state, DeliveryState.QUEUED
    delivery.reason, delivery.status_code, delivery.data_at, delivery.finished_at = "", "", None, None
    delivery.due_at = delivery.trying_since = timezone.now()
    delivery.attempts = 0
    delivery.save(
        update_fields=[
            "state",
            "reason",
            "status_code",
            "data_at",
            "finished_at",
            "due_at",
            "trying_since",
            "attempts",
        ]
    )
    delivery_changed.send(sender=Delivery, deliveries=[delivery])
    record(verb="delivery_released", subject=delivery, by=by, before=before, after=delivery.state)
    _ring_for([delivery])
    return delivery


@transaction.atomic
def settle(*, delivery: Delivery, by: User, arrived: bool) -> Delivery:
    """A person says what became of an unknown delivery: it arrived, or it is given up; or that a held one is not to
    go. Raises NotAllowed, Refused."""
    delivery = _locked(delivery, by)
    if delivery.state not in (DeliveryState.UNKNOWN, DeliveryState.HELD):
        raise Refused(
            _("Only what is unknown or held can be settled by hand; this is %(state)s.")
            % {"state": delivery.get_state_display().lower()}
        )
    if arrived and delivery.state == DeliveryState.HELD:
        raise Refused(_("This was never sent, so it cannot have arrived: release it or give it up."))
    before = delivery.state
    delivery.state = DeliveryState.SENT if arrived else DeliveryState.CANCELLED
    delivery.finished_at = timezone.now()
    delivery.save(update_fields=["state", "finished_at"])
    delivery_changed.send(sender=Delivery, deliveries=[delivery])
    record(verb="delivery_settled", subject=delivery, by=by, before=before, after=delivery.state)
    return delivery


def _locked(delivery: Delivery, by: User) -> Delivery:
    ensure(can_decide(by))
    return Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
