"""How often a door may be tried. Counted in the database, so that a lost cache opens nothing.

A stranger who tries somebody else's address is stopped in their own network; only a great many networks together
stop an address, and then only its password: links already sent to the mailbox go on working.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from helpdesk.accounts.enums import Door
from helpdesk.accounts.models import Attempt, User
from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record

KEPT = timedelta(days=1)
IPV6_PREFIX = 64


class TooManyAttempts(Refused):
    """The door stays shut for a while; answered with 429."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts in `within`, counted for one address, for one network, or for the two together."""

    most: int
    within: timedelta
    per_about: bool
    per_network: bool


LIMITS: dict[str, tuple[Limit, ...]] = {
    Door.PASSWORD: (
        Limit(5, timedelta(minutes=5), per_about=True, per_network=True),
        Limit(30, timedelta(minutes=5), per_about=False, per_network=True),
        Limit(100, timedelta(hours=1), per_about=True, per_network=False),
    ),
    Door.LINK: (
        Limit(5, timedelta(hours=1), per_about=True, per_network=True),
        Limit(20, timedelta(hours=1), per_about=False, per_network=True),
        Limit(20, timedelta(hours=1), per_about=True, per_network=False),
    ),
    Door.OUTSIDE: (Limit(60, timedelta(minutes=10), per_about=False, per_network=True),),
    Door.INVITATION: (
        Limit(20, timedelta(hours=1), per_about=True, per_network=False),
        Limit(60, timedelta(days=1), per_about=True, per_network=False),
    ),
}


@transaction.atomic
def begin(*, door: Door, about: str, address: str) -> Attempt:
    """Note an attempt on `about` (what was typed) from an IP address. Raises TooManyAttempts, and then notes nothing.

    Attempts made at the very same moment do not see each other: as many more pass as the web has threads.
    """
    now = timezone.now()
    Attempt.objects.filter(at__lt=now - KEPT).delete()
    attempt = Attempt(door=door, about=_fingerprint(about), network=network_of(address), at=now)
    limits = LIMITS[door]
    counts = {str(index): Count("pk", filter=_counted(limit, attempt)) for index, limit in enumerate(limits)}
    mine = Q(about=attempt.about) | Q(network=attempt.network)
    found = Attempt.objects.filter(mine, door=door, at__gt=now - KEPT).aggregate(**counts)
    full = [limit.within for index, limit in enumerate(limits) if found[str(index)] >= limit.most]
    if full:
        minutes = max(1, int(max(full).total_seconds() // 60))
        raise TooManyAttempts(_("Too many attempts. Try again in %(minutes)d minutes.") % {"minutes": minutes})
    attempt.save()
    return attempt


@transaction.atomic
def succeed(*, attempt: Attempt, user: User) -> None:
    """The attempt was good: it counts no more, and the journal has a line."""
    attempt.delete()
    record(verb="signed_in", subject=user, by=user)


def network_of(address: str) -> str:
    """What one household or office shares: the address itself, of IPv6 its first 64 bits."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:45]
    return str(ip_network((found, IPV6_PREFIX), strict=False)[0] if isinstance(found, IPv6Address) else found)


def _counted(limit: Limit, attempt: Attempt) -> Q:
    where = Q(at__gt=attempt.at - limit.within)
    if limit.per_about:
        where &= Q(about=attempt.about)
    if limit.per_network:
        where &= Q(network=attempt.network)
    return where


def _fingerprint(about: str) -> str:
    """People type passwords into the wrong field: what they typed is not kept."""
    return salted_hmac("helpdesk.accounts.attempts", about.strip().lower(), algorithm="sha256").hexdigest()
