"""Forgetting what hooks were told long ago."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from helpdesk.webhooks.models import Event

KEPT = timedelta(days=30)
BATCH = 5000


@transaction.atomic
def forget_old() -> int:
    """Events that ended KEPT ago go, with their attempts; returns how many."""
    past = Event.objects.filter(finished_at__lt=timezone.now() - KEPT).order_by("pk").values("pk")[:BATCH]
    return Event.objects.filter(pk__in=past).delete()[0]
