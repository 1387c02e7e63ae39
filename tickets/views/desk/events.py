"""Journal lines as people read them between the messages."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.journal.models import Entry
from tickets.enums import FINISHED, Channel, Priority, Score, Status
from tickets.registries import event_sentences

# What the message itself says already.
SILENT = frozenset({"noted", "forwarded", "message_held"})
PEOPLE = {"assigned": ("before", "after"), "participant_added": ("person",), "participant_removed": ("person",)}
PEOPLE |= {"message_approved": ("person",), "team_changed": ("unassigned",), "ticket_opened": ("requester",)}
# Of another ticket: which fact holds its number, and the sentence.
TICKETS = {
    "ticket_merged": ("after", gettext_lazy("merged this ticket into %(after)s")),
    "ticket_merged_here": ("before", gettext_lazy("merged %(before)s into this ticket")),
    "ticket_unmerged": ("after", gettext_lazy("undid the merging into %(after)s")),
    "ticket_unmerged_here": ("before", gettext_lazy("undid the merging of %(before)s into this ticket")),
    "message_moved": ("before", gettext_lazy("moved a message here from %(before)s")),
    "message_moved_away": ("after", gettext_lazy("moved a message to %(after)s")),
    "message_moved_back": ("before", gettext_lazy("moved a message back here from %(before)s")),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What keys in the journal are called today. `tickets` are the numbers of those that the reader may know of."""

    people: dict[int, str]
    teams: dict[int, str]
    tickets: Collection[int]

    def person(self, key: Any) -> str:
        return self.people.get(key) or _("somebody")

    def team(self, key: Any) -> str:
        return self.teams.get(key) or _("a team")

    def ticket(self, number: Any) -> str:
        return str(number) if number in self.tickets else _("another ticket")


@dataclass(frozen=True, slots=True)
class Line:
    """A quiet line: who did what, when. `key` is the entry's."""

    key: int
    at: datetime
    who: str
    text: str


def people_in(entries: Iterable[Entry]) -> set[int]:
    """The keys of everybody whose name the lines need."""
    keys = set()
    for entry in entries:
        keys.add(entry.actor_id)
        keys.update(entry.facts.get(name) for name in PEOPLE.get(entry.verb, ()))
    return {key for key in keys if type(key) is int}


def tickets_in(entries: Iterable[Entry]) -> set[int]:
    """The numbers of the tickets that the lines speak of."""
    numbers = {entry.facts.get(TICKETS[entry.verb][0]) for entry in entries if entry.verb in TICKETS}
    return {number for number in numbers if type(number) is int}


def line_of(entry: Entry, names: Names) -> Line | None:
    """The entry as a line; None when the page says it otherwise."""
    if entry.verb in SILENT:
        return None
    text = _sentence(entry, names)
    who = names.person(entry.actor_id) if entry.actor_id else ""
    return Line(entry.pk, entry.at, who, text) if text else None


def _sentence(entry: Entry, names: Names) -> str:
    if sentence := _SENTENCES.get(entry.verb):
        return sentence(entry.facts, names)
    if entry.verb in TICKETS:
        name, text = TICKETS[entry.verb]
        return str(text) % {name: names.ticket(entry.facts.get(name))}
    if entry.verb in event_sentences:
        return event_sentences[entry.verb](entry.facts)
    return entry.verb.replace("_", " ")


def _assigned(facts: dict[str, Any], names: Names) -> str:
    before, after = facts.get("before"), facts.get("after")
    if after and before:
        return _("passed the ticket from %(before)s to %(after)s") % {
            "before": names.person(before),
            "after": names.person(after),
        }
    if after:
        return _("assigned the ticket to %(after)s") % {"after": names.person(after)}
    return _("took the ticket from %(before)s: nobody has it now") % {"before": names.person(before)}


def _team_changed(facts: dict[str, Any], names: Names) -> str:
    before, after = facts.get("before"), facts.get("after")
    text = _("took the ticket out of every team’s queue")
    if after and before:
        text = _("moved the ticket from %(before)s to %(after)s") % {
            "before": names.team(before),
            "after": names.team(after),
        }
    elif after:
        text = _("gave the ticket to %(after)s") % {"after": names.team(after)}
    if unassigned := facts.get("unassigned"):
        text = _("%(text)s; %(name)s no longer has it") % {"text": text, "name": names.person(unassigned)}
    return text


def _status_changed(facts: dict[str, Any], names: Names) -> str:
    return _("changed the status from %(before)s to %(after)s") % _labels(Status, facts)


def _priority_changed(facts: dict[str, Any], names: Names) -> str:
    return _("changed the priority from %(before)s to %(after)s") % _labels(Priority, facts)


def _tags_changed(facts: dict[str, Any], names: Names) -> str:
    before, after = facts.get("before") or [], facts.get("after") or []
    added = ", ".join(tag for tag in after if tag not in before)
    removed = ", ".join(tag for tag in before if tag not in after)
    if added and removed:
        return _("added the tags %(added)s and removed %(removed)s") % {"added": added, "removed": removed}
    if added:
        return _("added the tags %(added)s") % {"added": added}
    return _("removed the tags %(removed)s") % {"removed": removed} if removed else _("put the tags in order")


def _after_message(facts: dict[str, Any], names: Names) -> str:
    """Only what a message does not usually do to the status is worth a line."""
    before, after = facts.get("before"), facts.get("after")
    if before == after or not {before, after} & {*FINISHED, Status.ON_HOLD}:
        return ""
    if before in FINISHED and after not in FINISHED:
        return _("reopened the ticket by this")
    return _("changed the status from %(before)s to %(after)s") % _labels(Status, facts)


def _opened(facts: dict[str, Any], names: Names) -> str:
    """Whoever wrote the first message opened the ticket; a line is for the other cases."""
    if facts.get("channel") != Channel.PHONE:
        return ""
    return _("wrote this down for %(name)s") % {"name": names.person(facts.get("requester"))}


def _rated(facts: dict[str, Any], names: Names) -> str:
    words = _("rated the solution: %(after)s") if facts.get("before") is None else _("changed the rating to %(after)s")
    return words % {"after": _labels(Score, facts)["after"]}


def _labels(kind: Any, facts: dict[str, Any]) -> dict[str, str]:
    known = dict(kind.choices)
    return {name: str(known.get(facts.get(name), _("unknown"))) for name in ("before", "after")}


_SENTENCES: dict[str, Callable[[dict[str, Any], Names], str]] = {
    "assigned": _assigned,
    "team_changed": _team_changed,
    "status_changed": _status_changed,
    "priority_changed": _priority_changed,
    "tags_changed": _tags_changed,
    "replied": _after_message,
    "received": _after_message,
    "ticket_opened": _opened,
    "rated": _rated,
    "followed": lambda facts, names: _("follows the request from now on"),
    "unfollowed": lambda facts, names: _("no longer follows the request"),
    "participant_added": lambda facts, names: (
        _("added %(name)s to the conversation") % {"name": names.person(facts.get("person"))}
    ),
    "participant_removed": lambda facts, names: (
        _("removed %(name)s from the conversation") % {"name": names.person(facts.get("person"))}
    ),
    "message_approved": lambda facts, names: (
        _("let %(name)s into the conversation") % {"name": names.person(facts.get("person"))}
    ),
    "message_refused": lambda facts, names: _("refused a message"),
}
