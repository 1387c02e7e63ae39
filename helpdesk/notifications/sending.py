"""The worker that empties the outbox.

For each mail: claim its rows and commit, write the letter, connect, offer each recipient, commit that the data go out,
send them, read the answer, commit the results. Wherever the process dies, a lease runs out and the sweep knows by
`data_at` whether the rows can simply be sent again or a person must decide.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from helpdesk.core.context import acting_from
from helpdesk.core.crash import crash_point
from helpdesk.core.errors import Refused
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.notifications.answers import Deferred, Rejected, RouteTrouble, Silence, Trouble
from helpdesk.notifications.breakers import note_failure, note_success
from helpdesk.notifications.claiming import Claim, LeaseLost, claim, lease_length, prolong
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.pool import pool
from helpdesk.notifications.recording import (
    Outcome,
    before_data,
    cancelled,
    failed,
    kept,
    later,
    record_outcomes,
    refused,
    sent,
    unknown,
)
from helpdesk.notifications.registries import OutgoingMail, Transport, Withdrawn, composers, transport_of
from helpdesk.notifications.smtp import Connection

log = structlog.get_logger(__name__)
LONGEST_SHIFT = 30.0
"""Seconds after which a worker hands over to the next bell, so that other bells of its queue are heard, those of the
watch among them, and no deployment waits for a full outbox."""


def send_all_due() -> bool:
    """Send what is due, mail by mail. True when nothing is left, False when the shift was over first."""
    pool.close_idle()
    ends_at = time.monotonic() + LONGEST_SHIFT
    while claimed := retrying(claim, times=PATIENT):
        with acting_from("task", request_id=f"delivery-{claimed.rows[0].pk}"):
            _send(claimed)
        if time.monotonic() > ends_at:
            return False
    return True


@dataclass(slots=True)
class _Sending:
    """One mail on its way: what is decided about its rows so far."""

    claim: Claim
    mail: OutgoingMail
    transport: Transport
    decided: dict[int, Outcome] = field(default_factory=dict)

    @property
    def open_rows(self) -> list[Delivery]:
        return [row for row in self.claim.rows if row.pk not in self.decided]

    def decide_rest(self, outcome: Outcome) -> None:
        self.decided |= {row.pk: outcome for row in self.open_rows}


def _send(claimed: Claim) -> None:
    sending = _prepared(claimed)
    if sending is None:
        return
    try:
        _transfer(sending)
    except LeaseLost:
        log.warning("delivery_taken_over", delivery=claimed.rows[0].pk)
        return
    _record(sending)


def _prepared(claimed: Claim) -> _Sending | None:
    """The letter and its way out; None when there is none: then the rows have failed with the reason, or are cancelled
    because it is not to go out any more."""
    decided: Callable[[str], Outcome] = failed
    try:
        transport = retrying(lambda: transport_of(claimed.route), times=PATIENT)
        mail = retrying(lambda: composers[claimed.rows[0].purpose](claimed.rows), times=PATIENT)
        return _Sending(claimed, mail, transport)
    except (DatabaseError, InterfaceError):
        raise  # not the letter's fault: the lease runs out and it is tried again
    except Refused as refusal:
        reason, decided = str(refusal), cancelled if isinstance(refusal, Withdrawn) else failed
    except Exception as error:
        log.exception("letter_not_written", delivery=claimed.rows[0].pk)
        reason = f"the mail could not be written: {type(error).__name__}: {error}".splitlines()[0]
    outcome = decided(reason)
    retrying(lambda: record_outcomes([(row, outcome) for row in claimed.rows], claim=claimed), times=PATIENT)
    return None


def _transfer(sending: _Sending) -> None:
    """Hand the mail to the server and decide about every row. Raises LeaseLost."""
    route = sending.claim.route
    crash_point("before_connect")
    try:
        connection = pool.borrow(sending.transport)
    except RouteTrouble as trouble:
        _give_way(sending, trouble)
        return
    except Deferred as trouble:
        sending.decide_rest(later(str(trouble), status=trouble.status))
        return
    usable = False
    try:
        if connection.mails == 0 or sending.claim.is_trial:
            retrying(lambda: note_success(route=route), times=PATIENT)
        retrying(lambda: prolong(sending.claim), times=PATIENT)
        usable = _converse(connection, sending)
    finally:
        if usable:
            pool.give_back(connection)
        else:
            connection.drop()


def _converse(connection: Connection, sending: _Sending) -> bool:
    """One mail transaction. Whether the connection is fit for another."""
    try:
        connection.start(sending.mail.envelope_from, size=len(sending.mail.content))
        _offer_recipients(connection, sending)
        if not sending.open_rows:
            return connection.reset()
        crash_point("before_data")
        connection.ask_to_send()
    except RouteTrouble as trouble:
        _give_way(sending, trouble)
        return False
    except (Deferred, Rejected) as trouble:
        sending.decide_rest(_outcome_of(trouble))
        return connection.reset()
    _commit_before_data(sending)
    return _pour(connection, sending)


def _pour(connection: Connection, sending: _Sending) -> bool:
    """The mail itself and the server's word about it."""
    try:
        connection.pour(sending.mail.content, seconds=lease_length().total_seconds() / 2)
        crash_point("after_data")
        answer = connection.finish()
    except Silence as trouble:
        sending.decide_rest(unknown(trouble))
        return False
    except Deferred as trouble:
        sending.decide_rest(_outcome_of(trouble))
        return False
    crash_point("after_250")
    sending.decide_rest(sent(answer) if answer.is_good else refused(answer))
    return True


def _offer_recipients(connection: Connection, sending: _Sending) -> None:
    for row in sending.open_rows:
        retrying(lambda: prolong(sending.claim), times=PATIENT)
        answer = connection.offer(row.recipient)
        if not answer.is_good:
            sending.decided[row.pk] = refused(answer)


def _commit_before_data(sending: _Sending) -> None:
    """Raises LeaseLost; then, as on any other error, the connection is dropped and the server has no mail."""
    accepted, claimed = sending.open_rows, sending.claim
    at = timezone.now()
    lease = at + timedelta(seconds=sending.transport.answer_timeout) + lease_length() / 2
    retrying(lambda: before_data(sending.decided, claim=claimed, accepted=accepted, at=at, lease=lease), times=PATIENT)
    claimed.rows, claimed.lease = accepted, lease
    for row in accepted:
        row.data_at = at


def _outcome_of(trouble: Trouble) -> Outcome:
    if isinstance(trouble, Rejected):
        return failed(str(trouble), status=trouble.status)
    return later(str(trouble), status=trouble.status)


def _give_way(sending: _Sending, trouble: RouteTrouble) -> None:
    route = sending.claim.route
    retrying(lambda: note_failure(route=route, trouble=trouble), times=PATIENT)
    sending.decide_rest(kept(trouble, route=route))


def _record(sending: _Sending) -> None:
    outcomes = [(row, sending.decided[row.pk]) for row in sending.claim.rows]
    retrying(lambda: record_outcomes(outcomes, claim=sending.claim), times=PATIENT)
