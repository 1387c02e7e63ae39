"""Writing down what became of rows that were sent, or not."""

import secrets
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from helpdesk.accounts.actions.people import mark_bounced
from helpdesk.notifications.answers import NO_SUCH_ADDRESS, Answer, Trouble
from helpdesk.notifications.breakers import FAILURES_TO_OPEN
from helpdesk.notifications.claiming import Claim, mark_data
from helpdesk.notifications.enums import SEALED, DeliveryState
from helpdesk.notifications.models import Breaker, Delivery, DeliveryQuerySet
from helpdesk.notifications.signals import delivery_changed, delivery_failed, delivery_unknown

SHORTEST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=4)
PATIENCE = timedelta(hours=48)
_WRITTEN = ["state", "reason", "status_code", "attempts", "due_at", "lease_until", "data_at", "finished_at", "content"]
BREATH = timedelta(seconds=10)
"""Between two tries of a way out that has failed, as long as it does not rest yet."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row. With state `queued` it is tried again: at `due_at`, or when None after a delay that
    grows with each attempt; `counts` says whether this attempt was one."""

    state: DeliveryState
    reason: str = ""
    status: str = ""
    due_at: datetime | None = None
    counts: bool = True


def sent(answer: Answer) -> Outcome:
    return Outcome(DeliveryState.SENT, status=answer.status)


def failed(reason: str, *, status: str = "") -> Outcome:
    return Outcome(DeliveryState.FAILED, reason, status)


def cancelled(reason: str) -> Outcome:
    return Outcome(DeliveryState.CANCELLED, reason)


def later(reason: str, *, status: str = "") -> Outcome:
    return Outcome(DeliveryState.QUEUED, reason, status)


def refused(answer: Answer) -> Outcome:
    """A recipient, or the mail, that the server did not take."""
    return (
        later(str(answer), status=answer.status) if answer.is_temporary else failed(str(answer), status=answer.status)
    )


def unknown(trouble: Trouble) -> Outcome:
    return Outcome(DeliveryState.UNKNOWN, str(trouble))


def kept(trouble: Trouble, *, route: str) -> Outcome:
    """The way out is of no use at present: the row keeps its place, and this was no attempt of its own."""
    now = timezone.now()
    rests = Breaker.objects.filter(route=route, failures__gte=FAILURES_TO_OPEN).exists()
    due_at = now if rests else now + BREATH
    return Outcome(DeliveryState.QUEUED, str(trouble), trouble.status, due_at=due_at, counts=False)


def delay_after(attempts: int) -> timedelta:
    """One minute after the first attempt, then twice as long each time, at most four hours."""
    return min(SHORTEST_DELAY * 2 ** min(max(attempts - 1, 0), 20), LONGEST_DELAY)


def spread_out(delay: timedelta) -> timedelta:
    """Up to a tenth shorter: what failed together must not come back together."""
    return delay * (1 - secrets.randbelow(101) / 1000)


@transaction.atomic(durable=True)
def before_data(
    refusals: Mapping[int, Outcome], *, claim: Claim, accepted: Sequence[Delivery], at: datetime, lease: datetime
) -> None:
    """Write down who was refused and that the data go out to the others now, which are held until `lease`.
    Raises LeaseLost: then they must not go out."""
    _write([(row, refusals[row.pk]) for row in claim.rows if row.pk in refusals], claim=claim)
    mark_data(accepted, claim=claim, at=at, lease=lease)


@transaction.atomic(durable=True)
def record_outcomes(outcomes: Sequence[tuple[Delivery, Outcome]], *, claim: Claim) -> None:
    """Write what became of these rows of the claim. What was given up for good, or is unknown, is told to the rooms
    above; addresses that do not exist are marked. Rows that somebody else has by now are left alone, save one that
    was taken for unknown while we waited: there we know better."""
    _write(outcomes, claim=claim)


