"""Keeping bytes: what is returned from here is on the disk, so the one who handed it over may be told so."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from psycopg.types.json import Jsonb

from helpdesk.core import bells
from helpdesk.core.crash import crash_point
from tickets.mail.enums import RawMailState, Source
from tickets.mail.models import Mailbox, RawMail

MOST_HEADER_BYTES = 256 * 1024
TOO_LARGE = "too large: {size:,} bytes, at most {most:,} are taken in; only its headers are kept here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One mail as it reached us. `full_size` is given when `content` is only the head of a mail that was not read."""

    content: bytes
    source: Source
    uid: str = ""
    uid_validity: int | None = None
    envelope_from: str = ""
    envelope_to: Sequence[str] = field(default_factory=tuple)
    peer: str | None = None
    full_size: int | None = None

    @property
    def size(self) -> int:
        return len(self.content) if self.full_size is None else self.full_size

    @property
    def is_too_large(self) -> bool:
        return self.size > settings.MAIL_MAX_BYTES

    @property
    def kept(self) -> bytes:
        """What goes into the database: all of it, or of a mail beyond the cap its headers."""
        return self.content if not self.is_too_large else head_of(self.content)

    @property
    def sha256(self) -> str:
        """Hexadecimal, of what is kept."""
        return hashlib.sha256(self.kept).hexdigest()


def head_of(content: bytes) -> bytes:
    """The header part of a mail, at most 256 KiB, ending in an empty line."""
    start = content[:MOST_HEADER_BYTES]
    ends = [start.find(mark) for mark in (b"\r\n\r\n", b"\n\n")]
    end = min((position for position in ends if position >= 0), default=len(start))
    return start[:end].rstrip(b"\r\n") + b"\r\n\r\n"


def store(
    *,
    content: bytes,
    source: Source,
    mailbox: Mailbox | None = None,
    uid: str = "",
    uid_validity: int | None = None,
    envelope_from: str = "",
    envelope_to: Sequence[str] = (),
    peer: str | None = None,
) -> RawMail | None:
    """Store one mail; see `store_many`. None when this UID of this mailbox is stored already."""
    arrival = Arrival(
        content=content,
        source=source,
        uid=uid,
        uid_validity=uid_validity,
        envelope_from=envelope_from,
        envelope_to=envelope_to,
        peer=peer,
    )
    stored = store_many(arrivals=[arrival], mailbox=mailbox)
    return stored[0] if stored else None


@transaction.atomic
def store_many(*, arrivals: Sequence[Arrival], mailbox: Mailbox | None = None, ring: bool = True) -> list[RawMail]:
    """Store mails of one mailbox (or of none) in one transaction; on commit the worker is rung for, once.

    Those whose UID is stored already are left out; the others come back in the order given, without their bytes.
    A mail above `settings.MAIL_MAX_BYTES` is kept as its headers only and is quarantined at once.
    """
    rows = [_row(arrival, mailbox) for arrival in arrivals]
    if not rows:
        return []
    inserted = _insert(rows)
    crash_point("after_store")
    stored = [RawMail(**{**row, "content": b""}) for row in rows if row["id"] in inserted]
    for raw in stored:
        raw._state.adding = False
    if ring and any(raw.state == RawMailState.STORED for raw in stored):
        from tickets.mail.tasks import process_stored  # noqa: PLC0415 - tasks stand beside actions and import them

        bells.ring(process_stored)
    return stored


def _row(arrival: Arrival, mailbox: Mailbox | None) -> dict[str, Any]:
    reason = TOO_LARGE.format(size=arrival.size, most=settings.MAIL_MAX_BYTES) if arrival.is_too_large else ""
    return {
        "mailbox_id": mailbox.pk if mailbox is not None else None,
        "source": str(arrival.source),
        "uid_validity": arrival.uid_validity,
        "uid": arrival.uid[:255],
        "envelope_from": _storable(arrival.envelope_from)[:320],
        "envelope_to": [_storable(address)[:320] for address in arrival.envelope_to],
        "peer": arrival.peer,
        "content": arrival.kept,
        "sha256": arrival.sha256,
        "size": arrival.size,
        "state": str(RawMailState.QUARANTINED if reason else RawMailState.STORED),
        "reason": reason,
        "kind": "",
        "attempts": 0,
        "finished_at": timezone.now() if reason else None,
        "findings": {"headers_only": True} if reason else {},
    }


def _storable(text: str) -> str:
    """PostgreSQL takes neither NUL nor lone surrogates, and an envelope from outside may hold both."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _insert(rows: list[dict[str, Any]]) -> set[int]:
    """Insert with ON CONFLICT DO NOTHING; fills in each row's `id`, returns the ids that are in.

    psycopg's own cursor sends the bytes as they are, where Django's would write each as two characters of SQL.
    """
    columns = list(rows[0])
    values = "(" + ", ".join(["%s", *("%b" if column == "content" else "%s" for column in columns)]) + ")"
    table = RawMail._meta.db_table
    names = ", ".join(f'"{column}"' for column in ["id", *columns])
    statement = (
        f'INSERT INTO "{table}" ({names}) VALUES {", ".join([values] * len(rows))} '  # noqa: S608 - names of our own
        "ON CONFLICT DO NOTHING RETURNING id"
    )
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, len(rows)]
        )
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row["id"] = number
        cursor.execute(statement, [value for row in rows for value in (row["id"], *_adapted(row, columns))])
        return {number for (number,) in cursor.fetchall()}


def _adapted(row: dict[str, Any], columns: list[str]) -> list[Any]:
    return [Jsonb(row[column]) if column in ("envelope_to", "findings") else row[column] for column in columns]
