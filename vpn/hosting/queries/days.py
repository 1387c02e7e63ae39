"""Who could see what of the vault at a moment: from the histories, which nobody can change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Q

from helpdesk.accounts.capabilities import ROLES, Capability
from helpdesk.accounts.enums import CUSTOMER_ROLES
from vpn.hosting.models import Grant, Reveal

MOST = 5000


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody who saw every entry, by their role at that moment."""

    key: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it was at that moment."""

    key: int
    name: str
    organisation: str
    kind: str


@dataclass(frozen=True, slots=True)
class Day:
    """Who saw every entry, whom which entry was granted, what there was to see, and what was revealed that day."""

    seers: list[Seer]
    grants: list[Grant]
    entries: list[Kept]
    reveals: list[Reveal]


def day_of(begin: datetime, end: datetime) -> Day:
    """At the moment `end`, with the reveals since `begin`. A constant number of statements."""
    entries = _entries(end)
    grants = Grant.objects.filter(granted_at__lte=end, until__gt=end).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gt=end)
    )
    with_names = grants.select_related("user", "entry__organisation", "granted_by").order_by("pk")
    active = _people(end)
    seers = _seers(active, end)
    seeing = {seer.key for seer in seers}
    reveals = (
        Reveal.objects.filter(at__gt=begin, at__lte=end)
        .for_list()
        .select_related("by", "secret", "ticket", "entry__organisation")
    )
    return Day(
        seers=seers,
        grants=[each for each in with_names[:MOST] if each.user_id in active and each.user_id not in seeing],
        entries=entries,
        reveals=list(reveals.order_by("pk")[:MOST]),
    )


def _people(moment: datetime) -> dict[int, tuple[str, str]]:
    """The names and roles of the staff who could come in, by key."""
    history = apps.get_model("accounts", "UserEvent").objects.filter(pgh_created_at__lte=moment)
    latest = history.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    rows = latest.values_list("pgh_obj_id", "name", "role", "is_active")
    return {key: (name, role) for key, name, role, is_active in rows if is_active and role not in CUSTOMER_ROLES}


def _seers(people: dict[int, tuple[str, str]], moment: datetime) -> list[Seer]:
    history = apps.get_model("accounts", "RoleRuleEvent").objects.filter(pgh_created_at__lte=moment)
    latest = history.order_by("role", "-pgh_id").distinct("role")
    rules: dict[str, Any] = dict(latest.values_list("role", "capabilities"))
    seeing = {role for role in ROLES if _sees(role, rules.get(role))}
    found = [Seer(key, name, role) for key, (name, role) in people.items() if role in seeing]
    return sorted(found, key=lambda seer: (seer.name.lower(), seer.key))


def _sees(role: str, rule: Any) -> bool:
    """Whether the role had the whole vault: by the rule of that moment, else as the program comes."""
    return Capability.SEE_VAULT in (ROLES[role].capabilities if rule is None else rule)


def _entries(moment: datetime) -> list[Kept]:
    history = apps.get_model("hosting", "EntryEvent").objects.filter(pgh_created_at__lte=moment)
    latest = history.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id").select_related("organisation")
    found = [
        Kept(each.pgh_obj_id, each.name, each.organisation.name, each.kind)
        for each in latest[:MOST]
        if each.taken_out_at is None
    ]
    return sorted(found, key=lambda kept: (kept.organisation.lower(), kept.name.lower(), kept.key))
