"""The nemesis run itself: it finds what is lost or doubled, and a short one finds nothing."""

import hashlib
import json
import time
from dataclasses import replace

import pytest
from django.utils import timezone

from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.operations.nemesis.checking import Verdict, check
from helpdesk.operations.nemesis.history import History, Kind, Operation
from helpdesk.operations.nemesis.peer import Peer, Received
from tests.factories import MessageFactory, StaffFactory, TicketFactory
from tests.peers.processes import manage
from tests.tickets.mail.conftest import mail
from tickets.enums import MessageKind
from tickets.mail.enums import RawMailState
from tickets.mail.models import RawMail
from tickets.models import Message

FINE = {"sent": 1, "ok": 1}


@pytest.fixture
def history() -> History:
    return History()


def taken(operation: Operation, *, state: RawMailState, reason: str = "") -> None:
    """The operation's mail in the ledger of raw mails."""
    content = mail(message_id=f"{operation.token}@client.example", body=operation.token)
    raw = RawMail(source="smtp", content=content, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    raw.state, raw.reason = state, reason
    raw.finished_at = None if state == RawMailState.STORED else timezone.now()
    raw.save()


def written(operation: Operation, **fields) -> Message:
    return MessageFactory(text=f"It says {operation.token}.", **fields)


def answered(operation: Operation, *, state: DeliveryState, copies: int, purpose: Purpose = Purpose.REPLY) -> Peer:
    """The operation's reply in the outbox, and what the customer's server received of it."""
    message = written(operation, kind=MessageKind.REPLY, author=StaffFactory())
    outgoing = Outgoing(purpose=purpose, recipient="clara@shop.example", message_id="one@desk.example")
    enqueue(subject=message, outgoing=[outgoing])
    Delivery.objects.update(state=state)
    letter = Received("one@desk.example", ("clara@shop.example",), operation.token, time.time())
    return Peer(received=[replace(letter) for _ in range(copies)])


def counts(verdict: Verdict, name: str) -> dict[str, int]:
    return dict(verdict.counts[name])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "reason", "messages", "found"),
    [
        (RawMailState.PROCESSED, "", 1, FINE),
        (RawMailState.PROCESSED, "", 2, FINE | {"doubled": 1}),
        (RawMailState.PROCESSED, "", 0, FINE | {"lost": 1}),
        (RawMailState.IGNORED, "automatic", 0, FINE | {"lost": 1}),
        (RawMailState.QUARANTINED, "the worker died", 0, FINE | {"quarantined": 1}),
        (RawMailState.STORED, "", 0, FINE | {"unfinished": 1}),
    ],
)
def test_check_when_a_mail_was_acknowledged_then_it_is_looked_for(history, state, reason, messages, found):
    operation = history.invoke(Kind.OPENER)
    operation.acknowledge()
    taken(operation, state=state, reason=reason)
    ticket = TicketFactory()
    for _ in range(messages):
        written(operation, ticket=ticket)

    assert counts(check(history=history, peer=Peer()), "mails") == found


@pytest.mark.django_db
def test_check_when_nothing_at_all_is_there_then_what_was_acknowledged_is_lost_and_the_rest_is_indeterminate(history):
    history.invoke(Kind.OPENER).acknowledge()
    history.invoke(Kind.OPENER)

    assert counts(check(history=history, peer=Peer()), "mails") == {
        "sent": 2, "ok": 1, "indeterminate": 1, "lost": 1,
    }  # fmt: skip


@pytest.mark.django_db
def test_check_when_an_answer_is_on_another_ticket_then_it_is_misplaced(history):
    opener = history.invoke(Kind.OPENER)
    follow_up = history.invoke(Kind.FOLLOW_UP, thread=opener.token)
    for operation in (opener, follow_up):
        operation.acknowledge()
        taken(operation, state=RawMailState.PROCESSED)
        written(operation, ticket=TicketFactory())

    assert counts(check(history=history, peer=Peer()), "mails") == {"sent": 2, "ok": 2, "misplaced": 1}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "copies", "found"),
    [
        (DeliveryState.SENT, 1, {}),
        (DeliveryState.SENT, 0, {"lost": 1}),
        (DeliveryState.SENT, 2, {"doubled": 1}),
        (DeliveryState.UNKNOWN, 0, {"unknown": 1}),
        (DeliveryState.UNKNOWN, 2, {"unknown": 1}),
        (DeliveryState.QUEUED, 0, {"unfinished": 1}),
        (DeliveryState.FAILED, 2, {"failed": 1, "doubled": 1}),
    ],
)
def test_check_when_a_reply_was_acknowledged_then_what_came_of_it_is_counted(history, state, copies, found):
    ticket = TicketFactory()
    opener = history.invoke(Kind.OPENER)
    written(opener, ticket=ticket)
    operation = history.invoke(Kind.REPLY, thread=opener.token)
    operation.acknowledge()
    peer = answered(operation, state=state, copies=copies)
    Message.objects.update(ticket=ticket)

    assert counts(check(history=history, peer=peer), "replies") == FINE | found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "copies", "found"),
    [
        (DeliveryState.SENT, 1, {"queued": 1}),
        (DeliveryState.SENT, 0, {"queued": 1, "lost": 1}),
        (DeliveryState.SENT, 2, {"queued": 1, "doubled": 1}),
        (DeliveryState.UNKNOWN, 2, {"queued": 1, "unknown": 1}),
    ],
)
def test_check_when_we_answered_by_ourselves_then_that_is_looked_for_too(history, state, copies, found):
    operation = history.invoke(Kind.OPENER)
    peer = answered(operation, state=state, copies=copies, purpose=Purpose.ACKNOWLEDGEMENT)

    assert counts(check(history=history, peer=peer), "acknowledgements") == found


@pytest.mark.django_db
def test_check_when_a_note_went_out_then_it_leaked(history):
    operation = history.invoke(Kind.NOTE)
    operation.acknowledge()
    written(operation, kind=MessageKind.NOTE)
    peer = Peer(received=[Received("x@desk.example", ("clara@shop.example",), f"Oh: {operation.token}", 0.0)])

    assert counts(check(history=history, peer=peer), "notes") == FINE | {"leaked": 1}


@pytest.mark.slow
@pytest.mark.xdist_group("house")
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(420)
def test_nemesis_when_run_for_half_a_minute_then_nothing_is_lost_and_nothing_doubled():
    finished = manage("bench", "nemesis", "--minutes", "0.5", "--seed", "7", "--json", timeout=400)

    figures = json.loads(finished.output().splitlines()[-1])
    assert (finished.returncode, figures["problems"], figures["passed"]) == (0, [], True)
    assert (figures["lost"], figures["doubled"]) == (0, 0)
    assert figures["ok"] > 50
    assert sum(figures["kills"].values()) >= 3
