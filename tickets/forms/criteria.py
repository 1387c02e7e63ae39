"""The criteria of a list, read from the words of its URL and written back as such.

Only words that mean something here come back: what is written is made from what was understood, never from what was
asked, so nothing of a hostile URL is reflected.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Organisation, User
from tickets.actions.status import tag_of
from tickets.enums import Channel, Priority, Status
from tickets.fields import Definitions
from tickets.forms.field_criteria import field_chips, field_words, read_field_criteria
from tickets.queries import (
    ALL_COLUMNS,
    COLUMNS,
    FIRST_SORT,
    SORTS,
    VIEWS,
    Choice,
    Criteria,
    Days,
    colleague_choices,
    days_of,
    team_choices,
)
from tickets.queries.definitions import current_definitions

PRIORITY_WORDS = {priority.value: priority.name.lower() for priority in Priority}
_PRIORITIES = {word: value for value, word in PRIORITY_WORDS.items()}
LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a URL; `not_understood` names the parameters whose value meant nothing."""

    criteria: Criteria
    not_understood: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chip:
    """One criterion as shown: what it is, its value, the URL parameters without it."""

    name: str
    label: str
    without: str


@dataclass(slots=True)
class _Reader:
    """Takes values out of the parameters and remembers the ones nobody understands."""

    params: QueryDict
    missed: list[str] = field(default_factory=list)

    def words(self, name: str, known: Iterable[str]) -> tuple[str, ...]:
        asked, allowed = [word for word in self.params.getlist(name) if word], set(known)
        found = tuple(dict.fromkeys(word for word in asked if word in allowed))
        self.note(name, len(set(asked)) > len(found))
        return found

    def one(self, name: str) -> str:
        return self.params.get(name, "").replace("\0", "").strip()[:LONGEST_WORDS]

    def note(self, name: str, is_missed: bool) -> None:
        if is_missed:
            self.missed.append(name)


class Known:
    """What the words of some lists may name, as this person may know it: asked once for all of the lists, one statement
    for each of teams, colleagues, organisations, requesters and what tickets are about, and none for those that no word
    names."""

    def __init__(self, by: User, lists: Iterable[QueryDict]) -> None:
        self._by = by
        self._lists = list(lists)

    def team(self, word: str) -> Choice | None:
        return self._teams.get(word.lower()) if word not in ("", "none") else None

    def assignee(self, word: str) -> Choice | None:
        if word in ("", "none"):
            return None
        return _person(self._by) if word == "me" else self._colleagues.get(word.lower())

    def organisation(self, name: str) -> Choice | None:
        """Whoever may see customers may name any organisation; others their own."""
        return self._organisations.get(name) if name else None

    def requester(self, word: str) -> Choice | None:
        return self._requesters.get(word.lower()) if word else None

    def definitions(self) -> Definitions:
        """Categories and fields as they are now."""
        return self._definitions

    @cached_property
    def _definitions(self) -> Definitions:
        return current_definitions()

    @cached_property
    def _teams(self) -> dict[str, Choice]:
        return {each.word: each for each in reversed(team_choices(self._by))}

    @cached_property
    def _colleagues(self) -> dict[str, Choice]:
        return {each.word: each for each in reversed(colleague_choices(self._by))}

    @cached_property
    def _organisations(self) -> dict[str, Choice]:
        known = Organisation.objects.filter(name__in=self._said("organisation"))
        if not self._by.can(Capability.SEE_CUSTOMERS):
            known = known.filter(people=self._by)
        return {each.name: Choice(each.pk, each.name, each.name) for each in known.order_by("-pk")}

    @cached_property
    def _requesters(self) -> dict[str, Choice]:
        words = {word.lower() for word in self._said("requester")}
        emails, keys = {word for word in words if "@" in word}, {_key(word) for word in words}
        known = User.objects.visible_to(self._by).filter(Q(email__in=emails) | Q(pk__in=keys)).order_by("pk")
        people = [(person, _person(person)) for person in known]
        return {str(person.pk): found for person, found in people} | {found.word.lower(): found for _p, found in people}

    def _said(self, name: str) -> set[str]:
        return {_Reader(params).one(name) for params in self._lists}


def read_criteria(params: QueryDict, *, by: User, known: Known | None = None) -> Reading:
    """The criteria that the URL's words name; `known` where several lists are read."""
    reader, known = _Reader(params), known or Known(by, [params])
    statuses = reader.words("status", [*Status.values, "any"])
    flags = reader.words("is", ("unanswered", "held"))
    view, archived = reader.words("view", VIEWS), reader.words("archived", ["yes"])
    team, assignee, tag = reader.one("team"), reader.one("assignee"), reader.one("tag")
    described, missed = read_field_criteria(params, known=known.definitions)
    reader.missed.extend(missed)
    criteria = Criteria(
        view=view[0] if view else "all",
        statuses=() if "any" in statuses else statuses,
        is_any_status="any" in statuses,
        priorities=tuple(_PRIORITIES[word] for word in reader.words("priority", _PRIORITIES)),
        team=known.team(team),
        is_without_team=team == "none",
        assignee=known.assignee(assignee),
        is_unassigned=assignee == "none",
        tag=tag_of(tag),
        is_archived=archived == ("yes",),
        words=reader.one("q"),
        organisation=known.organisation(reader.one("organisation")),
        requester=known.requester(reader.one("requester")),
        channels=reader.words("channel", Channel.values),
        created=days_of(reader.one("created")),
        active=days_of(reader.one("active")),
        is_unanswered="unanswered" in flags,
        is_held="held" in flags,
        sort=reader.one("sort") if reader.one("sort").removeprefix("-") in SORTS else FIRST_SORT,
        columns=_columns(reader),
        described=described,
    )
    reader.note("team", bool(team) and not (criteria.team or criteria.is_without_team))
    reader.note("assignee", bool(assignee) and not (criteria.assignee or criteria.is_unassigned))
    reader.note("tag", bool(tag) and not criteria.tag)
    for name in ("organisation", "requester", "created", "active"):
        reader.note(name, bool(reader.one(name)) and not getattr(criteria, name))
    reader.note("sort", reader.one("sort") not in ("", criteria.sort))
    if criteria.words and not statuses:
        criteria = replace(criteria, is_any_status=True)
    return Reading(criteria=criteria, not_understood=tuple(reader.missed))


