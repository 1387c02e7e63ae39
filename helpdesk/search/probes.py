"""What is watched of the search: files that wait to be read, and documents that are not written yet."""

from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from helpdesk.core.registries import QueueState
from helpdesk.search.enums import FAILED, UNFINISHED
from helpdesk.search.models import FileText, Rebuild
from helpdesk.search.registries import sources

FRESH = timedelta(days=1)


def search_state() -> QueueState:
    """All of it together."""
    files, documents = search_parts().values()
    return QueueState(
        waiting=files.waiting + documents.waiting,
        failed=files.failed + documents.failed,
        oldest_seconds=max(files.oldest_seconds, documents.oldest_seconds),
    )


def search_parts() -> dict[str, QueueState]:
    """`files`: to be read; failed are those of the last day that are damaged or took too long. `documents`: texts of
    files that are not in the search yet, and what a rebuilding has still to write, which is found as it was and so has
    no age."""
    now = timezone.now()
    unfinished = Q(state__in=UNFINISHED)
    files = FileText.objects.filter(unfinished).aggregate(count=Count("pk"), oldest=Min("due_at"))
    failed = FileText.objects.filter(state__in=FAILED, finished_at__gte=now - FRESH).count()
    changed = FileText.objects.filter(changed_at__isnull=False).aggregate(count=Count("pk"), oldest=Min("changed_at"))
    return {
        "files": QueueState(files["count"], failed, _age(files["oldest"], now)),
        "documents": QueueState(changed["count"] + _left_of_rebuildings(), 0, _age(changed["oldest"], now)),
    }


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _left_of_rebuildings() -> int:
    under_way = Rebuild.objects.filter(finished_at__isnull=True).order_by("pk")
    return sum(
        sources[each.source].model._default_manager.filter(pk__gt=each.done_upto).count()
        for each in under_way
        if each.source in sources
    )
