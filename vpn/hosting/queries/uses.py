"""What the program used by itself, told together: every night one line would push everything else out of sight."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min

from helpdesk.accounts.models import User
from helpdesk.core.retelling import retold
from vpn.hosting.models import Entry, Reveal


@dataclass(frozen=True, slots=True)
class Uses:
    """One secret, used `count` times for one reason."""

    label: str
    why: str
    count: int
    first: datetime
    last: datetime


def uses_of(entry: Entry, user: User) -> list[Uses]:
    """Those of the entry that the person sees, by secret and reason, the latest first. One statement."""
    seen = Reveal.objects.visible_to(user).filter(entry=entry).by_the_program().order_by()
    rows = seen.values_list("secret__label", "reason", "secret")
    told = rows.annotate(count=Count("pk"), first=Min("at"), last=Max("at")).order_by("-last", "secret", "reason")
    return [Uses(label, retold(reason), count, first, last) for label, reason, _key, count, first, last in told]
