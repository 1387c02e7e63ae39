"""Those who issue keys are told who waits for one: by a worker, and each of it once."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from helpdesk.core.bells import ring
from helpdesk.notifications.actions import spreading
from helpdesk.notifications.actions.tidings import Tiding
from vpn.enums import RequestState
from vpn.models import KeyRequest
from vpn.occasions import ASKED, facts_of
from vpn.queries import issuers

LOOKED_BACK = timedelta(days=1)
"""How long after it was asked somebody is still told."""


def ring_for_news() -> None:
    """When the caller's transaction ends: a worker looks whom to tell."""
    from vpn.tasks import spread_news  # noqa: PLC0415 - the task spreads by this module

    ring(spread_news)


def spread() -> int:
    """Tell what nobody was told of; how many notices that made."""
    return spreading.spread(room="VPN keys", read=_read)


def _read() -> Iterator[Tiding]:
    waiting = KeyRequest.objects.filter(state=RequestState.WAITING, asked_at__gt=timezone.now() - LOOKED_BACK)
    found, people = waiting.select_related("person", "server").order_by("pk"), issuers()
    for wish in found:
        path = reverse("admin:vpn_keyrequest_change", args=[wish.pk])
        for person in people:
            if person.pk != wish.asked_by_id:
                yield Tiding(person, wish, ASKED, f"vpn:request:{wish.pk}:asked", path, facts_of(wish, person))
