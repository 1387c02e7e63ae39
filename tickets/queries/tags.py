"""Which tags there are."""

from typing import Any

from django.db.models import CharField, Count, F, Func

from helpdesk.accounts.models import User
from tickets.models import Ticket

AMONG = 10_000
"""So many tickets, those changed last, are looked through: what nobody has used since is not offered any more."""


def tags_in_use(user: User, *, beginning: str = "", most: int) -> list[tuple[str, int]]:
    """The tags that begin so, and on how many of the tickets that the person may see; the most used first. One
    statement."""
    recent = Ticket.objects.visible_to(user).order_by("-active_at", "-pk").values("pk")[:AMONG]
    each: Any = Func(F("tags"), function="unnest", output_field=CharField())
    found = Ticket.objects.filter(pk__in=recent).annotate(tag=each).order_by().values_list("tag").annotate(Count("pk"))
    known = sorted(found, key=lambda row: (-row[1], row[0]))
    return [(tag, count) for tag, count in known if tag.startswith(beginning)][:most]
