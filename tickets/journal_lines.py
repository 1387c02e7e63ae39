"""Lines of the journal as auditors read them: who did what to which thing, what was before and is now, from where."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.logs import SECRET_NAMES, URL_PASSWORD
from helpdesk.journal.enums import Door
from helpdesk.journal.models import Entry
from helpdesk.journal.registries import Told, fields, things, values, verbs
from tickets.queries.journal import Named, Reference, names_of, words_of_models, words_of_types

HIDDEN = "[hidden]"
LONGEST = 300
"""Letters of one value on the page; the whole of it is in the facts below."""
PLAIN = Told("")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was and is: its name ("" where the verb says it), before and after. A fact has no before."""

    name: str
    before: str
    after: str
    is_fact: bool = False


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line in the reader's language. `raw` is its facts as JSON, without secrets."""

    key: int
    at: datetime
    verb: str
    who: str
    what: str
    kind: str
    thing: str
    thing_key: int
    url: str
    changes: list[Change]
    door: str
    address: str
    request_id: str
    raw: str


@dataclass(slots=True)
class _Names:
    """What things are called; remembers what it was asked for."""

    found: dict[Reference, Named] = field(default_factory=dict)
    asked: set[Reference] = field(default_factory=set)

    def of(self, word: str, key: Any) -> Named:
        if type(key) is not int:
            return Named(str(key), "")
        self.asked.add((word, key))
        return self.found.get((word, key)) or Named(f"#{key}", "")


def lines_of(entries: Iterable[Entry], user: User) -> list[JournalLine]:
    """The entries as lines for this reader: things they may not see have a number, no name and no link. One statement
    beside the entries (which come with their actors)."""
    kept = list(entries)
    teller = _Teller(user, words_of_types(), words_of_models())
    for entry in kept:
        teller.tell(entry)
    teller.names.found = names_of(teller.names.asked, user)
    return [teller.tell(entry) for entry in kept]


@dataclass(slots=True)
class _Teller:
    user: User
    words: dict[int, str]
    models: dict[type, str]
    names: _Names = field(default_factory=_Names)

    def tell(self, entry: Entry) -> JournalLine:
        facts = without_secrets(entry.facts)
        told = verbs.get(entry.verb, PLAIN)
        word = self.words.get(entry.subject_type_id, "")
        thing = self.names.of(word, entry.subject_id) if word else Named(f"#{entry.subject_id}", "")
        return JournalLine(
            key=entry.pk,
            at=entry.at,
            verb=entry.verb,
            who=self._who(entry),
            what=str(told.label) or entry.verb.replace("_", " "),
            kind=str(things[word].label) if word else capfirst(entry.subject_type.name),
            thing=thing.text,
            thing_key=entry.subject_id,
            url=thing.url,
            changes=self._changes(entry, facts, told),
            door=str(dict(Door.choices).get(entry.door, entry.door)),
            address=entry.address or "",
            request_id=entry.request_id,
            raw=json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True),
        )

    def _who(self, entry: Entry) -> str:
        if entry.actor_id is None:
            return _("The program")
        return str(entry.actor) if entry.actor else f"#{entry.actor_id}"

    def _changes(self, entry: Entry, facts: dict[str, Any], told: Told) -> list[Change]:
        changes = list(self._before_and_after(entry, facts, told))
        for name, kind in told.facts.items():
            if facts.get(name) not in (None, "", []):
                label = str(fields[name]) if name in fields else name
                changes.append(Change(label, "", self._shown(facts[name], kind), is_fact=True))
        return changes

    def _before_and_after(self, entry: Entry, facts: dict[str, Any], told: Told) -> Iterable[Change]:
        before, after = facts.get("before"), facts.get("after")
        if (before is None and after is None) or before == after:
            return
        if isinstance(before or {}, dict) and isinstance(after or {}, dict):
            was, now = before or {}, after or {}
            for name in [*was, *(name for name in now if name not in was)]:
                label, kind, choices = self._field(entry, name)
                old, new = (self._shown(_called(each, choices), kind) for each in (was.get(name), now.get(name)))
                yield Change(label, old, new, is_fact=name not in was)
        else:
            yield Change("", self._shown(before, told.value), self._shown(after, told.value))

    def _field(self, entry: Entry, name: str) -> tuple[str, str, dict[Any, Any]]:
        """What a column of the thing is called, of which kind its values are, or what its choices are called."""
        model = entry.subject_type.model_class()
        column = {each.name: each for each in model._meta.get_fields()}.get(name) if model else None
        if not isinstance(column, models.Field):
            return (str(fields[name]) if name in fields else name.replace("_", " ")), "", {}
        kind = self.models.get(column.related_model, "") if isinstance(column.related_model, type) else ""
        if column.choices and not kind:
            return str(column.verbose_name), *((name, {}) if name in values else ("", dict(column.flatchoices)))
        return str(column.verbose_name), kind, {}

    def _shown(self, value: Any, kind: str) -> str:
        if value is None or value == "" or value == []:
            return "–"
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, list):
            return ", ".join(self._shown(each, kind) for each in value)[:LONGEST]
        if kind in things:
            return self.names.of(kind, value).text
        if kind in values:
            return values[kind](value)[:LONGEST]
        text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _called(value: Any, choices: dict[Any, Any]) -> Any:
    return choices.get(value, value) if isinstance(value, str | int) else value


def without_secrets(value: Any) -> Any:
    """Facts as they may be shown. Nobody writes a secret into the journal; if somebody did, it would stay for ever, and
    here it is not shown at least."""
    if isinstance(value, dict):
        return {
            name: HIDDEN if isinstance(each, str) and SECRET_NAMES.search(name) else without_secrets(each)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return [without_secrets(each) for each in value]
    return URL_PASSWORD.sub(rf"\1:{HIDDEN}@", value) if isinstance(value, str) else value
