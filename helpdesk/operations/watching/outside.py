"""A word outside every minute that all is alive; silence is the alarm."""

from concurrent.futures import ThreadPoolExecutor

import structlog
from django.utils import timezone

from helpdesk.core import outgoing
from helpdesk.core.outgoing import OutgoingError
from helpdesk.operations.models import OutsideWatch

log = structlog.get_logger(__name__)
SECONDS = 10.0
AT_ONCE = 4


def tell_all() -> None:
    """Ask every active address once. Whoever calls this has seen that beat and all workers live."""
    watches = list(OutsideWatch.objects.filter(is_active=True).order_by("pk"))
    if not watches:
        return
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="outside") as asking:
        for watch, trouble in zip(watches, asking.map(_ask, [each.url for each in watches]), strict=True):
            _note(watch, trouble)


def _ask(url: str) -> str:
    """What was wrong, or nothing. Asks no database: it runs in a thread of its own."""
    try:
        answer = outgoing.get(url, seconds=SECONDS)
    except OutgoingError as error:
        return str(error)
    return "" if answer.is_good else f"it answered {answer.status}"


def _note(watch: OutsideWatch, trouble: str) -> None:
    now = timezone.now()
    if trouble:
        log.warning("outside_watch_not_told", watch=watch.name, reason=trouble[:200])
        OutsideWatch.objects.filter(pk=watch.pk).update(failed_at=now, reason=trouble[:500])
    else:
        OutsideWatch.objects.filter(pk=watch.pk).update(told_at=now, failed_at=None, reason="")