def write_criteria(criteria: Criteria, *, without: str = "") -> str:
    """The parameters that read back as these criteria, leaving out the one named `without`; "" for none."""
    pairs: list[tuple[str, Any]] = [
        ("view", criteria.view if criteria.view != "all" else ""),
        ("q", criteria.words),
        *(("status", status) for status in _status_words(criteria)),
        *(("priority", PRIORITY_WORDS[value]) for value in criteria.priorities),
        ("team", "none" if criteria.is_without_team else criteria.team and criteria.team.word),
        ("assignee", "none" if criteria.is_unassigned else criteria.assignee and criteria.assignee.word),
        ("organisation", criteria.organisation and criteria.organisation.word),
        ("requester", criteria.requester and criteria.requester.word),
        ("tag", criteria.tag),
        *(("channel", channel) for channel in criteria.channels),
        ("created", criteria.created and criteria.created.word),
        ("active", criteria.active and criteria.active.word),
        ("is", "unanswered" if criteria.is_unanswered and without != "unanswered" else ""),
        ("is", "held" if criteria.is_held and without != "held" else ""),
        ("sort", criteria.sort if criteria.sort != FIRST_SORT else ""),
        ("columns", ",".join(criteria.columns) if criteria.columns != COLUMNS else ""),
        *field_words(criteria.described),
        ("archived", "yes" if criteria.is_archived else ""),
    ]
    return urlencode([(name, value) for name, value in pairs if value and name != without], safe=",")


def chips_of(criteria: Criteria) -> list[Chip]:
    """The criteria one by one, as people read them; the view and the words of a search are not among them."""
    found: list[tuple[str, str, str]] = []
    if statuses := _status_words(criteria):
        labels = [_("any") if word == "any" else str(Status(word).label) for word in statuses]
        found.append(("status", _("status"), ", ".join(labels)))
    if criteria.priorities:
        found.append(
            ("priority", _("priority"), ", ".join(str(Priority(value).label) for value in criteria.priorities))
        )
    if criteria.team or criteria.is_without_team:
        found.append(("team", _("team"), str(criteria.team or _("none"))))
    if criteria.assignee or criteria.is_unassigned:
        found.append(("assignee", _("assignee"), str(criteria.assignee or _("nobody"))))
    if criteria.organisation:
        found.append(("organisation", _("organisation"), str(criteria.organisation)))
    if criteria.requester:
        found.append(("requester", _("requester"), str(criteria.requester)))
    if criteria.tag:
        found.append(("tag", _("tag"), criteria.tag))
    if criteria.channels:
        found.append(("channel", _("channel"), ", ".join(str(Channel(word).label) for word in criteria.channels)))
    if criteria.created:
        found.append(("created", _("created"), days_text(criteria.created)))
    if criteria.active:
        found.append(("active", _("last activity"), days_text(criteria.active)))
    if criteria.is_unanswered:
        found.append(("unanswered", _("answer"), _("none yet")))
    if criteria.is_held:
        found.append(("held", _("approval"), _("a message waits for it")))
    found += field_chips(criteria.described)
    if criteria.is_archived:
        found.append(("archived", _("archived"), _("yes")))
    return [Chip(name, label, write_criteria(criteria, without=key)) for key, name, label in found]


def days_text(days: Days) -> str:
    """The days as people read them."""
    if days.back:
        text = ngettext("the last %(count)d day", "the last %(count)d days", days.back) % {"count": days.back}
        return text if days.back > 1 else _("today")
    first, last = (date_format(day, "SHORT_DATE_FORMAT") if day else "" for day in (days.first, days.last))
    if first == last:
        return first
    return (
        f"{first} – {last}"
        if first and last
        else _("since %(day)s") % {"day": first}
        if first
        else _("until %(day)s") % {"day": last}
    )


def person_word(person: User) -> str:
    """A person as a word of a URL: their address, else their key."""
    return person.email or str(person.pk)


def _status_words(criteria: Criteria) -> tuple[str, ...]:
    """`any` goes without saying where words are searched."""
    if criteria.is_any_status:
        return () if criteria.words else ("any",)
    return criteria.statuses


def _columns(reader: _Reader) -> tuple[str, ...]:
    """`status,customer`, or each by itself as a form sends them; the usual ones when none is named."""
    asked = [word for value in reader.params.getlist("columns") for word in value.split(",") if word]
    found = tuple(name for name in ALL_COLUMNS if name in asked)
    reader.note("columns", not set(asked) <= set(ALL_COLUMNS))
    return found or COLUMNS


def _person(person: User) -> Choice:
    return Choice(person.pk, person_word(person), str(person))


def _key(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else 0
