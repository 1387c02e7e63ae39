"""Which way to tell administrators is open while something else is not."""

from collections.abc import Iterable, Sequence

from helpdesk.notifications.breakers import resting_routes
from helpdesk.operations.enums import Way
from helpdesk.operations.models import Alert, AlertWay
from helpdesk.operations.watching.families import family_of

SITE = "site"
SENDERS = "celery:notify"
"""While nobody hears these bells, nothing that lies in the outbox goes out."""
UNHEARD = frozenset({SENDERS, "beat", "broker"})


def bring_along() -> None:
    """Where no way was ever set up: mail by the server of the installation."""
    if not AlertWay.objects.exists():
        AlertWay.objects.get_or_create(name="E-mail", defaults={"way": Way.MAIL})


def route_of(way: AlertWay) -> str:
    return way.mailbox.route if way.mailbox else SITE


def open_ways() -> list[AlertWay]:
    """The active ones that do not fail themselves as far as is known, in their order; when all fail, all of them: what
    lies in the outbox goes out when it can."""
    ways = list(
        AlertWay.objects.filter(is_active=True).select_related("mailbox", "messenger").order_by("position", "pk")
    )
    failing = _failing_routes(Alert.objects.lasting())
    return [each for each in ways if not _fails(each, failing)] or ways


def _fails(way: AlertWay, failing: set[str] | None) -> bool:
    if way.way != Way.MAIL:
        return False
    return failing is None or route_of(way) in failing


def _failing_routes(lasting: Iterable[Alert]) -> set[str] | None:
    """Routes that rest or whose mail does not go; None when no mail goes at all."""
    series: Sequence[str] = [each.series for each in lasting]
    if SENDERS in series:
        return None
    stuck = {each.partition(":")[2] for each in series if family_of(each) == "route"}
    return {*resting_routes(), *stuck}
