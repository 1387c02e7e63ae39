"""Taking raw mails to work on, and putting back what could not be finished."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from helpdesk.core.deferring import write_soon
from tickets.mail import queries
from tickets.mail.enums import RawMailState
from tickets.mail.models import RawMail

MOST_ATTEMPTS = 3
BACK_OFF = (timedelta(seconds=5), timedelta(seconds=15))


@transaction.atomic(durable=True)
def claim(*, limit: int, ids: Sequence[int] | None = None) -> list[RawMail]:
    """Up to `limit` waiting mails, leased to the caller; nobody else gets them meanwhile. Mailboxes take turns, each
    with its oldest first: one that is flooded holds up no other.

    A mail that its last worker died of, or beside, is given out alone: it takes nobody with it if it is the culprit.
    One that was claimed three times without an end killed its worker each time: it is quarantined here.
    """
    rows = _locked(limit, queries.next_in_turn(limit) if ids is None else ids)
    if not rows and ids is None:
        rows = _locked(limit, None)  # what was next in turn is in another worker's hand this moment
    hopeless = [row for row in rows if row.attempts >= MOST_ATTEMPTS]
    for row in hopeless:
        finish(row, state=RawMailState.QUARANTINED, reason=row.reason or "the worker died of it three times")
    claimed = [row for row in rows if row.attempts < MOST_ATTEMPTS]
    claimed = [row for row in claimed if row.state == RawMailState.PROCESSING][:1] or claimed
    if claimed:
        RawMail.objects.filter(pk__in=[row.pk for row in claimed]).update(
            state=RawMailState.PROCESSING, attempts=F("attempts") + 1, lease_until=_lease_end()
        )
    for row in claimed:
        row.state, row.attempts = RawMailState.PROCESSING, row.attempts + 1
    return claimed


def _locked(limit: int, ids: Sequence[int] | None) -> list[RawMail]:
    waiting = RawMail.objects.claimable()
    if ids is not None:
        waiting = waiting.filter(pk__in=ids)
    return list(waiting.select_for_update(skip_locked=True, of=("self",))[:limit])


def prolong(rows: Sequence[RawMail]) -> None:
    """Hold these claimed mails for another whole lease: their worker lives, it only takes long."""
    ours = RawMail.objects.filter(pk__in=[row.pk for row in rows], state=RawMailState.PROCESSING)
    ours.update(lease_until=_lease_end())


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def finish(
    raw: RawMail,
    *,
    state: RawMailState,
    reason: str = "",
    kind: str = "",
    findings: dict[str, object] | None = None,
    ticket_id: int | None = None,
    message_id: int | None = None,
) -> None:
    """Write the final state and what it links to, in the caller's transaction (see `deferring`)."""
    raw.state, raw.reason, raw.kind = state, reason[:500], kind
    raw.lease_until, raw.finished_at = None, timezone.now()
    raw.findings = findings if findings is not None else raw.findings
    raw.ticket_id, raw.message_id = ticket_id, message_id
    write_soon(_write_states, raw)


def _write_states(rows: list[RawMail]) -> None:
    values = [
        (
            str(raw.state),
            raw.reason,
            str(raw.kind),
            raw.finished_at,
            json.dumps(raw.findings),
            raw.ticket_id,
            raw.message_id,
            raw.pk,
        )
        for raw in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE mail_rawmail SET state = %s, reason = %s, kind = %s, lease_until = NULL, finished_at = %s,"
            " findings = %s, ticket_id = %s, message_id = %s WHERE id = %s",
            values,
        )


@transaction.atomic
def put_aside(raw: RawMail, *, reason: str) -> None:
    """Quarantine a mail in hand. One that another worker finished meanwhile, our lease being over, stays as it is."""
    ours = RawMail.objects.select_for_update(of=("self",)).filter(pk=raw.pk, state=RawMailState.PROCESSING)
    if ours.values_list("pk").order_by("pk").first():
        finish(raw, state=RawMailState.QUARANTINED, reason=reason)


@transaction.atomic
def put_back(raw: RawMail, *, reason: str, blame: bool) -> None:
    """It could not be finished now: try again later. With `blame` this was the mail's own try; after the third it is
    quarantined. Without (the database went away) the try does not count."""
    if blame and raw.attempts >= MOST_ATTEMPTS:
        put_aside(raw, reason=reason)
        return
    pause = BACK_OFF[min(raw.attempts, len(BACK_OFF)) - 1] if blame else timedelta()
    RawMail.objects.filter(pk=raw.pk, state=RawMailState.PROCESSING).update(
        state=RawMailState.STORED,
        reason=reason[:500],
        attempts=raw.attempts if blame else max(0, raw.attempts - 1),
        due_at=timezone.now() + pause,
        lease_until=None,
    )


@transaction.atomic
def replay(*, raw: RawMail) -> bool:
    """Let a quarantined or ignored mail be worked on again. False when it is in no such state."""
    return bool(
        RawMail.objects.filter(pk=raw.pk, state__in=[RawMailState.QUARANTINED, RawMailState.IGNORED]).update(
            state=RawMailState.STORED, reason="", attempts=0, due_at=timezone.now(), lease_until=None, finished_at=None
        )
    )


@transaction.atomic
def quarantine(*, raw: RawMail, reason: str) -> bool:
    """A person puts a waiting mail aside. False when it is final already."""
    row = RawMail.objects.select_for_update(of=("self",)).without_bytes().get(pk=raw.pk)
    if row.state not in (RawMailState.STORED, RawMailState.PROCESSING):
        return False
    finish(row, state=RawMailState.QUARANTINED, reason=reason)
    return True
