"""The criteria of a list, read from the words of its URL and written back as such.

Only words that mean something here come back: what is written is made from what was understood, never from what was
asked, so nothing of a hostile URL is reflected.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Organisation, User
from tickets.actions.status import tag_of
from tickets.enums import Priority, Status
from tickets.forms.field_criteria import field_chips, field_words, read_field_criteria
from tickets.queries import VIEWS, Choice, Criteria

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


def read_criteria(params: QueryDict, *, by: User, teams: Sequence[Choice], colleagues: Sequence[Choice]) -> Reading:
    """The criteria that the URL's words name. Two statements at most: organisation and requester."""
    reader = _Reader(params)
    statuses = reader.words("status", [*Status.values, "any"])
    view, archived = reader.words("view", VIEWS), reader.words("archived", ["yes"])
    team, assignee, tag = reader.one("team"), reader.one("assignee"), reader.one("tag")
    described, missed = read_field_criteria(params)
    reader.missed.extend(missed)
    criteria = Criteria(
        view=view[0] if view else "all",
        statuses=() if "any" in statuses else statuses,
        is_any_status="any" in statuses,
        priorities=tuple(_PRIORITIES[word] for word in reader.words("priority", _PRIORITIES)),
        team=_named(team, teams),
        is_without_team=team == "none",
        assignee=_assignee(assignee, by, colleagues),
        is_unassigned=assignee == "none",
        tag=tag_of(tag),
        is_archived=archived == ("yes",),
        words=reader.one("q"),
        organisation=_organisation(reader.one("organisation"), by),
        requester=_requester(reader.one("requester"), by),
        described=described,
    )
    reader.note("team", bool(team) and not (criteria.team or criteria.is_without_team))
    reader.note("assignee", bool(assignee) and not (criteria.assignee or criteria.is_unassigned))
    reader.note("tag", bool(tag) and not criteria.tag)
    reader.note("organisation", bool(reader.one("organisation")) and not criteria.organisation)
    reader.note("requester", bool(reader.one("requester")) and not criteria.requester)
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
        *field_words(criteria.described),
        ("archived", "yes" if criteria.is_archived else ""),
    ]
    return urlencode([(name, value) for name, value in pairs if value and name != without])


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
    found += field_chips(criteria.described)
    if criteria.is_archived:
        found.append(("archived", _("archived"), _("yes")))
    return [Chip(name, label, write_criteria(criteria, without=key)) for key, name, label in found]


def person_word(person: User) -> str:
    """A person as a word of a URL: their address, else their key."""
    return person.email or str(person.pk)


def _status_words(criteria: Criteria) -> tuple[str, ...]:
    """`any` goes without saying where words are searched."""
    if criteria.is_any_status:
        return () if criteria.words else ("any",)
    return criteria.statuses


def _named(word: str, choices: Sequence[Choice]) -> Choice | None:
    return next((each for each in choices if each.word == word.lower()), None) if word else None


def _assignee(word: str, by: User, colleagues: Sequence[Choice]) -> Choice | None:
    return _person(by) if word == "me" else _named(word, colleagues)


def _organisation(name: str, by: User) -> Choice | None:
    """Whoever may see customers may name any organisation; others their own."""
    if not name:
        return None
    known = Organisation.objects.filter(name=name)
    if not by.can(Capability.SEE_CUSTOMERS):
        known = known.filter(people=by)
    found = known.first()
    return Choice(found.pk, found.name, found.name) if found else None


def _requester(word: str, by: User) -> Choice | None:
    if not word:
        return None
    known = User.objects.visible_to(by)
    found = (known.filter(email=word.lower()) if "@" in word else known.filter(pk=_key(word))).first()
    return _person(found) if found else None


def _person(person: User) -> Choice:
    return Choice(person.pk, person_word(person), str(person))


def _key(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else 0
