"""Letting a way out rest that fails for everybody, instead of failing every mail on it."""

from datetime import timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record
from helpdesk.notifications.answers import RouteTrouble
from helpdesk.notifications.models import Breaker
from helpdesk.notifications.permissions import can_decide
from helpdesk.notifications.registries import carriers

log = structlog.get_logger(__name__)
FAILURES_TO_OPEN = 3
SHORTEST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(minutes=30)
TRIAL = timedelta(minutes=1)
"""So long a route whose rest is over is left to whoever tries it first."""


def resting_routes() -> list[str]:
    """The routes that nothing is sent by for now."""
    return list(Breaker.objects.filter(open_until__gt=timezone.now()).values_list("route", flat=True))


def doubtful_routes() -> list[str]:
    """Those whose rest is over and of which nobody knows yet whether they work again."""
    now = timezone.now()
    doubtful = Breaker.objects.filter(failures__gte=FAILURES_TO_OPEN, open_until__lte=now)
    return list(doubtful.values_list("route", flat=True))


def begin_trial(route: str) -> bool:
    """Whether the caller may try this doubtful route: one may, or all workers would hang on it together. To be called
    in the transaction of a claim; whoever dies on it leaves a rest of one `TRIAL`."""
    now = timezone.now()
    doubtful = Breaker.objects.filter(route=route, failures__gte=FAILURES_TO_OPEN, open_until__lte=now)
    return doubtful.update(open_until=now + TRIAL) > 0


@transaction.atomic
def note_failure(*, route: str, trouble: RouteTrouble) -> None:
    """Count one failure of the route; after the third in a row, or at once when the sign-in is refused, it rests:
    one minute, then twice as long each time, at most half an hour. One alert in the log when it starts to rest."""
    Breaker.objects.get_or_create(route=route)
    breaker = Breaker.objects.select_for_update().get(route=route)
    was_closed = breaker.failures < FAILURES_TO_OPEN
    breaker.failures = max(breaker.failures + 1, FAILURES_TO_OPEN if trouble.sign_in else 0)
    breaker.reason = str(trouble)[:500]
    if breaker.failures >= FAILURES_TO_OPEN:
        doublings = min(breaker.failures - FAILURES_TO_OPEN, 10)
        breaker.open_until = timezone.now() + min(SHORTEST_REST * 2**doublings, LONGEST_REST)
    breaker.save(update_fields=["failures", "reason", "open_until"])
    if was_closed and breaker.open_until is not None:
        log.error("outgoing_route_rests", route=route, reason=breaker.reason)


def note_success(*, route: str) -> None:
    """The route works: forget its failures."""
    closed = Breaker.objects.filter(route=route, failures__gt=0).update(failures=0, open_until=None, reason="")
    if closed:
        log.info("outgoing_route_works_again", route=route)


@transaction.atomic
def close(*, breaker: Breaker, by: User) -> None:
    """A person mended the cause: try again now. Raises NotAllowed."""
    from helpdesk.notifications.tasks import carry_due, send_due  # noqa: PLC0415 - tasks import this module

    ensure(can_decide(by))
    Breaker.objects.filter(pk=breaker.pk).update(failures=0, open_until=None, reason="")
    record(verb="outgoing_route_tried_again", subject=breaker, by=by, route=breaker.route, reason=breaker.reason)
    is_carried = breaker.route.partition(":")[0] in carriers
    ring(carry_due if is_carried else send_due)
