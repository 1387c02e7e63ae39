"""Finding what a dead worker left in hand."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from helpdesk.notifications.enums import DeliveryState
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.recording import LONGEST_DELAY, tell

SECOND_DEATH = timedelta(seconds=10)
SILENT = "the worker died after the data went out: the mail may have arrived or not"


@transaction.atomic(durable=True)
def take_back_expired() -> int:
    """Rows whose lease ran out: those whose data never went out are queued again, the others become unknown, which a
    person is told. Returns how many there were.

    A mail whose worker dies again and again waits longer each time, so that it cannot keep the others from going.
    """
    now = timezone.now()
    left = Delivery.objects.filter(state=DeliveryState.SENDING, lease_until__lt=now).order_by("pk")
    rows = list(left.select_for_update(skip_locked=True, of=("self",)))
    for row in rows:
        row.lease_until = None
        if row.data_at is None:
            row.state = DeliveryState.QUEUED
            row.due_at = now + delay_after_deaths(row.attempts)
        else:
            row.state, row.reason = DeliveryState.UNKNOWN, SILENT
    tell(rows)
    Delivery.objects.bulk_update(rows, ["state", "lease_until", "due_at", "reason"])
    return len(rows)


def delay_after_deaths(attempts: int) -> timedelta:
    """None after the first attempt: workers are killed by deployments and crashes that are no mail's fault. Ten seconds
    after the second, then three times as long each time, at most four hours."""
    if attempts <= 1:
        return timedelta()
    return min(SECOND_DEATH * 3 ** min(attempts - 2, 10), LONGEST_DELAY)
