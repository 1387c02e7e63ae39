"""Whether workers hear: a bell a minute for each queue, by way of the broker, which the worker writes down.

Pulses have queues of their own beside those that are worked (`mail.pulse`), which each worker hears as well
(`helpdesk.celery.Doorbell`): a thousand other bells before it hold no pulse up.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q
from django.utils import timezone

from helpdesk.celery import PULSE, ring_to
from helpdesk.operations.models import Pulse

QUEUES = ("mail", "notify", "sync", "default")
BEAT = "beat"
ALIVE = timedelta(minutes=3)
TASK = "helpdesk.operations.tasks.pulse"


def ring_pulses() -> None:
    """Ring for each queue; a bell that could not be rung, or was lost, is one that is not heard."""
    now = timezone.now()
    Pulse.objects.bulk_create([Pulse(queue=queue, rung_at=now) for queue in _unknown()], ignore_conflicts=True)
    Pulse.objects.filter(queue__in=QUEUES, heard_at__gte=F("rung_at")).update(rung_at=now)
    for queue in QUEUES:
        ring_to(f"{queue}{PULSE}", TASK, queue)


def hear(*, queue: str, by: str) -> None:
    """A worker heard the bell of its queue."""
    Pulse.objects.filter(queue=queue).update(heard_at=timezone.now(), heard_by=by[:255])


def tick(at: datetime) -> None:
    """Beat's main loop went round at this time."""
    Pulse.objects.update_or_create(queue=BEAT, defaults={"rung_at": at, "heard_at": at})


def all_alive() -> bool:
    """Whether every queue's workers and beat were heard of within `ALIVE`."""
    since = timezone.now() - ALIVE
    heard = Pulse.objects.filter(Q(queue__in=QUEUES) | Q(queue=BEAT), heard_at__gte=since)
    return heard.count() == len(QUEUES) + 1


def _unknown() -> Iterable[str]:
    known = set(Pulse.objects.order_by("pk").values_list("queue", flat=True))
    return [queue for queue in QUEUES if queue not in known]
