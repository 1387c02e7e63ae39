"""Colleagues whom a note calls by `@handle`: found, told, and from then on watching."""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from tickets.actions.news import tell_mentioned
from tickets.actions.watching import watch_when_mentioned
from tickets.models import Message, Ticket
from tickets.queries.colleagues import called
from tickets.rendering import handles_in, markdown_to_html

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

MOST_MENTIONED = 20
"""So many are looked for in one note; later ones stay text."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a note calls: `people` may see the ticket, `unseeing` (names) may not, `unclear` are handles that two share.
    `names` are those of the people by what was written."""

    people: "list[User]" = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    unseeing: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)

    def html(self, text: str) -> str:
        return markdown_to_html(text, names=self.names)

    def flags(self, earlier: Collection[int] = ()) -> dict[str, Any]:
        """What the note remembers: everybody who was ever told of it, and who could not be."""
        told = sorted({*earlier, *(person.pk for person in self.people)})
        flags = {"mentioned": told, "not_told": self.unseeing, "unclear": self.unclear}
        return {name: value for name, value in flags.items() if value}

    def facts(self, earlier: Collection[int] = ()) -> dict[str, Any]:
        """For the journal: who is called now."""
        people = [person.pk for person in self.people if person.pk not in earlier]
        return {"mentioned": people} if people else {}


def mentions_in(text: str, *, ticket: Ticket, by: "User") -> Mentions:
    """Whom the writer calls; nobody whom they may not know of. Quotes, code and links call nobody."""
    found = Mentions()
    handles = list(islice(dict.fromkeys(handles_in(text)), MOST_MENTIONED)) if "@" in text else []
    if not handles:
        return found
    for person in called(handles, ticket=ticket, by=by):
        written = [word for word in (person.handle, person.email) if word in handles]
        if not written:
            found.unclear.append(person.short)
        elif person.sees:
            found.people.append(person)
            found.names.update(dict.fromkeys(written, str(person)))
        else:
            found.unseeing.append(str(person))
    unclear = list(dict.fromkeys(found.unclear))
    return Mentions(found.people, found.names, found.unseeing, unclear)


def without(flags: dict[str, Any]) -> dict[str, Any]:
    """What a message remembers, but for whom it calls."""
    return {name: value for name, value in flags.items() if name not in ("mentioned", "not_told", "unclear")}


def tell(mentions: Mentions, *, message: Message, ticket: Ticket, by: "User", earlier: Collection[int] = ()) -> None:
    """Those who were not told `earlier` are, and watch the ticket from now on. The caller holds its lock."""
    fresh = [person for person in mentions.people if person.pk not in earlier and person.pk != by.pk]
    if fresh:
        watch_when_mentioned(ticket=ticket, by=by, people=fresh)
        tell_mentioned(ticket, message, by=by, people=[person.pk for person in fresh])
