"""Ticket dictionaries into the tables, by COPY, chunk by chunk."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from helpdesk.accounts.enums import ContactKind, Role
from helpdesk.accounts.models import ContactPoint, Team, User
from helpdesk.search.engines import engine
from tickets.models import Message, Ticket
from tickets.queries.documents import entry_of
from tickets.rendering import snippet_of

CHUNK = 2_000

TICKET_COLUMNS = (
    "id number subject status priority channel requester_id organisation_id team_id assignee_id tags snippet "
    "awaits_approval created_at active_at first_response_at resolved_at closed_at"
)
MESSAGE_COLUMNS = (
    "id ticket_id kind channel author_id from_name from_address sent_to sent_cc subject text folds html "
    "has_remote_pictures message_id in_reply_to thread_signal thread_confidence content_hash approval flags created_at"
)
KNOWN_ID_COLUMNS = "value ticket_id message_id"
ENTRY_COLUMNS = "at actor_id verb subject_type_id subject_id facts door request_id"

Row = tuple[Any, ...]


@dataclass(slots=True)
class People:
    """Keys of people and teams by the names that the dictionaries use; made when first named."""

    customers: dict[str, int] = field(default_factory=dict)
    agents: dict[str, int] = field(default_factory=dict)
    teams: dict[int, int] = field(default_factory=dict)

    def customer(self, name: str, address: str) -> int:
        if address not in self.customers:
            self.customers[address] = _person(name, address, Role.CUSTOMER)
        return self.customers[address]

    def agent(self, name: str | None) -> int | None:
        if name is None:
            return None
        if name not in self.agents:
            self.agents[name] = _person(name.capitalize(), f"{name}@helpdesk.example", Role.AGENT)
            Team.objects.get(pk=self.team(len(self.agents) % 4)).members.add(self.agents[name])
        return self.agents[name]

    def team(self, queue: int) -> int:
        if queue not in self.teams:
            self.teams[queue] = Team.objects.get_or_create(name=f"Queue {queue + 1}", defaults={"line": queue % 3 + 1})[
                0
            ].pk
        return self.teams[queue]


@dataclass(slots=True)
class Loaded:
    """How much was loaded."""

    tickets: int = 0
    messages: int = 0


def load(source: Iterable[dict[str, Any]], *, progress: Callable[[Loaded], None]) -> Loaded:
    """Load every ticket of `source`; search documents and counters included, history triggers and mails not.

    Runs chunk by chunk, each in a transaction of its own; the search index is built at the end.
    """
    people, loaded = People(), Loaded()
    rows = iter(source)
    with _without_search_index():
        while chunk := list(islice(rows, CHUNK)):
            with transaction.atomic():
                loaded.messages += _load_chunk(chunk, people)
                loaded.tickets += len(chunk)
            engine().settle()
            progress(loaded)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return loaded


def _load_chunk(chunk: list[dict[str, Any]], people: People) -> int:
    ticket_id, message_id = _next_id("tickets_ticket"), _next_id("tickets_message")
    number = _sequence("tickets_number", len(chunk))
    kind_of_ticket = ContentType.objects.get_for_model(Ticket).pk
    tickets, messages, known, entries = [], [], [], []
    for offset, source in enumerate(chunk):
        ticket = ticket_id + offset
        said = list(_messages(source, ticket, message_id, people))
        message_id += len(said)
        tickets.append(_ticket_row(source, ticket, number + offset, said, people))
        messages += said
        known += [(row[14], ticket, row[0]) for row in said]
        entries += [_entry(row, kind_of_ticket) for row in said]
    _copy("tickets_ticket", TICKET_COLUMNS, tickets)
    _copy("tickets_message", MESSAGE_COLUMNS, messages)
    _copy("mail_knownid", KNOWN_ID_COLUMNS, known)
    _copy("journal_entry", ENTRY_COLUMNS, entries)
    _index_for_search(tickets, messages)
    _advance("tickets_ticket", ticket_id + len(chunk) - 1)
    _advance("tickets_message", message_id - 1)
    return len(messages)


def _entry(message: Row, kind_of_ticket: int) -> Row:
    verb = {"inbound": "received", "reply": "replied", "note": "noted"}[message[2]]
    facts = json.dumps({"message": message[0]})
    return (message[21], message[4], verb, kind_of_ticket, message[1], facts, "command", "")


def _ticket_row(
    source: dict[str, Any], key: int, number: int, said: list[tuple[Any, ...]], people: People
) -> tuple[Any, ...]:
    public = [row for row in said if row[2] != "note"]
    replies = [row for row in said if row[2] == "reply"]
    last = datetime.fromisoformat(source["messages"][-1]["ts"])
    closed = source["state"] == "closed"
    status = "closed" if closed else "waiting" if public and public[-1][2] == "reply" else "open"
    end = last + timedelta(hours=2) if closed else None
    return (
        key,
        number,
        source["subject"][:500],
        status,
        min(4, max(1, source["prio"])),
        "mail",
        people.customer(*source["cust"]),
        None,
        people.team(source["queue"]),
        people.agent(source["owner"]),
        [],
        snippet_of(public[-1][10]) if public else "",
        0,
        source["created"],
        last,
        replies[0][21] if replies else None,
        end,
        end,
    )


def _messages(source: dict[str, Any], ticket: int, first: int, people: People) -> Iterator[Row]:
    name, address = source["cust"]
    customer = people.customer(name, address)
    for offset, said in enumerate(source["messages"]):
        agent = people.agent(said["agent"])
        kind = "inbound" if agent is None else "note" if said["private"] else "reply"
        yield (
            first + offset,
            ticket,
            kind,
            "mail" if agent is None else "desk",
            agent or customer,
            name if agent is None else said["agent"].capitalize(),
            address if agent is None else f"{said['agent']}@helpdesk.example",
            "[]",
            "[]",
            source["subject"][:500],
            said["body"],
            "[]",
            "",
            False,
            said["mid"].strip("<>"),
            "",
            "new" if offset == 0 else "known_reference" if agent is None else "",
            90,
            "",
            "",
            "{}",
            said["ts"],
        )


def _person(name: str, address: str, role: str) -> int:
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create(name=name, email=address, role=role, password="!")  # noqa: S106 - fits nothing
        ContactPoint.objects.create(user=user, kind=ContactKind.EMAIL, value=address)
    return user.pk


def _copy(table: str, columns: str, rows: list[Row]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns.split())}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _index_for_search(tickets: list[Row], messages: list[Row]) -> None:
    by_key = {row[0]: Ticket(**_columns(TICKET_COLUMNS, row)) for row in tickets}
    entries = []
    for row in messages:
        message = Message(**_columns(MESSAGE_COLUMNS, row))
        message.created_at = datetime.fromisoformat(row[-1])
        message.sent_to = message.sent_cc = []
        entries.append(entry_of(message, ticket=by_key[message.ticket_id], filenames=()))
    for start in range(0, len(entries), CHUNK):
        engine().write(entries[start : start + CHUNK])


def _columns(names: str, row: Row) -> dict[str, Any]:
    return dict(zip(names.split(), row, strict=True))


class _without_search_index:  # noqa: N801 - read as a statement: with _without_search_index()
    """Drops the word index for the load and builds it at the end: minutes instead of hours."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP INDEX IF EXISTS search_document_vector")

    def __exit__(self, *error: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute("CREATE INDEX IF NOT EXISTS search_document_vector ON search_document USING gin (vector)")


def _next_id(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max(id), 0) + 1 FROM {table}")  # noqa: S608 - a table name of ours
        return int(cursor.fetchone()[0])


def _advance(table: str, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last])


def _sequence(name: str, count: int) -> int:
    """The first of `count` consecutive numbers taken from the sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [name])
        first = int(cursor.fetchone()[0])
        cursor.execute("SELECT setval(%s, %s)", [name, first + count - 1])
    return first
