"""Claims, leases, and what the sweep makes of those that ran out."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.notifications.answers import Silence
from helpdesk.notifications.claiming import LeaseLost, claim, mark_data, prolong
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.recording import later, record_outcomes, unknown
from helpdesk.notifications.sending import send_all_due
from helpdesk.notifications.sweeping import take_back_expired

CLARA = "clara@shop.example"


def let_lease_run_out(delivery, **fields):
    Delivery.objects.filter(pk=delivery.pk).update(lease_until=timezone.now() - timedelta(seconds=1), **fields)


def test_a_claim_stamps_a_message_id_that_never_changes(queue):
    [delivery] = queue(CLARA)

    first = claim()
    let_lease_run_out(delivery)
    take_back_expired()
    second = claim()

    assert first.rows[0].message_id.endswith("@helpdesk.example") or "@" in first.rows[0].message_id
    assert first.rows[0].message_id == second.rows[0].message_id
    delivery.refresh_from_db()
    assert delivery.message_id == first.rows[0].message_id


def test_a_claimed_row_is_nobody_elses(queue):
    queue(CLARA)

    assert claim() is not None
    assert claim() is None


def test_the_mail_that_is_due_longest_goes_first(queue):
    late, early = queue("late@shop.example", "early@shop.example")
    Delivery.objects.filter(pk=early.pk).update(due_at=timezone.now() - timedelta(hours=1))

    assert claim().rows == [early]
    assert claim().rows == [late]


def test_rows_of_one_message_id_but_another_route_are_another_mail(queue, site_mail):
    queue(CLARA, message_id=site_mail)
    queue("dora@shop.example", message_id=site_mail, route="mailbox:7")

    assert len(claim().rows) == 1


def test_a_mail_to_very_many_is_claimed_by_the_hundred(queue, site_mail, settings):
    queue(*[f"person{n}@many.example" for n in range(130)], message_id=site_mail)

    assert len(claim().rows) == 100
    assert len(claim().rows) == 30


def test_a_lease_is_prolonged_only_when_half_of_it_is_over(queue):
    [delivery] = queue(CLARA)
    claimed = claim()
    before = claimed.lease

    prolong(claimed)
    assert claimed.lease == before

    soon = timezone.now() + timedelta(seconds=30)
    Delivery.objects.filter(pk=delivery.pk).update(lease_until=soon)
    claimed.lease = soon
    prolong(claimed)
    assert claimed.lease > soon
    delivery.refresh_from_db()
    assert delivery.lease_until == claimed.lease


def test_whoever_lost_the_lease_must_not_send(queue):
    [delivery] = queue(CLARA)
    claimed = claim()
    let_lease_run_out(delivery)
    take_back_expired()
    other = claim()

    with pytest.raises(LeaseLost):
        mark_data(claimed.rows, claim=claimed, at=timezone.now(), lease=timezone.now())
    mark_data(other.rows, claim=other, at=timezone.now(), lease=timezone.now() + timedelta(minutes=1))


def test_whoever_lost_the_lease_changes_nothing(queue):
    [delivery] = queue(CLARA)
    claimed = claim()
    let_lease_run_out(delivery)
    take_back_expired()
    other = claim()

    record_outcomes([(claimed.rows[0], later("450 busy"))], claim=claimed)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease_until) == ("sending", other.lease)


def test_an_expired_lease_without_data_is_queued_again(queue):
    [delivery] = queue(CLARA)
    claim()
    let_lease_run_out(delivery)

    assert take_back_expired() == 1

    delivery.refresh_from_db()
    assert (delivery.state, delivery.lease_until) == ("queued", None)
    assert delivery.due_at <= timezone.now()


def test_an_expired_lease_with_data_is_unknown(queue):
    [delivery] = queue(CLARA)
    claim()
    let_lease_run_out(delivery, data_at=timezone.now())

    take_back_expired()

    delivery.refresh_from_db()
    assert delivery.state == "unknown"
    assert list(Delivery.objects.needing_a_person()) == [delivery]


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 0), (2, 10), (3, 30), (4, 90), (30, 4 * 3600)])
def test_a_mail_that_kills_its_workers_waits_longer_each_time(queue, attempts, seconds):
    [delivery] = queue(CLARA)
    claim()
    let_lease_run_out(delivery, attempts=attempts)
    before = timezone.now()

    take_back_expired()

    delivery.refresh_from_db()
    assert timedelta() <= delivery.due_at - before - timedelta(seconds=seconds) < timedelta(seconds=5)


def test_a_lease_that_still_runs_is_left_alone(queue):
    queue(CLARA)
    claim()

    assert take_back_expired() == 0


def test_the_server_answering_after_the_sweep_gave_up_settles_what_was_unknown(queue):
    from helpdesk.notifications.answers import Answer
    from helpdesk.notifications.recording import sent

    [delivery] = queue(CLARA)
    claimed = claim()
    row = claimed.rows[0]
    at = timezone.now()
    mark_data([row], claim=claimed, at=at, lease=claimed.lease)
    row.data_at = at
    let_lease_run_out(delivery)
    take_back_expired()

    record_outcomes([(row, sent(Answer(250, "2.0.0 taken")))], claim=claimed)

    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_what_somebody_released_meanwhile_is_not_called_unknown(queue):
    [delivery] = queue(CLARA)
    claimed = claim()
    Delivery.objects.filter(pk=delivery.pk).update(state="queued", lease_until=None)

    record_outcomes([(claimed.rows[0], unknown(Silence("no answer")))], claim=claimed)

    delivery.refresh_from_db()
    assert delivery.state == "queued"


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(peer, queue):
    addresses = [f"person{n}@crowd.example" for n in range(30)]
    queue(*addresses)
    both = threading.Barrier(2)

    def work():
        both.wait()
        try:
            send_all_due()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert sorted(received.recipients[0] for received in peer.mails) == sorted(addresses)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_what_somebody_waits_for_goes_before_what_the_program_says_by_itself(queue):
    queue("clara@shop.example", purpose=Purpose.ACKNOWLEDGEMENT)
    queue("mia@shop.example", purpose=Purpose.NOTICE)
    [reply] = queue("sergei@stranger.example", purpose=Purpose.REPLY)

    first, second = claim(), claim()

    assert first.rows == [reply]
    assert [row.purpose for row in second.rows] == [Purpose.ACKNOWLEDGEMENT]
