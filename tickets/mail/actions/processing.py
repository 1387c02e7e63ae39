"""From bytes to a message: each claimed mail is parsed in a child process and written in one transaction."""

from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from helpdesk.core.context import acting_from
from helpdesk.core.crash import crash_point
from helpdesk.core.retrying import is_transient, retrying
from tickets.mail.actions import claiming
from tickets.mail.actions.taking_in import take_in
from tickets.mail.enums import RawMailState
from tickets.mail.models import Mailbox, RawMail
from tickets.mail.parsing.pool import ParseFailure, ParserPool
from tickets.mail.parsing.types import ParsedMail

log = structlog.get_logger(__name__)
BATCH = 20

_pool: ParserPool | None = None


def parser_pool() -> ParserPool:
    """This process's parser child, started on first use."""
    global _pool  # noqa: PLW0603 - one child a process, kept between tasks
    if _pool is None:
        _pool = ParserPool(
            memory_bytes=settings.MAIL_PARSER_MEMORY_MB * 1024 * 1024,
            wall_seconds=settings.MAIL_PARSER_SECONDS,
            max_mail_bytes=settings.MAIL_MAX_BYTES,
        )
    return _pool


def process_waiting(*, ids: Sequence[int] | None = None) -> int:
    """Bring waiting mails (of `ids`, or all) to a final state; returns how many were worked on.

    Several workers share the work; a mail that breaks its parser, or finds a fault of ours, stops no other.
    """
    done = 0
    while claimed := retrying(lambda: claiming.claim(limit=BATCH, ids=ids)):
        crash_point("after_claim")
        mailboxes = list(Mailbox.objects.active().select_related("team"))
        outcomes = parser_pool().parse_many([bytes(raw.content) for raw in claimed])
        for raw, outcome in zip(claimed, outcomes, strict=True):
            with acting_from("mail", request_id=f"raw-mail-{raw.pk}"):
                _settle(raw, outcome, mailboxes)
        done += len(claimed)
    return done


def _settle(raw: RawMail, outcome: ParsedMail | ParseFailure, mailboxes: list[Mailbox]) -> None:
    crash_point("after_parse")
    if isinstance(outcome, ParsedMail):
        _write(raw, outcome, mailboxes)
    elif outcome.crashed:
        log.warning("parser_crashed", raw_mail=raw.pk, reason=outcome.reason)
        retrying(lambda: claiming.put_back(raw, reason=outcome.reason, blame=True))
    else:
        retrying(lambda: _quarantine(raw, outcome.reason))


def _write(raw: RawMail, parsed: ParsedMail, mailboxes: list[Mailbox]) -> None:
    try:
        retrying(lambda: take_in(raw=raw, parsed=parsed, mailboxes=mailboxes))
    except (OperationalError, InterfaceError) as error:
        if not is_transient(error):
            _blame(raw, error)
            return
        retrying(lambda: claiming.put_back(raw, reason="the database went away", blame=False))
    except Exception as error:  # noqa: BLE001 - the edge: one mail's fault must not stop the others, it is quarantined
        _blame(raw, error)
    crash_point("after_write")


def _blame(raw: RawMail, error: Exception) -> None:
    log.exception("mail_failed", raw_mail=raw.pk)
    reason = f"{type(error).__name__}: {error}".splitlines()[0]
    retrying(lambda: claiming.put_back(raw, reason=reason, blame=True))


@transaction.atomic
def _quarantine(raw: RawMail, reason: str) -> None:
    claiming.finish(raw, state=RawMailState.QUARANTINED, reason=reason)
