"""Senders that die, servers that fall silent, databases that go away (R03, R07, R21 to R25)."""

import signal
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from helpdesk.journal.models import Entry
from helpdesk.notifications.actions.outbox import release, settle
from helpdesk.notifications.models import Delivery
from tests.factories import MailboxFactory, StaffFactory, TicketFactory, UserFactory
from tests.peers import forked
from tests.peers.processes import database_url
from tickets.actions.conversation import reply
from tickets.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
CLARA = "clara@shop.example"


def send(peer, **how):
    """A worker's shift in a process of its own; returns its exit code."""
    return forked.run(
        "helpdesk.notifications.sending.send_all_due",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=peer.port,
        DEFAULT_FROM_EMAIL="desk@helpdesk.example",
        OUTGOING_ANSWER_SECONDS=2,
        **how,
    )


def sweep():
    """What beat rings for, after the dead worker's lease has run out."""
    Delivery.objects.filter(state="sending").update(lease_until=timezone.now() - timedelta(seconds=1))
    return forked.run("helpdesk.notifications.sweeping.take_back_expired")


@pytest.fixture
def anna():
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


@pytest.fixture
def answered(anna):
    """Anna's reply to Clara, in the outbox."""
    MailboxFactory(address="support@helpdesk.example", is_default=True)
    clara = UserFactory(name="Clara", email=CLARA)
    ticket = TicketFactory(requester=clara, assignee=anna)
    reply(ticket=ticket, by=anna, text="The basket is mended.")
    return Delivery.objects.get(purpose="reply")


@pytest.mark.parametrize("step", ["before_connect", "before_data"])
def test_a_sender_killed_before_the_data_sends_once_after_the_sweep(peer, answered, step):
    code = send(peer, crash_at=step)
    assert code == -signal.SIGKILL
    answered.refresh_from_db()
    assert (answered.state, answered.data_at) == ("sending", None)

    sweep()
    send(peer)

    answered.refresh_from_db()
    assert answered.state == "sent"
    assert peer.copies_to(CLARA) == 1


@pytest.mark.parametrize(("step", "arrived"), [("after_data", 0), ("after_250", 1)])
def test_a_sender_killed_after_the_data_leaves_an_unknown_that_people_are_told_of(peer, answered, anna, step, arrived):
    code = send(peer, crash_at=step)
    assert code == -signal.SIGKILL

    sweep()
    send(peer)

    answered.refresh_from_db()
    assert answered.state == "unknown"
    assert peer.copies_to(CLARA) == arrived
    entry = Entry.objects.get(verb="delivery_unknown")
    assert entry.facts["recipients"][0]["address"] == CLARA
    assert peer.copies_to("anna@helpdesk.example") == 1


@pytest.mark.parametrize("step", ["after_data", "after_250"])
def test_an_unknown_that_is_released_goes_out_under_the_same_message_id(peer, answered, anna, step):
    send(peer, crash_at=step)
    sweep()
    answered.refresh_from_db()

    release(delivery=answered, by=anna)
    send(peer)

    answered.refresh_from_db()
    assert answered.state == "sent"
    copies = [received.mail["Message-ID"] for received in peer.mails if CLARA in received.recipients]
    assert set(copies) == {f"<{answered.message_id}>"}
    bodies = {received.content for received in peer.mails if CLARA in received.recipients}
    assert len(bodies) == 1


def test_an_unknown_that_arrived_is_settled_without_another_copy(peer, answered, anna):
    send(peer, crash_at="after_250")
    sweep()

    settle(delivery=answered, by=anna, arrived=True)
    send(peer)

    answered.refresh_from_db()
    assert answered.state == "sent"
    assert peer.copies_to(CLARA) == 1


def test_a_worker_that_loses_its_database_after_the_250_still_records_it(peer, answered):
    doomed, ended = "doomed-sender", []

    def cut():
        with psycopg.connect(database_url(), autocommit=True) as other:
            found = other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = %s", [doomed]
            )
            ended.append(len(found.fetchall()))

    peer.before_the_end = cut

    code = send(peer, application_name=doomed)

    assert code == 0
    assert ended == [1]
    answered.refresh_from_db()
    assert answered.state == "sent"
    assert peer.copies_to(CLARA) == 1


def test_a_server_silent_after_the_data_makes_an_unknown_at_once(peer, answered):
    peer.hangs("END", times=1)

    code = send(peer)

    assert code == 0
    answered.refresh_from_db()
    assert answered.state == "unknown"
    assert Entry.objects.filter(verb="delivery_unknown").count() == 1


def test_a_reply_refused_for_good_reopens_and_flags_the_ticket_and_tells_its_agent(peer, answered):
    peer.says("RCPT", "550 5.7.1 go away", to=CLARA)
    ticket = Message.objects.get(pk=answered.subject_id).ticket
    assert ticket.status == "waiting"

    send(peer)

    answered.refresh_from_db()
    ticket.refresh_from_db()
    assert (answered.state, answered.reason) == ("failed", "550 5.7.1 go away")
    assert (ticket.status, ticket.tags) == ("open", ["undelivered"])
    entry = Entry.objects.get(verb="delivery_failed")
    assert entry.facts["recipients"] == [{"address": CLARA, "reason": "550 5.7.1 go away", "status": "5.7.1"}]
    [notice] = [received for received in peer.mails if received.recipients == ["anna@helpdesk.example"]]
    text = notice.mail.get_body(("plain",)).get_content()
    assert f"{CLARA}: 550 5.7.1 go away" in text
    assert f"/desk/tickets/{ticket.number}/" in text


def test_a_reply_put_off_waits_with_its_reason_on_show_and_nobody_is_alarmed(peer, answered):
    peer.says("RCPT", "451 4.7.1 greylisted", to=CLARA)

    send(peer)

    answered.refresh_from_db()
    assert (answered.state, answered.reason) == ("queued", "451 4.7.1 greylisted")
    assert not Entry.objects.filter(verb__startswith="delivery_").exists()


def test_killing_workers_at_every_step_again_and_again_loses_and_doubles_nothing(peer, queue):
    addresses = [f"person{n}@crowd.example" for n in range(12)]
    queue(*addresses)

    for step in ["before_connect", "before_data", "before_connect", "before_data"]:
        send(peer, crash_at=step)
        sweep()
        Delivery.objects.filter(state="queued").update(due_at=timezone.now())
    send(peer)

    assert sorted(received.recipients[0] for received in peer.mails) == sorted(addresses)
