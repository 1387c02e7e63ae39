"""Journal lines as people read them between the messages."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk.core import readable
from helpdesk.journal.models import Entry
from tickets.enums import FINISHED, Channel, Priority, Relation, Score, Status, Writing
from tickets.fields import NOTHING, Definitions, told
from tickets.registries import event_sentences

LONGEST_VALUE = 60
# What the message itself says already.
SILENT = frozenset({"noted", "note_edited", "forwarded", "message_held", "participants_copied"})
PEOPLE = {"assigned": ("before", "after"), "participant_added": ("person",), "participant_removed": ("person",)}
PEOPLE |= {"watcher_added": ("person",), "watcher_removed": ("person",), "lock_taken_over": ("before",)}
PEOPLE |= {"lock_timed_out": ("person",)}
PEOPLE |= {"sending_failed": ("person",), "note_deleted": ("author",)}
PEOPLE |= {"message_approved": ("person",), "team_changed": ("unassigned",), "ticket_opened": ("requester",)}
# Of another ticket: which fact holds its number, and the sentence.
TICKETS = {
    "ticket_merged": ("after", gettext_lazy("merged this ticket into %(after)s")),
    "ticket_merged_here": ("before", gettext_lazy("merged %(before)s into this ticket")),
    "ticket_unmerged": ("after", gettext_lazy("undid the merging into %(after)s")),
    "ticket_unmerged_here": ("before", gettext_lazy("undid the merging of %(before)s into this ticket")),
    "ticket_linked": ("after", gettext_lazy("linked this ticket: %(kind)s %(after)s")),
    "ticket_linked_here": ("before", gettext_lazy("linked this ticket: %(kind)s %(before)s")),
    "ticket_unlinked": ("after", gettext_lazy("took away the link: %(kind)s %(after)s")),
    "ticket_unlinked_here": ("before", gettext_lazy("took away the link: %(kind)s %(before)s")),
    "ticket_split": ("before", gettext_lazy("split this ticket off %(before)s")),
    "ticket_split_off": ("after", gettext_lazy("split messages off into %(after)s")),
    "ticket_split_undone": ("before", gettext_lazy("put the messages split off into %(before)s back here")),
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
    definitions: Definitions = NOTHING

    def person(self, key: Any) -> str:
        return self.people.get(key) or _("somebody")

    def team(self, key: Any) -> str:
        return self.teams.get(key) or _("a team")

    def category(self, key: Any) -> str:
        found = self.definitions.category_called(str(key))
        return found.name if found else str(key)

    def field(self, key: str) -> str:
        found = self.definitions.field_called(key)
        return found.label if found else key

    def value(self, key: str, value: Any) -> str:
        """A value of a field, cut where a line would be lost in it; a dash for none."""
        found = self.definitions.field_called(key)
        if value is None:
            return "–"
        return Truncator(told(found, value) if found else str(value)).chars(LONGEST_VALUE)

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
        kind = _relation(entry)
        return str(text) % {name: names.ticket(entry.facts.get(name)), "kind": kind}
    if entry.verb in event_sentences:
        return event_sentences[entry.verb](entry.facts)
    return entry.verb.replace("_", " ")


def _relation(entry: Entry) -> str:
    kind = entry.facts.get("kind")
    return Relation.word(kind, points=not entry.verb.endswith("_here")) if kind in Relation.values else ""


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


def _category_changed(facts: dict[str, Any], names: Names) -> str:
    before, after = facts.get("before"), facts.get("after")
    if before and after:
        text = _("changed the category from %(before)s to %(after)s") % {
            "before": names.category(before),
            "after": names.category(after),
        }
    elif after:
        text = _("put the ticket into the category %(after)s") % {"after": names.category(after)}
    else:
        text = _("took the ticket out of the category %(before)s") % {"before": names.category(before)}
    if hidden := facts.get("hidden"):
        fields = ", ".join(names.field(key) for key in hidden)
        text = _("%(text)s; kept, but no longer shown: %(fields)s") % {"text": text, "fields": fields}
    return text


def _fields_changed(facts: dict[str, Any], names: Names) -> str:
    before, after = facts.get("before") or {}, facts.get("after") or {}
    changes = [
        _("%(field)s from %(before)s to %(after)s")
        % {
            "field": names.field(key),
            "before": names.value(key, before.get(key)),
            "after": names.value(key, after.get(key)),
        }
        for key in after
    ]
    return _("changed %(changes)s") % {"changes": "; ".join(changes)}


def _after_message(facts: dict[str, Any], names: Names) -> str:
    """Only what a message does not usually do to the status is worth a line."""
    before, after = facts.get("before"), facts.get("after")
    if facts.get("woken"):
        return _("brought the ticket back into the lists by this")
    if before == after or not {before, after} & {*FINISHED, Status.ON_HOLD}:
        return ""
    if before in FINISHED and after not in FINISHED:
        return _("reopened the ticket by this")
    return _("changed the status from %(before)s to %(after)s") % _labels(Status, facts)


def _taken_back(facts: dict[str, Any], names: Names) -> str:
    if facts.get("kind") == Writing.FORWARD:
        return _("took a forward back before it went out")
    return _("took an answer back before it went out")


def _note_deleted(facts: dict[str, Any], names: Names) -> str:
    if author := facts.get("author"):
        return _("deleted a note of %(name)s") % {"name": names.person(author)}
    return _("deleted a note")


def _files_taken_out(facts: dict[str, Any], names: Names) -> str:
    count = facts.get("count", 1)
    return ngettext("took %(count)s file out of a message", "took %(count)s files out of a message", count) % {
        "count": count
    }


def _masked(facts: dict[str, Any], names: Names) -> str:
    return _("masked words of a message: nobody reads them here any more")


def _planned(facts: dict[str, Any], names: Names) -> str:
    return _("planned a message for %(when)s") % {"when": _moment(facts.get("after"))}


def _moved_in_time(facts: dict[str, Any], names: Names) -> str:
    moments = {"before": _moment(facts.get("before")), "after": _moment(facts.get("after"))}
    return _("moved a planned message from %(before)s to %(after)s") % moments


def _not_sent(facts: dict[str, Any], names: Names) -> str:
    words = _("a message that %(name)s had planned was not sent: %(reason)s")
    return words % {"name": names.person(facts.get("person")), "reason": facts.get("reason") or "–"}


def _moment(word: Any) -> str:
    return readable.full_moment(datetime.fromisoformat(word)) if isinstance(word, str) else "–"


def _opened(facts: dict[str, Any], names: Names) -> str:
    """Whoever wrote the first message opened the ticket; a line is for the other cases."""
    if facts.get("channel") != Channel.PHONE:
        return ""
    return _("wrote this down for %(name)s") % {"name": names.person(facts.get("requester"))}


def _rated(facts: dict[str, Any], names: Names) -> str:
    words = _("rated the solution: %(after)s") if facts.get("before") is None else _("changed the rating to %(after)s")
    return words % {"after": _labels(Score, facts)["after"]}


def _snoozed(facts: dict[str, Any], names: Names) -> str:
    """The moment in full: the line is read long after it."""
    return _("put the ticket aside until %(moment)s") % {
        "moment": readable.full_moment(datetime.fromisoformat(facts["until"]))
    }


def _labels(kind: Any, facts: dict[str, Any]) -> dict[str, str]:
    known = dict(kind.choices)
    return {name: str(known.get(facts.get(name), _("unknown"))) for name in ("before", "after")}


_SENTENCES: dict[str, Callable[[dict[str, Any], Names], str]] = {
    "assigned": _assigned,
    "team_changed": _team_changed,
    "status_changed": _status_changed,
    "priority_changed": _priority_changed,
    "tags_changed": _tags_changed,
    "category_changed": _category_changed,
    "fields_changed": _fields_changed,
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
    "watcher_added": lambda facts, names: (
        _("has %(name)s watch the ticket") % {"name": names.person(facts.get("person"))}
    ),
    "watcher_removed": lambda facts, names: (
        _("has %(name)s watch the ticket no more") % {"name": names.person(facts.get("person"))}
    ),
    "message_masked": _masked,
    "message_files_taken_out": _files_taken_out,
    "snoozed": _snoozed,
    "watching_begun": lambda facts, names: _("watches the ticket"),
    "watching_ended": lambda facts, names: _("watches the ticket no more"),
    "woken": lambda facts, names: _("brought the ticket back into the lists"),
    "came_back": lambda facts, names: _("The ticket came back into the lists"),
    "locked": lambda facts, names: _("is on the ticket: others leave notes only"),
    "unlocked": lambda facts, names: _("let the ticket go"),
    "lock_taken_over": lambda facts, names: (
        _("took the ticket over from %(name)s") % {"name": names.person(facts.get("before"))}
    ),
    "lock_timed_out": lambda facts, names: (
        _("%(name)s was quiet for long: the ticket is free again") % {"name": names.person(facts.get("person"))}
    ),
    "archived": lambda facts, names: _("The ticket went into the archive"),
    "taken_out_of_archive": lambda facts, names: _("took the ticket out of the archive"),
    "message_approved": lambda facts, names: (
        _("let %(name)s into the conversation") % {"name": names.person(facts.get("person"))}
    ),
    "taken_back": _taken_back,
    "note_deleted": _note_deleted,
    "sending_planned": _planned,
    "sending_moved": _moved_in_time,
    "sending_given_up": lambda facts, names: _("gave up sending a planned message"),
    "sending_failed": _not_sent,
    "message_refused": lambda facts, names: _("refused a message"),
}
