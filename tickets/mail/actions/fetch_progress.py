"""How far a mailbox was read, and whether reading it works: written by the fetchers alone."""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat, Greatest, Left
from django.utils import timezone

from helpdesk.journal.actions import record
from tickets.mail.actions.storing import Arrival, store_many
from tickets.mail.models import Mailbox, RawMail

log = structlog.get_logger(__name__)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=30)


def pause_after(failures: int) -> timedelta:
    """How long to leave a server alone after so many failures in a row: 1 minute, doubling to 30."""
    return min(FIRST_PAUSE * 2 ** min(max(failures, 1) - 1, 10), LONGEST_PAUSE)


@transaction.atomic
def enter_folder(*, mailbox: Mailbox, uid_space: str, uid_validity: int | None) -> bool:
    """Note which account and folder (`uid_space`) and which UIDVALIDITY the UIDs from now on belong to.

    True when they are not those of before: everything in the folder is then to be read again. Mails that we hold
    from before keep their row, under a UID that can't be taken for a new one; `take_batch` recognises them.
    Writes the journal.
    """
    row = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
    moved = row.uid_space not in ("", uid_space)
    renumbered = row.uid_validity != uid_validity and row.uid_validity is not None
    if moved:
        _set_apart(row)
    if moved or renumbered:
        before = {"folder": row.uid_space, "uid_validity": row.uid_validity}
        after = {"folder": uid_space, "uid_validity": uid_validity}
        record(verb="mailbox_renumbered", subject=row, by=None, before=before, after=after)
        log.warning("mailbox_renumbered", mailbox=row.name, before=before, after=after)
        if not moved:
            row.fetch_error = (
                f"The server renumbered this folder (UIDVALIDITY) on {timezone.now():%Y-%m-%d %H:%M} UTC; "
                "all of it was read again, known mails were recognised."
            )
        row.last_uid = 0
    row.uid_space, row.uid_validity = uid_space, uid_validity
    row.save(update_fields=["uid_space", "uid_validity", "last_uid", "fetch_error"])
    mailbox.uid_space, mailbox.uid_validity, mailbox.last_uid = row.uid_space, row.uid_validity, row.last_uid
    mailbox.fetch_error = row.fetch_error
    return moved or renumbered


def _set_apart(mailbox: Mailbox) -> None:
    """The UIDs of another folder say nothing about this one: mark them with a blank, which no UID holds."""
    mark = Value(f" {timezone.now():%Y%m%d%H%M%S%f}")
    RawMail.objects.filter(mailbox=mailbox).exclude(uid="").exclude(uid__contains=" ").update(
        uid=Concat(Left(F("uid"), 230), mark, output_field=CharField())
    )


@transaction.atomic
def take_batch(*, mailbox: Mailbox, arrivals: Sequence[Arrival], last_uid: int | None = None) -> list[RawMail]:
    """Store what a fetcher read and note how far it got, in one transaction; returns what was new.

    Mails that we hold under an old number (see `enter_folder`) get their new one instead of a second row.
    """
    new = _recognise(mailbox, arrivals)
    stored = store_many(arrivals=new, mailbox=mailbox)
    if last_uid is not None:
        Mailbox.objects.filter(pk=mailbox.pk, uid_validity=mailbox.uid_validity).update(
            last_uid=Greatest(F("last_uid"), Value(last_uid))
        )
        mailbox.last_uid = max(mailbox.last_uid, last_uid)
    return stored


def _recognise(mailbox: Mailbox, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Give old rows with the same bytes their new UIDs, one row for one mail; returns the mails that are left."""
    digests = {arrival.uid: arrival.sha256 for arrival in arrivals}
    held = (
        RawMail.objects.filter(mailbox=mailbox, sha256__in=set(digests.values()))
        .exclude(uid="")
        .only("pk", "sha256", "uid", "uid_validity")
        .order_by("pk")
    )
    old: dict[str, list[RawMail]] = {}
    current: set[str] = set()
    for row in held:
        if row.uid_validity == mailbox.uid_validity and " " not in row.uid:
            current.add(row.uid)
        else:
            old.setdefault(row.sha256, []).append(row)
    left = []
    for arrival in arrivals:
        rows = old.get(digests[arrival.uid])
        if rows and arrival.uid not in current:
            RawMail.objects.filter(pk=rows.pop(0).pk).update(uid=arrival.uid, uid_validity=arrival.uid_validity)
        else:
            left.append(arrival)
    return left


@transaction.atomic
def note_success(*, mailbox: Mailbox, server_count: int, notice: str | None = None) -> None:
    """The mailbox was read to its end. The first success after failures is written to the journal.

    `notice` is what people should look at all the same ("" clears the last one, None leaves it); a new one is an alert.
    """
    row = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
    if row.fetch_failures:
        record(verb="mailbox_recovered", subject=row, by=None, failures=row.fetch_failures)
        log.info("mailbox_recovered", mailbox=row.name, failures=row.fetch_failures)
        row.fetch_error = ""
    if notice is not None and notice != row.fetch_error:
        row.fetch_error = notice
        if notice:
            record(verb="mailbox_complaint", subject=row, by=None, reason=notice)
            log.error("mailbox_complaint", mailbox=row.name, reason=notice)
    row.fetch_failures, row.fetched_at, row.server_count = 0, timezone.now(), server_count
    row.save(update_fields=["fetch_failures", "fetch_error", "fetched_at", "server_count"])


@transaction.atomic
def note_failure(*, mailbox: Mailbox, reason: str) -> int:
    """Reading failed; returns how often in a row. Only the first of a row is an alert (journal, log at level error);
    the mailbox shows the latest reason."""
    row = Mailbox.objects.select_for_update(of=("self",)).get(pk=mailbox.pk)
    reason = reason[:500]
    is_news = row.fetch_failures == 0
    row.fetch_failures, row.fetch_error = row.fetch_failures + 1, reason
    row.save(update_fields=["fetch_failures", "fetch_error"])
    if is_news:
        record(verb="mailbox_failing", subject=row, by=None, reason=reason)
        log.error("mailbox_failing", mailbox=row.name, reason=reason)
    return row.fetch_failures
