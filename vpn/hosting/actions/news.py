"""Who is told what happens in the vault: by a worker, who reads it off the tables and tells nothing twice."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from helpdesk.accounts.capabilities import Capability, role_has
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.notifications.actions.gathering import gather_due
from helpdesk.notifications.actions.tidings import Tiding, tell
from vpn.hosting.enums import RequestState, RevealKind
from vpn.hosting.models import DropLink, Grant, Reveal, RevealRequest
from vpn.hosting.occasions import ALARM, ASKED, DECIDED, DROPPED, GRANTED, facts_of, moment_of
from vpn.hosting.permissions import can_keep_vault, can_see_vault

LOOKED_BACK = timedelta(days=1)
"""How long after it happened somebody is still told."""
HOUR = timedelta(hours=1)


def ring_for_news() -> None:
    """When the caller's transaction ends: a worker looks whom to tell."""
    from vpn.hosting.tasks import spread_news  # noqa: PLC0415 - the task spreads by this module

    ring(spread_news)


def spread() -> int:
    """Tell what nobody was told of; how many notices that made."""
    made = _spread()
    if made:
        gather_due()
    return made


@transaction.atomic
def _spread() -> int:
    since = timezone.now() - LOOKED_BACK
    keepers = list(_keepers())
    found = [*_of_grants(since), *_of_requests(since, keepers), *_of_links(since), *_alarms(keepers)]
    return len(tell(tidings=found)) if found else 0


def grant_may_be_told(person: User, key: int) -> bool:
    """Of a grant whoever has it, though it may have ended."""
    return Grant.objects.filter(pk=key, user=person).exists()


def request_may_be_told(person: User, key: int) -> bool:
    """Of a request whoever asked, and the keepers."""
    return RevealRequest.objects.visible_to(person).filter(pk=key).exists()


def link_may_be_told(person: User, key: int) -> bool:
    """Of a secret that came whoever sees the link."""
    return can_see_vault(person) and DropLink.objects.visible_to(person).filter(pk=key).exists()


def reveal_may_be_told(person: User, key: int) -> bool:
    """Of many reveals the keepers."""
    return can_keep_vault(person)


def grants_known_of(person: User, keys: Iterable[int]) -> set[int]:
    return set(Grant.objects.filter(user=person, pk__in=set(keys)).order_by().values_list("pk", flat=True))


def requests_known_of(person: User, keys: Iterable[int]) -> set[int]:
    return set(
        RevealRequest.objects.visible_to(person).filter(pk__in=set(keys)).order_by().values_list("pk", flat=True)
    )


def links_known_of(person: User, keys: Iterable[int]) -> set[int]:
    return set(DropLink.objects.visible_to(person).filter(pk__in=set(keys)).order_by().values_list("pk", flat=True))


def reveals_known_of(person: User, keys: Iterable[int]) -> set[int]:
    return set(keys) if can_keep_vault(person) else set()


def _keepers() -> Iterable[User]:
    roles = [role for role in Role.values if role_has(role, Capability.KEEP_VAULT)]
    return User.objects.active().filter(role__in=roles).order_by("pk")


def _of_grants(since: datetime) -> Iterator[Tiding]:
    found = Grant.objects.filter(Q(granted_at__gt=since) | Q(ended_at__gt=since), user__is_active=True)
    for each in found.select_related("user", "entry", "granted_by", "ended_by").order_by("pk"):
        is_over = each.ended_at is not None
        who = each.ended_by if is_over else each.granted_by
        facts = facts_of(each.user, entry=each.entry, who=who, until=moment_of(each.user, each.until))
        path = "/desk/access/" if is_over else f"/desk/access/{each.entry_id}/"
        key = f"vault:grant:{each.pk}:{'over' if is_over else 'given'}"
        yield Tiding(each.user, each, GRANTED[is_over], key, path, facts)


def _of_requests(since: datetime, keepers: list[User]) -> Iterator[Tiding]:
    found = RevealRequest.objects.filter(Q(asked_at__gt=since) | Q(decided_at__gt=since))
    for each in found.select_related("by", "secret__entry", "decided_by").order_by("pk"):
        entry = each.secret.entry
        if each.state == RequestState.WAITING:
            for keeper in keepers:
                if keeper.pk != each.by_id:
                    facts = facts_of(keeper, entry=entry, who=each.by, words=each.reason)
                    key = f"vault:request:{each.pk}:asked"
                    yield Tiding(keeper, each, ASKED, key, "/desk/access/requests/", facts)
        elif each.by.is_active:
            path = f"/desk/access/{entry.pk}/"
            is_refused = each.state == RequestState.REFUSED
            facts = facts_of(each.by, entry=entry, who=each.decided_by)
            yield Tiding(each.by, each, DECIDED[is_refused], f"vault:request:{each.pk}:decided", path, facts)


def _of_links(since: datetime) -> Iterator[Tiding]:
    found = DropLink.objects.filter(used_at__gt=since, made_by__is_active=True)
    for each in found.select_related("made_by", "entry", "organisation").order_by("pk"):
        assert each.entry is not None, "a link that was used has an entry"
        facts = facts_of(each.made_by, entry=each.entry, who=None, words=each.asked)
        path = f"/desk/access/{each.entry_id}/"
        yield Tiding(each.made_by, each, DROPPED, f"vault:link:{each.pk}", path, facts)


def _alarms(keepers: list[User]) -> Iterator[Tiding]:
    """Whoever has revealed so much within the hour, once for each hour."""
    since = timezone.now() - HOUR
    seen = Reveal.objects.filter(at__gt=since, by__isnull=False).exclude(kind=RevealKind.USED).order_by()
    many = seen.values("by").annotate(count=Count("pk")).filter(count__gte=settings.VAULT_ALARM_AT)
    for row in many.order_by("by"):
        last = Reveal.objects.filter(by=row["by"]).select_related("by", "entry").latest("pk")
        for keeper in keepers:
            facts = facts_of(keeper, entry=last.entry, who=last.by, count=row["count"])
            key = f"vault:alarm:{row['by']}:{timezone.now():%Y%m%d%H}"
            yield Tiding(keeper, last, ALARM, key, f"/desk/people/{row['by']}/access/", facts)
