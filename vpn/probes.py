"""What health and metrics see of keys."""

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from helpdesk.core.registries import QueueState
from vpn.actions.publishing import ALARMING
from vpn.models import Authority, RevocationList


def lists_state() -> QueueState:
    """Authorities whose new revocation list is due, and since when; as failed those whose list runs out within a week:
    with an expired one nobody gets in."""
    now = timezone.now()
    lists = RevocationList.objects.filter(authority=OuterRef("pk")).order_by("-number")
    rows = list(
        Authority.objects.active()
        .annotate(ends=Subquery(lists.values("next_update")[:1]))
        .values_list("list_due_at", "ends")
    )
    due = [since for since, _ends in rows if since is not None]
    oldest = (now - min(due)).total_seconds() if due else 0.0
    ending = sum(1 for _since, ends in rows if ends is not None and ends < now + ALARMING)
    return QueueState(waiting=len(due), failed=ending, oldest_seconds=max(oldest, 0.0))
