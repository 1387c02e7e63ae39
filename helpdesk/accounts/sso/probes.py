"""What health and metrics see of single sign-on: sites that were not told yet that somebody signed out."""

from datetime import timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from helpdesk.accounts.sso.enums import NoticeState
from helpdesk.accounts.sso.models import LogoutNotice
from helpdesk.core.registries import QueueState

KEPT = timedelta(days=7)
"""So long one that was given up counts as failed."""


def notices_state() -> QueueState:
    """What waits, what was given up of late, and how long the oldest has waited."""
    given_up = Q(state=NoticeState.GIVEN_UP, done_at__gt=timezone.now() - KEPT)
    found = LogoutNotice.objects.filter(given_up | Q(state=NoticeState.WAITING)).aggregate(
        waiting=Count("pk", filter=Q(state=NoticeState.WAITING)),
        failed=Count("pk", filter=Q(state=NoticeState.GIVEN_UP)),
        oldest=Min("created_at", filter=Q(state=NoticeState.WAITING)),
    )
    age = (timezone.now() - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    return QueueState(waiting=found["waiting"], failed=found["failed"], oldest_seconds=age)
