"""Who could see what of the vault within a day: from the histories, which nobody can change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet

from helpdesk.accounts.capabilities import ROLES, Capability
from helpdesk.accounts.enums import CUSTOMER_ROLES
from vpn.hosting.models import Grant, Reveal, TemporaryAccess

MOST = 5000
"""Of each kind. Of more the report says that it is not all."""


@dataclass(frozen=True, slots=True)
class Seer:
    """Somebody who saw every entry by their role, in between or all day long."""

    key: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry as it was last that day. `wants_second`: somebody else had to approve each reveal."""

    key: int
    name: str
    organisation: str
    kind: str
    wants_second: bool


@dataclass(frozen=True, slots=True)
class Day:
    """Who saw every entry, whom which entry was granted, who had an account of their own over there, what there was to
    see, and what was revealed. `is_cut`: there was more of something than MOST."""

    seers: list[Seer]
    grants: list[Grant]
    accesses: list[TemporaryAccess]
    entries: list[Kept]
    reveals: list[Reveal]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class _Span:
    """What held from one moment until before another."""

    begin: datetime
    end: datetime
    row: tuple[Any, ...]

    def meets(self, begin: datetime, end: datetime) -> bool:
        return self.begin < end and begin < self.end


def day_of(begin: datetime, end: datetime) -> Day:
    """After `begin` and up to `end`, whoever could see something for a moment of it. Constant statements."""
    people = _people(begin, end)
    theirs = {key: [span for span in spans if _may_come_in(span)] for key, spans in people.items()}
    grants = Grant.objects.filter(granted_at__lte=end, until__gt=begin)
    grants = grants.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=begin)).order_by("pk")
    accesses = TemporaryAccess.objects.filter(made_at__lte=end).without_given().order_by("pk")
    accesses = accesses.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=begin))
    reveals = Reveal.objects.filter(at__gt=begin, at__lte=end).for_list().select_related("entry__organisation")
    given = list(grants.select_related("user", "entry__organisation", "granted_by")[: MOST + 1])
    made = list(accesses.select_related("for_whom", "door", "entry__organisation")[: MOST + 1])
    seen, entries = list(reveals.order_by("pk")[: MOST + 1]), _entries(begin, end)
    return Day(
        seers=_seers(theirs, begin, end),
        grants=[
            each
            for each in given[:MOST]
            if any(span.meets(each.granted_at, each.ended_at or each.until) for span in theirs.get(each.user_id, []))
        ],
        accesses=made[:MOST],
        entries=entries[:MOST],
        reveals=seen[:MOST],
        is_cut=max(len(given), len(made), len(seen), len(entries)) > MOST,
    )


def _people(begin: datetime, end: datetime) -> dict[int, list[_Span]]:
    """Names, roles and whether they were active, by the keys of people."""
    return _spans("accounts.UserEvent", "pgh_obj_id", ("name", "role", "is_active"), begin, end)


def _may_come_in(span: _Span) -> bool:
    _name, role, is_active = span.row
    return is_active and role not in CUSTOMER_ROLES


def _seers(people: dict[int, list[_Span]], begin: datetime, end: datetime) -> list[Seer]:
    """Whose role had the whole vault while they had the role; once for each role."""
    rules = _spans("accounts.RoleRuleEvent", "role", ("capabilities",), begin, end)
    found = {
        Seer(key, span.row[0], span.row[1]): None
        for key, spans in people.items()
        for span in spans
        if span.row[1] in ROLES and _saw(span, rules.get(span.row[1], []))
    }
    return sorted(found, key=lambda seer: (seer.name.lower(), seer.key, seer.role))


def _saw(span: _Span, rules: Iterable[_Span]) -> bool:
    """By the rules of that time, else as the program comes."""
    known = list(rules)
    of_program = ROLES[span.row[1]].capabilities
    if not known or span.begin < known[0].begin:
        return Capability.SEE_VAULT in of_program or any(_saw_by(span, rule, of_program) for rule in known)
    return any(_saw_by(span, rule, of_program) for rule in known)


def _saw_by(span: _Span, rule: _Span, of_program: Iterable[str]) -> bool:
    (capabilities,) = rule.row
    holds = of_program if capabilities is None else capabilities
    return Capability.SEE_VAULT in holds and rule.meets(span.begin, span.end)


def _entries(begin: datetime, end: datetime) -> list[Kept]:
    columns = ("name", "organisation__name", "kind", "needs_four_eyes", "taken_out_at")
    found = []
    for key, spans in _spans("hosting.EntryEvent", "pgh_obj_id", columns, begin, end).items():
        kept = [span for span in spans if span.row[-1] is None]
        if kept:
            found.append(Kept(key, *kept[-1].row[:-1]))
    return sorted(found, key=lambda each: (each.organisation.lower(), each.name.lower(), each.key))


def _spans(history: str, by: str, columns: tuple[str, ...], begin: datetime, end: datetime) -> dict[Any, list[_Span]]:
    """By key, in order: what held at `begin` and what came until `end`. Two statements."""
    events: QuerySet[Any] = apps.get_model(history).objects.all()
    wanted = (by, "pgh_created_at", *columns)
    before = events.filter(pgh_created_at__lte=begin).order_by(by, "-pgh_id").distinct(by).values_list(*wanted)
    since = events.filter(pgh_created_at__gt=begin, pgh_created_at__lte=end).order_by("pgh_id").values_list(*wanted)
    rows: dict[Any, list[tuple[Any, ...]]] = {}
    for key, at, *values in (*before, *since):
        rows.setdefault(key, []).append((max(at, begin), *values))
    return {key: _of_rows(found, end) for key, found in rows.items()}


def _of_rows(rows: list[tuple[Any, ...]], end: datetime) -> list[_Span]:
    ends = [*(row[0] for row in rows[1:]), end]
    spans = [_Span(row[0], until, tuple(row[1:])) for row, until in zip(rows, ends, strict=True)]
    return [span for span in spans if span.begin < span.end]
