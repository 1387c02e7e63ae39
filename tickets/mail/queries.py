"""What is asked of the mail ledger across its rows."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from tickets.mail.enums import RawMailState
from tickets.mail.models import Mailbox, RawMail, RawMailQuerySet

CHUNK = 10_000
CLAIMABLE = """state IN ('stored', 'processing')
    AND ((state = 'stored' AND due_at <= %(now)s) OR (state = 'processing' AND lease_until <= %(now)s))"""
NEXT = f"""
    WITH candidates AS (
        SELECT mail.id, box.id AS box FROM mail_mailbox box, LATERAL (
            SELECT id FROM mail_rawmail WHERE mailbox_id = box.id AND {CLAIMABLE} ORDER BY id LIMIT %(limit)s
        ) mail
        UNION ALL
        (SELECT id, 0 FROM mail_rawmail WHERE mailbox_id IS NULL AND {CLAIMABLE} ORDER BY id LIMIT %(limit)s)
    )
    SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY box ORDER BY id) AS turn FROM candidates) AS dealt
    ORDER BY turn, id LIMIT %(limit)s
"""  # noqa: S608 - of constants
"""A few rows of each mailbox by the index of what waits: no dearer with fifty thousand mails in one than with ten."""
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Proof:
    """What lies on the server now against what is stored here. `only_there` is not stored yet, or was refused to us;
    `only_here` was deleted or moved on the server since; `as_headers` was too large and is stored as its headers."""

    on_server: int
    stored: int
    only_there: list[str]
    only_here: int
    as_headers: list[str]

    @property
    def is_complete(self) -> bool:
        return not self.only_there


def on_server_rows(mailbox: Mailbox) -> RawMailQuerySet:
    """The mails of the folder that the mailbox reads now, under the numbers that the server uses now."""
    return (
        RawMail.objects.filter(mailbox=mailbox, uid_validity=mailbox.uid_validity)
        .exclude(uid="")
        .exclude(uid__contains=" ")
    )


def held_uids(mailbox: Mailbox, uids: Sequence[str], *, whole: bool = False) -> set[str]:
    """Which of these UIDs are stored; with `whole`, only those of which we have every byte."""
    rows = on_server_rows(mailbox)
    if whole:
        rows = rows.exclude(findings__has_key="headers_only")
    held: set[str] = set()
    for start in range(0, len(uids), CHUNK):
        held.update(rows.filter(uid__in=uids[start : start + CHUNK]).values_list("uid", flat=True))
    return held


def compare(mailbox: Mailbox, uids: Sequence[str]) -> Proof:
    """Hold the server's list of UIDs against ours. Of a POP3 mailbox `uids` are UIDLs."""
    held = held_uids(mailbox, uids)
    as_headers = held - held_uids(mailbox, uids, whole=True)
    return Proof(
        on_server=len(uids),
        stored=len(held),
        only_there=[uid for uid in uids if uid not in held],
        only_here=on_server_rows(mailbox).count() - len(held),
        as_headers=sorted(as_headers),
    )


def counts_by_state(*, most: int = COUNTED) -> dict[str, int]:
    """How many mails are in each state, at most `most` each: what it costs does not grow with the ledger."""
    selects = ", ".join(
        "(SELECT count(*) FROM (SELECT 1 FROM mail_rawmail WHERE state = %s LIMIT %s) AS counted)" for _ in RawMailState
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {selects}", [value for state in RawMailState for value in (state.value, most)])
        row = cursor.fetchone() or ()
    return dict(zip((state.value for state in RawMailState), row, strict=True))


def next_in_turn(limit: int) -> list[int]:
    """Keys of the mails to be worked on next: the oldest of each mailbox, then the second of each, and so on."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, {"now": timezone.now(), "limit": limit})
        return [key for (key,) in cursor.fetchall()]
