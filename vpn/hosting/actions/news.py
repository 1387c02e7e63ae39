"""Who is told what happens in the vault: by a worker, who reads it off the tables and tells nothing twice."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Q
from django.utils import timezone

from helpdesk.accounts.capabilities import Capability, role_has
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.notifications.actions import spreading
from helpdesk.notifications.actions.tidings import Tiding
from vpn.hosting.enums import AccessState, RequestState, RevealKind
from vpn.hosting.models import DropLink, Grant, Reveal, RevealRequest, TemporaryAccess
from vpn.hosting.models.temporary import TemporaryAccessQuerySet
from vpn.hosting.occasions import (
    ACCESS_ENDED,
    ACCESS_ENDING,
    ALARM,
    ASKED,
    DECIDED,
    DROPPED,
    GRANT_ENDING,
    GRANT_RAN_OUT,
    GRANTED,
    facts_of,
    moment_of,
)
from vpn.hosting.permissions import can_keep_vault, can_see_vault

LOOKED_BACK = timedelta(days=1)
"""How long after it happened somebody is still told."""
AHEAD = timedelta(days=1)
"""How long before it ends somebody is told."""
HOUR = timedelta(hours=1)


def ring_for_news() -> None:
    """When the caller's transaction ends: a worker looks whom to tell."""
    from vpn.hosting.tasks import spread_news  # noqa: PLC0415 - the task spreads by this module

    ring(spread_news)


def spread() -> int:
    """Tell what nobody was told of; how many notices that made."""
    return spreading.spread(room="the vault", read=_read)


def _read() -> list[Tiding]:
    since, keepers = timezone.now() - LOOKED_BACK, list(_keepers())
    happened = [*_of_grants(since), *_of_accesses(since), *_of_requests(since, keepers), *_of_links(since)]
    return [*happened, *_ending_grants(), *_ending_accesses(), *_alarms(keepers)]


def grant_may_be_told(person: User, key: int) -> bool:
    """Of a grant whoever has it, though it may have ended, and whoever gave it."""
    return key in grants_known_of(person, [key])


def access_may_be_told(person: User, key: int) -> bool:
    """Of a temporary access whoever has it or asked for it, and who set its door up and so hears that it is stuck."""
    return key in accesses_known_of(person, [key])


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
    theirs = Q(user=person) | (Q(granted_by=person) if can_keep_vault(person) else Q(pk__in=[]))
    return set(Grant.objects.filter(theirs, pk__in=set(keys)).order_by().values_list("pk", flat=True))


def accesses_known_of(person: User, keys: Iterable[int]) -> set[int]:
    theirs = Q(for_whom=person) | Q(asked_by=person) | Q(door__created_by=person)
    return set(TemporaryAccess.objects.filter(theirs, pk__in=set(keys)).order_by().values_list("pk", flat=True))


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
    ran_out = Grant.objects.filter(ended_at=F("until"), ended_at__gt=since, granted_by__is_active=True)
    for each in ran_out.select_related("user", "entry__organisation", "granted_by").order_by("pk"):
        facts = facts_of(each.granted_by, entry=each.entry, who=each.user, until=moment_of(each.granted_by, each.until))
        yield Tiding(each.granted_by, each, GRANT_RAN_OUT, f"vault:grant:{each.pk}:ran-out", _card(each), facts)


def _ending_grants() -> Iterator[Tiding]:
    """A day before: whoever has it and whoever gave it, where it was given for longer."""
    found = Grant.objects.live().filter(until__lt=timezone.now() + AHEAD, granted_at__lt=F("until") - AHEAD)
    for each in found.select_related("user", "entry__organisation", "granted_by").order_by("pk"):
        for reader in {each.user, each.granted_by}:
            if reader.is_active:
                facts = facts_of(reader, entry=each.entry, who=each.user, until=moment_of(reader, each.until))
                yield Tiding(reader, each, GRANT_ENDING, f"vault:grant:{each.pk}:ending", _card(each), facts)


def _ending_accesses() -> Iterator[Tiding]:
    """The same of accesses that were made for longer than a day."""
    active = TemporaryAccess.objects.filter(state=AccessState.ACTIVE, until__gt=timezone.now())
    found = active.filter(until__lt=timezone.now() + AHEAD, created_at__lt=F("until") - AHEAD)
    for each in _with_people(found):
        yield from _about(each, ACCESS_ENDING, "ending")


def _of_accesses(since: datetime) -> Iterator[Tiding]:
    """That one is gone, to whom it concerns; not to whoever ended it themselves."""
    ended = TemporaryAccess.objects.filter(state=AccessState.ENDED, ended_at__gt=since)
    for each in _with_people(ended):
        yield from _about(each, ACCESS_ENDED, "ended", knows=each.end_asked_by_id)


def _with_people(found: TemporaryAccessQuerySet) -> TemporaryAccessQuerySet:
    return found.without_given().select_related("for_whom", "asked_by", "entry__organisation").order_by("pk")


def _about(access: TemporaryAccess, occasion: str, word: str, *, knows: int | None = None) -> Iterator[Tiding]:
    for reader in {access.for_whom, access.asked_by}:
        if reader.is_active and reader.pk != knows:
            until = moment_of(reader, access.until)
            facts = facts_of(reader, entry=access.entry, who=access.for_whom, until=until)
            path = f"{_card(access)}temporary/{access.pk}/"
            yield Tiding(reader, access, occasion, f"vault:access:{access.pk}:{word}", path, facts)


def _card(thing: Grant | TemporaryAccess) -> str:
    return f"/desk/access/{thing.entry_id}/"


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
