"""From bytes to a message: each claimed mail is parsed in a child process and written in one transaction."""

import atexit
import math
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections

from helpdesk.core.crash import crash_point
from helpdesk.core.retrying import PATIENT, is_transient, retrying
from tickets.mail import origin
from tickets.mail.actions import claiming
from tickets.mail.actions.taking_in import take_in
from tickets.mail.models import Mailbox, RawMail
from tickets.mail.parsing.pool import ParseFailure, ParserPool
from tickets.mail.parsing.types import ParsedMail

log = structlog.get_logger(__name__)
BATCH = 20
LONGEST_SHIFT = 30.0
"""Seconds after which a worker hands over to the next bell: others of its queue are heard between two shifts."""

_pool: ParserPool | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Mails leased to this worker, and what reading them yields, in their order."""

    mails: list[RawMail]
    outcomes: Future[list[ParsedMail | ParseFailure]]


def parser_pool() -> ParserPool:
    """This process's parser child, started on first use."""
    global _pool
    if _pool is None:
        _pool = ParserPool(
            memory_bytes=settings.MAIL_PARSER_MEMORY_MB * 1024 * 1024,
            wall_seconds=settings.MAIL_PARSER_SECONDS,
            max_mail_bytes=settings.MAIL_MAX_BYTES,
        )
        atexit.register(_pool.close)
    return _pool


def work_shift() -> bool:
    """Work on what waits for a while; False when there is more to do."""
    until = time.monotonic() + LONGEST_SHIFT
    process_waiting(until=until)
    return time.monotonic() < until or not RawMail.objects.claimable().order_by().exists()


def process_waiting(*, ids: Sequence[int] | None = None, until: float = math.inf) -> int:
    """Bring waiting mails (of `ids`, or all) to a final state; returns how many were worked on. No more are begun at
    `until`, by the monotonic clock.

    Several workers share the work; a mail that breaks its parser, or finds a fault of ours, stops no other. While one
    batch is written the child reads the next.
    """
    done = 0
    with ThreadPoolExecutor(1, thread_name_prefix="reader") as reader:
        batch = _claim_and_read(reader, ids)
        while batch.mails:
            outcomes = _outcomes(batch)
            crash_point("after_parse")
            following = _claim_and_read(reader, ids) if time.monotonic() < until else None
            _write(batch.mails, outcomes)
            crash_point("after_write")
            done += len(batch.mails)
            if following is None:
                break
            batch = following
    return done


def _claim_and_read(reader: ThreadPoolExecutor, ids: Sequence[int] | None) -> Batch:
    claimed = retrying(lambda: claiming.claim(limit=BATCH, ids=ids), times=PATIENT)
    crash_point("after_claim")
    return Batch(claimed, reader.submit(_read, claimed))


def _outcomes(batch: Batch) -> list[ParsedMail | ParseFailure]:
    """What the child reads. The lease is short, so that a dead worker is soon noticed; while reading takes longer it is
    renewed."""
    while not wait([batch.outcomes], timeout=settings.MAIL_LEASE_SECONDS / 3).done:
        retrying(lambda: claiming.prolong(batch.mails), times=PATIENT)
    return batch.outcomes.result()


def _read(claimed: list[RawMail]) -> list[ParsedMail | ParseFailure]:
    if not claimed:
        return []
    outcomes = list(parser_pool().parse_many([bytes(raw.content) for raw in claimed]))
    strangers = [raw for raw in claimed if origin.wants_check(raw)]
    if strangers:
        with ThreadPoolExecutor(4, thread_name_prefix="origin") as checkers:
            for raw, found in zip(strangers, checkers.map(origin.check, strangers), strict=True):
                raw.findings = {"origin": found}
    return outcomes


def _write(claimed: list[RawMail], outcomes: list[ParsedMail | ParseFailure]) -> None:
    active = Mailbox.objects.active().without_secrets().select_related("team").order_by("pk")
    mailboxes = retrying(lambda: list(active.all()), times=PATIENT)
    pairs = list(zip(claimed, outcomes, strict=True))
    _write_together([(raw, outcome) for raw, outcome in pairs if isinstance(outcome, ParsedMail)], mailboxes)
    for raw, outcome in pairs:
        if isinstance(outcome, ParseFailure):
            _set_aside(raw, outcome)


def _write_together(mails: list[tuple[RawMail, ParsedMail]], mailboxes: list[Mailbox]) -> None:
    """The usual way: one transaction for the batch. Whatever goes wrong in it, each mail is then tried alone."""
    if not mails:
        return
    try:
        take_in(mails=mails, mailboxes=mailboxes)
    except Exception as error:  # noqa: BLE001 - nothing of the batch was written; alone, each shows its own fault
        log.warning("batch_failed", mails=len(mails), error=f"{type(error).__name__}: {error}".splitlines()[0])
        close_old_connections()
        for raw, parsed in mails:
            _write_alone(raw, parsed, mailboxes)


def _write_alone(raw: RawMail, parsed: ParsedMail, mailboxes: list[Mailbox]) -> None:
    try:
        retrying(lambda: take_in(mails=[(raw, parsed)], mailboxes=mailboxes), times=PATIENT)
    except (OperationalError, InterfaceError) as error:
        if not is_transient(error):
            _blame(raw, error)
            return
        retrying(lambda: claiming.put_back(raw, reason="the database went away", blame=False), times=PATIENT)
    except Exception as error:  # noqa: BLE001 - the edge: one mail's fault must not stop the others, it is quarantined
        _blame(raw, error)


def _set_aside(raw: RawMail, failure: ParseFailure) -> None:
    if failure.crashed:
        log.warning("parser_crashed", raw_mail=raw.pk, reason=failure.reason)
        retrying(lambda: claiming.put_back(raw, reason=failure.reason, blame=True), times=PATIENT)
    else:
        retrying(lambda: claiming.put_aside(raw, reason=failure.reason), times=PATIENT)


def _blame(raw: RawMail, error: Exception) -> None:
    log.exception("mail_failed", raw_mail=raw.pk)
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    retrying(lambda: claiming.put_back(raw, reason=reason, blame=True), times=PATIENT)
