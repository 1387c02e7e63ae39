"""What health and metrics see of keys."""

from django.db.models import Count, Min, OuterRef, Subquery
from django.utils import timezone

from helpdesk.core.registries import QueueState
from vpn.actions.publishing import ALARMING
from vpn.enums import RequestState
from vpn.models import Authority, KeyRequest, RevocationList


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


def requests_state() -> QueueState:
    """Requests for keys that nobody has decided about, and since when the eldest waits."""
    asked = KeyRequest.objects.filter(state=RequestState.WAITING).aggregate(count=Count("pk"), since=Min("asked_at"))
    waited = (timezone.now() - asked["since"]).total_seconds() if asked["since"] else 0.0
    return QueueState(waiting=asked["count"], failed=0, oldest_seconds=waited)
