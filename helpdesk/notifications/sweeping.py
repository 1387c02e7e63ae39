"""Finding what a dead worker left in hand."""

from django.db import transaction
from django.utils import timezone

from helpdesk.notifications.enums import DeliveryState
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.recording import delay_after, tell

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
            row.due_at = now if row.attempts <= 1 else now + delay_after(row.attempts - 1)
        else:
            row.state, row.reason = DeliveryState.UNKNOWN, SILENT
    tell(rows)
    Delivery.objects.bulk_update(rows, ["state", "lease_until", "due_at", "reason"])
    return len(rows)
