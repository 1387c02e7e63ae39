"""Figures of keys and servers for Prometheus."""

from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from vpn.enums import KeyState
from vpn.models import Authority, Key, Server

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Figures:
    """`list_seconds`: the age of each authority's newest revocation list, by its word in addresses; `sessions` by that
    of the server. `expiry_days` is that of the valid key that runs out first, None without any."""

    valid_keys: int
    expiry_days: float | None
    list_seconds: dict[str, float]
    sessions: dict[str, int]


def figures() -> Figures:
    """In three statements."""
    now = timezone.now()
    keys = Key.objects.filter(state=KeyState.VALID, not_after__gt=now).aggregate(
        count=Count("pk"), ends=Min("not_after", filter=Q(revoke_at__isnull=True))
    )
    lists = Authority.objects.filter(is_active=True).order_by("slug").annotate(at=Max("revocation_lists__issued_at"))
    live = Count("sessions", filter=Q(sessions__ended_at__isnull=True))
    servers = Server.objects.active().annotate(live=live).values_list("slug", "live")
    return Figures(
        valid_keys=keys["count"],
        expiry_days=(keys["ends"] - now).total_seconds() / DAY if keys["ends"] else None,
        list_seconds={each.slug: (now - each.at).total_seconds() for each in lists if each.at},
        sessions=dict(servers),
    )
