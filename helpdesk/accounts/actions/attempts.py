"""How often a door may be tried. Counted in the database, so that a lost cache opens nothing.

The first tries are free; after them each one that fails makes the wait before the next twice as long, up to an hour.
With time they are forgotten. A stranger who tries somebody else's address is stopped in their own network; only a great
many networks together stop an address, and then only its password, and only in browsers that were never signed in as
that person: a known browser has a count of its own. Links already sent to the mailbox go on working.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext

from helpdesk.accounts.enums import Door
from helpdesk.accounts.models import Attempt
from helpdesk.core.errors import Refused

KEPT = timedelta(days=1)
LONGEST_WAIT = timedelta(hours=1)
IPV6_PREFIX = 64


class TooManyAttempts(Refused):
    """The door stays shut for a while; answered with 429."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries are `free`, counted for one address, for one network, or for the two together; then comes a first
    `wait`, which doubles with each further try. What is older than `within` is forgotten."""

    free: int
    within: timedelta
    wait: timedelta
    per_about: bool
    per_network: bool

    def ends_at(self, tries: int, last: datetime | None) -> datetime | None:
        """When the wait is over that so many tries brought about, the last of them then."""
        if last is None or tries < self.free:
            return None
        doubled = min(tries - self.free, 12)  # an hour is reached long before
        return last + min(self.wait * 2**doubled, LONGEST_WAIT)


MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIMITS: dict[str, tuple[Limit, ...]] = {
    Door.PASSWORD: (
        Limit(5, 6 * HOUR, MINUTE, per_about=True, per_network=True),
        Limit(30, HOUR, MINUTE, per_about=False, per_network=True),
        Limit(100, HOUR, MINUTE, per_about=True, per_network=False),
    ),
    Door.CODE: (
        Limit(5, 6 * HOUR, MINUTE, per_about=True, per_network=True),
        Limit(20, 6 * HOUR, MINUTE, per_about=True, per_network=False),
    ),
    Door.PASSKEY: (Limit(30, HOUR, MINUTE, per_about=False, per_network=True),),
    Door.LINK: (
        Limit(5, HOUR, 10 * MINUTE, per_about=True, per_network=True),
        Limit(20, HOUR, 10 * MINUTE, per_about=False, per_network=True),
        Limit(20, HOUR, 10 * MINUTE, per_about=True, per_network=False),
    ),
    Door.OUTSIDE: (Limit(60, HOUR, MINUTE, per_about=False, per_network=True),),
    Door.INVITATION: (
        Limit(20, HOUR, 10 * MINUTE, per_about=True, per_network=False),
        Limit(60, timedelta(days=1), HOUR, per_about=True, per_network=False),
    ),
}


@transaction.atomic
def begin(*, door: Door, about: str, address: str, browser: str = "") -> Attempt:
    """Note an attempt on `about` (what was typed) from an IP address. Raises TooManyAttempts, and then notes nothing.

    `browser` is the digest of a browser that is known to be that person's: it stands for the network, and the tries of
    everybody else count nothing for it. Attempts made at the very same moment do not see each other: as many more pass
    as the web has threads.
    """
    now = timezone.now()
    Attempt.objects.filter(at__lt=now - KEPT).delete()
    network = f"browser:{browser[:32]}" if browser else network_of(address)
    attempt = Attempt(door=door, about=fingerprint(about), network=network, at=now)
    limits = [limit for limit in LIMITS[door] if limit.per_network or not browser]
    ends = [end for end in _ends(limits, attempt) if end is not None and end > now]
    if ends:
        minutes = max(1, ceil((max(ends) - now).total_seconds() / 60))
        said = ngettext(
            "Too many attempts. Try again in %(minutes)d minute.",
            "Too many attempts. Try again in %(minutes)d minutes.",
            minutes,
        )
        raise TooManyAttempts(said % {"minutes": minutes})
    attempt.save()
    return attempt


@transaction.atomic
def succeed(*, attempt: Attempt) -> None:
    """The attempt was good: it counts no more."""
    attempt.delete()


def tries_about(*, door: Door, about: str) -> list[str]:
    """The networks of the tries of the last day that came from no known browser, one for each try."""
    found = Attempt.objects.filter(door=door, about=fingerprint(about), at__gt=timezone.now() - KEPT)
    return list(found.exclude(network__startswith="browser:").order_by("pk").values_list("network", flat=True))


def network_of(address: str) -> str:
    """What one household or office shares: the address itself, of IPv6 its first 64 bits."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:45]
    return str(ip_network((found, IPV6_PREFIX), strict=False)[0] if isinstance(found, IPv6Address) else found)


def fingerprint(about: str) -> str:
    """People type passwords into the wrong field: what they typed is not kept."""
    return salted_hmac("helpdesk.accounts.attempts", about.strip().lower(), algorithm="sha256").hexdigest()


def _ends(limits: list[Limit], attempt: Attempt) -> list[datetime | None]:
    counts = {f"tries{index}": Count("pk", filter=_counted(limit, attempt)) for index, limit in enumerate(limits)}
    lasts = {f"last{index}": Max("at", filter=_counted(limit, attempt)) for index, limit in enumerate(limits)}
    mine = Q(about=attempt.about) | Q(network=attempt.network)
    found = Attempt.objects.filter(mine, door=attempt.door, at__gt=attempt.at - KEPT).aggregate(**counts, **lasts)
    return [limit.ends_at(found[f"tries{index}"], found[f"last{index}"]) for index, limit in enumerate(limits)]


def _counted(limit: Limit, attempt: Attempt) -> Q:
    where = Q(at__gt=attempt.at - limit.within)
    if limit.per_about:
        where &= Q(about=attempt.about)
    if limit.per_network:
        where &= Q(network=attempt.network)
    return where