def _write(outcomes: Sequence[tuple[Delivery, Outcome]], *, claim: Claim) -> None:
    smooth = all(outcome.state in (DeliveryState.SENT, DeliveryState.QUEUED) for _, outcome in outcomes)
    mine = outcomes if smooth else _still_ours(outcomes, claim)
    fences = {row.pk: row.data_at for row, _ in mine}
    # On copies: when the transaction is lost it is done again from the rows as they were claimed.
    rows = [_after(copy(row), outcome) for row, outcome in mine]
    tell(rows)
    _save_sent([row for row in rows if row.state == DeliveryState.SENT], claim=claim, fences=fences)
    for row in rows:
        if row.state != DeliveryState.SENT:
            _ours([row], claim, fences).update(**{name: getattr(row, name) for name in _WRITTEN})


def _still_ours(outcomes: Sequence[tuple[Delivery, Outcome]], claim: Claim) -> list[tuple[Delivery, Outcome]]:
    """Nothing is told about rows that somebody else has by now."""
    fences = {row.pk: row.data_at for row, _ in outcomes}
    ours = set(_ours([row for row, _ in outcomes], claim, fences).values_list("pk", flat=True))
    return [(row, outcome) for row, outcome in outcomes if row.pk in ours]


def _save_sent(rows: Sequence[Delivery], *, claim: Claim, fences: Mapping[int, datetime | None]) -> None:
    """All at once: a mail to twenty people is one statement."""
    if not rows:
        return
    first = rows[0]
    values: dict[str, Any] = {
        "state": first.state,
        "reason": "",
        "status_code": first.status_code,
        "finished_at": first.finished_at,
    }
    if first.purpose in SEALED:
        values["content"] = {}
    _ours(rows, claim, fences).update(lease_until=None, **values)


def _ours(rows: Sequence[Delivery], claim: Claim, fences: Mapping[int, datetime | None]) -> DeliveryQuerySet:
    """Those of the rows that are still under the claim's lease, or were taken for unknown since their data went."""
    held = Q(state=DeliveryState.SENDING, lease_until=claim.lease)
    stamps = {stamp for row in rows if (stamp := fences[row.pk]) is not None}
    silent = Q(state=DeliveryState.UNKNOWN, data_at__in=stamps)
    return Delivery.objects.filter(held | silent, pk__in=[row.pk for row in rows])


def tell(rows: Sequence[Delivery]) -> None:
    """Tell the rooms above what became of the rows; marks dead addresses."""
    delivery_changed.send(sender=Delivery, deliveries=rows)
    given_up = [row for row in rows if row.state == DeliveryState.FAILED]
    silent = [row for row in rows if row.state == DeliveryState.UNKNOWN]
    if given_up:
        delivery_failed.send(sender=Delivery, deliveries=given_up)
    if silent:
        delivery_unknown.send(sender=Delivery, deliveries=silent)
    for row in given_up:
        if row.status_code in NO_SUCH_ADDRESS:
            mark_bounced(address=row.recipient, reason=row.reason)


def _after(row: Delivery, outcome: Outcome) -> Delivery:
    now = timezone.now()
    row.state, row.reason, row.status_code = outcome.state, outcome.reason[:500], outcome.status[:12]
    row.lease_until = None
    if outcome.state == DeliveryState.QUEUED:
        _queue_again(row, outcome, now)
    elif outcome.state in (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.CANCELLED):
        row.finished_at = now
    if row.purpose in SEALED and row.finished_at is not None:
        row.content = {}
    return row


def _queue_again(row: Delivery, outcome: Outcome, now: datetime) -> None:
    row.data_at = None
    if not outcome.counts:
        row.attempts = max(0, row.attempts - 1)
        row.due_at = outcome.due_at or now
        return
    ends_at = row.trying_since + PATIENCE
    if now >= ends_at:
        row.state, row.finished_at = DeliveryState.FAILED, now
        row.reason = f"given up after 48 hours: {outcome.reason}"[:500]
        return
    row.due_at = outcome.due_at or min(now + spread_out(delay_after(row.attempts)), ends_at)
