"""What the worker does with what mail servers answer."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.models import ContactPoint
from helpdesk.notifications.models import Breaker, Delivery
from helpdesk.notifications.pool import pool
from helpdesk.notifications.recording import delay_after
from helpdesk.notifications.registries import Withdrawn, composers
from helpdesk.notifications.sending import send_all_due
from tests.factories import UserFactory

ANNA, BORIS, CLARA = "anna@shop.example", "boris@shop.example", "clara@shop.example"


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


def make_due(delivery):
    Delivery.objects.filter(pk=delivery.pk).update(due_at=timezone.now())


def test_mail_goes_out_and_is_recorded_as_sent(peer, queue):
    [delivery] = queue(CLARA)

    assert send_all_due()

    assert state_of(delivery) == "sent"
    [received] = peer.mails
    assert (received.sender, received.recipients) == ("desk@helpdesk.example", [CLARA])
    assert received.mail["Message-ID"] == f"<{delivery.message_id}>"
    assert received.mail["Subject"] == "The printer burns"
    assert received.mail["Auto-Submitted"] == "auto-generated"
    assert delivery.lease_until is None
    assert delivery.finished_at is not None
    assert delivery.status_code == "2.0.0"


def test_recipients_of_one_mail_share_one_transaction(peer, queue, site_mail):
    queue(ANNA, BORIS, CLARA, message_id=site_mail)

    send_all_due()

    assert [received.recipients for received in peer.mails] == [[ANNA, BORIS, CLARA]]
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == ["sent"] * 3


def test_each_recipient_has_a_result_of_their_own_when_the_server_takes_one_of_three(peer, queue, site_mail):
    peer.says("RCPT", "550 5.1.1 no such user", to=ANNA)
    peer.says("RCPT", "451 4.7.1 greylisted", to=BORIS)
    anna, boris, clara = queue(ANNA, BORIS, CLARA, message_id=site_mail)

    send_all_due()

    assert [received.recipients for received in peer.mails] == [[CLARA]]
    assert [state_of(anna), state_of(boris), state_of(clara)] == ["failed", "queued", "sent"]
    assert (anna.reason, anna.status_code) == ("550 5.1.1 no such user", "5.1.1")
    assert (boris.reason, boris.status_code) == ("451 4.7.1 greylisted", "4.7.1")
    assert boris.due_at > timezone.now() + timedelta(seconds=50)


def test_the_recipient_who_was_put_off_gets_the_mail_later_under_the_same_message_id(peer, queue, site_mail):
    peer.says("RCPT", "451 4.7.1 greylisted", to=BORIS, times=1)
    _, boris = queue(ANNA, BORIS, message_id=site_mail)
    send_all_due()
    make_due(boris)

    send_all_due()

    assert [received.recipients for received in peer.mails] == [[ANNA], [BORIS]]
    assert {received.mail["Message-ID"] for received in peer.mails} == {f"<{site_mail}>"}
    assert state_of(boris) == "sent"


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("CONNECT", "421 4.3.2 closing for the night"),
        ("MAIL", "450 4.2.0 busy"),
        ("RCPT", "450 4.2.1 mailbox busy"),
        ("DATA", "451 4.3.0 try again"),
        ("END", "451 4.3.1 disk full"),
    ],
)
def test_a_temporary_refusal_at_any_stage_is_tried_again_after_a_minute(peer, queue, stage, answer):
    peer.says(stage, answer, times=1)
    [delivery] = queue(CLARA)

    send_all_due()

    assert state_of(delivery) == "queued"
    assert delivery.reason == answer
    assert timedelta(seconds=50) < delivery.due_at - timezone.now() <= timedelta(seconds=60)
    assert (delivery.attempts, delivery.data_at, delivery.lease_until) == (1, None, None)
    make_due(delivery)
    send_all_due()
    assert state_of(delivery) == "sent"
    assert peer.copies_to(CLARA) == 1


@pytest.mark.parametrize(
    ("stage", "answer"),
    [
        ("MAIL", "552 5.3.4 too large"),
        ("RCPT", "550 5.7.1 go away"),
        ("DATA", "554 5.5.1 no"),
        ("END", "554 5.7.1 spam"),
    ],
)
def test_a_permanent_refusal_at_any_stage_fails_at_once(peer, queue, stage, answer):
    peer.says(stage, answer)
    [delivery] = queue(CLARA)

    send_all_due()

    assert state_of(delivery) == "failed"
    assert delivery.reason == answer
    assert delivery.finished_at is not None
    assert peer.mails == []


@pytest.mark.parametrize("stage", ["MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_data_is_tried_again(peer, queue, stage):
    peer.drops(stage, times=1)
    [delivery] = queue(CLARA)

    send_all_due()

    assert state_of(delivery) == "queued"
    assert delivery.data_at is None
    make_due(delivery)
    send_all_due()
    assert state_of(delivery) == "sent"
    assert peer.copies_to(CLARA) == 1


@pytest.mark.parametrize("misfortune", ["drops", "hangs"])
def test_silence_after_the_data_is_unknown_and_nothing_is_sent_again(peer, queue, misfortune):
    getattr(peer, misfortune)("END", times=1)
    [delivery] = queue(CLARA)

    send_all_due()
    send_all_due()

    assert state_of(delivery) == "unknown"
    assert delivery.reason.startswith("no answer after the data")
    assert delivery.data_at is not None
    assert peer.copies_to(CLARA) == 1


def test_delays_double_from_a_minute_to_four_hours():
    delays = [delay_after(attempts).total_seconds() / 60 for attempts in range(1, 12)]

    assert delays == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]


def test_a_mail_put_off_for_48_hours_is_given_up(peer, queue):
    peer.says("RCPT", "450 4.2.1 mailbox busy")
    [delivery] = queue(CLARA)
    Delivery.objects.filter(pk=delivery.pk).update(trying_since=timezone.now() - timedelta(hours=48), attempts=17)

    send_all_due()

    assert state_of(delivery) == "failed"
    assert delivery.reason == "given up after 48 hours: 450 4.2.1 mailbox busy"


def test_the_last_try_comes_at_48_hours_and_not_after(peer, queue):
    peer.says("RCPT", "450 4.2.1 mailbox busy")
    [delivery] = queue(CLARA)
    began = timezone.now() - timedelta(hours=46)
    Delivery.objects.filter(pk=delivery.pk).update(trying_since=began, attempts=17)

    send_all_due()

    assert state_of(delivery) == "queued"
    assert delivery.due_at == began + timedelta(hours=48)


def test_connections_are_kept_between_mails(peer, queue):
    queue(ANNA, BORIS, CLARA)

    send_all_due()
    queue("dora@shop.example")
    send_all_due()

    assert len(peer.mails) == 4
    assert peer.connections == 1


def test_a_refused_mail_leaves_the_connection_fit_for_the_next(peer, queue):
    peer.says("RCPT", "550 5.7.1 go away", to=ANNA)
    queue(ANNA, CLARA)

    send_all_due()

    assert peer.copies_to(CLARA) == 1
    assert (peer.connections, peer.resets) == (1, 1)


def test_a_kept_connection_that_was_cut_is_replaced(peer, queue):
    queue(ANNA)
    send_all_due()
    [kept] = [connection for connections in pool._idle.values() for connection in connections]
    kept._smtp.sock.shutdown(2)
    [delivery] = queue(CLARA)

    send_all_due()

    assert state_of(delivery) == "sent"
    assert peer.connections == 2


def test_an_address_that_does_not_exist_is_marked_and_the_next_mail_to_it_is_held(peer, queue):
    clara = UserFactory(email=CLARA)
    peer.says("RCPT", "550 5.1.1 no such user")
    queue(CLARA)

    send_all_due()

    assert ContactPoint.objects.get(user=clara).bounce_reason == "550 5.1.1 no such user"
    [held] = queue(CLARA)
    assert (held.state, held.reason) == ("held", "address bounced: 550 5.1.1 no such user")


def test_a_refusal_for_what_the_mail_says_marks_no_address(peer, queue):
    clara = UserFactory(email=CLARA)
    peer.says("END", "554 5.7.1 spam")
    queue(CLARA)

    send_all_due()

    assert ContactPoint.objects.get(user=clara).bounced_at is None


def test_a_letter_that_cannot_be_written_fails_alone(peer, queue):
    [broken] = queue(ANNA, content={"nothing": "here"})
    [sound] = queue(CLARA)

    send_all_due()

    assert (state_of(broken), state_of(sound)) == ("failed", "sent")
    assert broken.reason == "this notice has nothing to say"


def test_a_composer_that_breaks_fails_alone(peer, queue, monkeypatch):
    def broken(rows):
        return {}["nothing"]

    monkeypatch.setitem(composers._things, "forward", broken)
    [bad] = queue(ANNA, purpose="forward")
    [sound] = queue(CLARA)

    send_all_due()

    assert (state_of(bad), state_of(sound)) == ("failed", "sent")
    assert bad.reason == "the mail could not be written: KeyError: 'nothing'"


def test_a_way_out_that_nobody_knows_fails_with_the_reason(peer, queue):
    [delivery] = queue(CLARA, route="mailbox:999999")

    send_all_due()

    assert state_of(delivery) == "failed"
    assert delivery.reason == "the mailbox that this was to be sent by is gone"


def test_an_address_that_is_none_fails_without_being_offered(peer, queue):
    [delivery] = queue("clara@shop.example\r\nRCPT TO:<victim@shop.example>")

    send_all_due()

    assert state_of(delivery) == "failed"
    assert peer.offered == 0
    assert peer.mails == []


def test_an_international_domain_is_offered_in_punycode(peer, queue):
    queue("клара@пример.example", "clara@пример.example")

    send_all_due()

    assert [received.recipients for received in peer.mails] == [["clara@xn--e1afmkfd.example"]]


def test_lines_that_begin_with_a_dot_arrive_as_they_were(peer, queue):
    content = {"title": "Dots", "text": ".\n..two\n. end", "path": "/desk/"}
    queue(CLARA, content=content)

    send_all_due()

    text = peer.mails[0].mail.get_body(("plain",)).get_content()
    assert ".\r\n..two\r\n. end" in text


def test_nothing_is_sent_twice_when_the_worker_runs_again(peer, queue):
    queue(CLARA)

    send_all_due()
    send_all_due()

    assert peer.copies_to(CLARA) == 1


def test_rows_that_rest_or_are_not_due_stay(peer, queue):
    [resting] = queue(ANNA)
    Breaker.objects.create(
        route="site", failures=3, open_until=timezone.now() + timedelta(minutes=1), reason="no connection"
    )

    assert send_all_due()

    assert state_of(resting) == "queued"
    assert resting.attempts == 0
    assert peer.connections == 0


def test_letter_that_must_not_go_out_any_more_is_cancelled_and_bothers_nobody(peer, queue, monkeypatch):
    [delivery] = queue(CLARA)

    def withdrawn(rows):
        raise Withdrawn("the person may no longer know of this")

    monkeypatch.setitem(composers._things, delivery.purpose, withdrawn)
    send_all_due()

    assert (state_of(delivery), delivery.reason) == ("cancelled", "the person may no longer know of this")
    assert delivery.finished_at is not None
    assert (peer.mails, Delivery.objects.needing_a_person().count()) == ([], 0)
