"""What was said and done on a ticket, as one column in order of arrival."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import partial
from typing import Any

from django.utils import timezone

from helpdesk.accounts.models import Team, User
from helpdesk.core import readable
from helpdesk.core.parts import part_of
from tickets.models import Message, Ticket
from tickets.permissions import can_work
from tickets.queries.definitions import definitions_for
from tickets.queries.ticket_page import (
    Merged,
    Person,
    deliveries_of,
    entries_of,
    files_of,
    merged_into,
    messages_of,
    numbers_seen,
    people_of,
)
from tickets.views.desk.events import Line, Names, line_of, people_in, tickets_in
from tickets.views.desk.messages import origins_of, shown

MESSAGES = 50
EVENT = "tickets/desk/_event.html"


@dataclass(frozen=True, slots=True)
class Seen:
    """The last message and the last journal entry that a page already shows."""

    message: int = 0
    entry: int = 0

    @classmethod
    def read(cls, word: str) -> "Seen | None":
        """From the form `12.34`; None when it is not of that form."""
        parts = word.split(".")
        if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            return None
        return cls(int(parts[0]), int(parts[1]))

    def __str__(self) -> str:
        return f"{self.message}.{self.entry}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """`items` in order; `earlier` is the key before which more messages wait, 0 when there are none. `people` are
    those the ticket may be given to, `watchers` those who watch it."""

    items: list[dict[str, Any]]
    earlier: int
    seen: Seen
    people: list[Person]
    watchers: list[Person]


def conversation(
    ticket: Ticket, *, user: User, teams: list[Team], before: int = 0, after: Seen | None = None
) -> Conversation:
    """The latest messages (or those before a key, or what came after something seen) with the events between them.
    Five statements whatever it holds."""
    after_seen = after or Seen()
    merged = [each for each in merged_into(ticket) if each.is_seen]
    messages, has_earlier = _messages(ticket, merged, before=before, after=after_seen.message)
    entries = entries_of(ticket, after=after_seen.entry)[::-1]
    watching = set(ticket.watched_by)  # type: ignore[attr-defined] # an annotation of the page's read
    people = people_of(user, named=people_in(entries) | watching)
    known = numbers_seen(user, tickets_in(entries) | origins_of(messages))
    names = Names(
        {person.pk: str(person) for person in people},
        {team.pk: str(team) for team in teams},
        known,
        definitions_for(ticket),
    )
    deliveries, files = deliveries_of(messages), files_of(messages)
    lines = [line for line in (line_of(entry, names) for entry in entries) if line]
    if has_earlier:
        lines = [line for line in lines if line.at >= messages[0].created_at]
    if before and messages:
        lines = [line for line in lines if line.at <= messages[-1].created_at]
    seen = Seen(
        max((message.pk for message in messages), default=after_seen.message),
        max((entry.pk for entry in entries), default=after_seen.entry),
    )
    works = can_work(user, ticket)
    numbers = {each.pk: each.number for each in merged}
    said = [
        (
            message,
            shown(
                message,
                deliveries[message.pk],
                files[message.pk],
                can_work=works,
                reader=user,
                merged_from=numbers.get(message.ticket_id, 0),
                known=known,
            ),
        )
        for message in messages
    ]
    return Conversation(
        items=_merged(said, lines),
        earlier=messages[0].pk if has_earlier else 0,
        seen=seen,
        people=[person for person in people if person.is_choice],
        watchers=[person for person in people if person.pk in watching],
    )


def _messages(ticket: Ticket, merged: Sequence[Merged], *, before: int, after: int) -> tuple[list[Message], bool]:
    latest = messages_of(ticket, merged=merged, most=MESSAGES + 1, after=after, before=before)
    return latest[:MESSAGES][::-1], len(latest) > MESSAGES


def _merged(messages: list[tuple[Message, dict[str, Any]]], lines: list[Line]) -> list[dict[str, Any]]:
    """Messages keep their order; a line stands before the first message that came after it."""
    items: list[dict[str, Any]] = []
    waiting = list(reversed(lines))
    for message, item in messages:
        while waiting and waiting[-1].at < message.created_at:
            items.append(_event(waiting.pop()))
        items.append(item)
    return [*items, *(_event(line) for line in reversed(waiting))]


def _event(line: Line) -> dict[str, Any]:
    return {"printed": part_of(EVENT, (timezone.localdate(), astuple(line)), partial(_event_values, line))}


def _event_values(line: Line) -> dict[str, Any]:
    times = {
        "at": line.at.isoformat(timespec="seconds"),
        "at_full": readable.full_moment(line.at),
        "at_text": readable.moment(line.at),
    }
    return {"event": {"key": line.key, "who": line.who, "text": line.text, **times}}
