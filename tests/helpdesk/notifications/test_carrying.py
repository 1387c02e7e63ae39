"""Rows on their way to a channel that takes them, fails for one, fails for all."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.answers import Deferred, Rejected, RouteTrouble
from helpdesk.notifications.carrying import carry_all_due, claim
from helpdesk.notifications.enums import Channel, Purpose
from helpdesk.notifications.models import Breaker, Delivery
from helpdesk.notifications.registries import Withdrawn, carriers
from helpdesk.notifications.sending import send_all_due
from helpdesk.notifications.sweeping import take_back_expired

pytestmark = pytest.mark.django_db


class Line:
    """A channel of tests: what it took, and what it says to whom."""

    def __init__(self):
        self.took = []
        self.says = {}

    def carry(self, row):
        if trouble := self.says.get(row.recipient):
            raise trouble
        self.took.append((row.recipient, row.content["text"]))


@pytest.fixture
def line(monkeypatch):
    made = Line()
    monkeypatch.setitem(carriers._things, "line", made.carry)
    return made


@pytest.fixture
def put(anna):
    """`put("anna", "1", …)`: rows to this receiver by the test's own channel."""

    def make(recipient, *texts, route="line:1"):
        return enqueue(
            subject=anna,
            outgoing=[
                Outgoing(
                    purpose=Purpose.NOTICE,
                    recipient=recipient,
                    route=route,
                    channel=Channel.GATEWAY,
                    content={"text": text},
                )
                for text in texts
            ],
        )

    return make


def states():
    return [(row.recipient, row.state, row.reason) for row in Delivery.objects.order_by("pk")]


def test_rows_go_in_their_order_and_no_letter_is_touched(line, put, queue):
    put("anna", "1", "2", "3")
    [letter] = queue("clara@shop.example")

    carry_all_due()

    assert line.took == [("anna", "1"), ("anna", "2"), ("anna", "3")]
    letter.refresh_from_db()
    assert letter.state == "queued"


def test_letters_never_go_by_a_channel(line, put):
    put("anna", "1")

    send_all_due()

    assert (line.took, states()) == ([], [("anna", "queued", "")])


def test_receiver_who_has_to_wait_keeps_the_order_and_holds_up_nobody_else(line, put):
    put("anna", "1", "2")
    put("boris", "1")
    line.says["anna"] = Deferred("slow down", status="429")

    carry_all_due()

    assert line.took == [("boris", "1")]
    assert states() == [("anna", "queued", "slow down"), ("anna", "queued", ""), ("boris", "sent", "")]
    line.says.clear()
    carry_all_due()
    assert line.took == [("boris", "1")]
    Delivery.objects.update(due_at=timezone.now())
    carry_all_due()
    assert line.took == [("boris", "1"), ("anna", "1"), ("anna", "2")]


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (Rejected("no such person", status="404"), "failed"),
        (Withdrawn("gone"), "cancelled"),
        (ValueError("odd"), "failed"),
    ],
    ids=["rejected", "withdrawn", "broken"],
)
def test_row_that_cannot_go_ends_and_the_next_one_goes(line, put, trouble, state):
    put("anna", "1")
    put("boris", "1")
    line.says["anna"] = trouble

    carry_all_due()

    assert [row[1] for row in states()] == [state, "sent"]


def test_dead_gateway_rests_and_holds_up_no_other(line, put):
    for _ in range(3):
        put("anna", "1")
        line.says["anna"] = RouteTrouble("no answer")
        Delivery.objects.update(due_at=timezone.now())
        carry_all_due()
    put("boris", "1", route="line:2")

    carry_all_due()

    assert line.took == [("boris", "1")]
    breaker = Breaker.objects.get(route="line:1")
    assert (breaker.failures, breaker.open_until > timezone.now()) == (3, True)
    assert {row.attempts for row in Delivery.objects.filter(route="line:1")} == {0}


def test_what_a_dead_worker_held_goes_again_and_nothing_behind_it_before(line, put):
    put("anna", "1")
    claimed = claim()
    put("anna", "2")

    carry_all_due()
    assert line.took == []
    Delivery.objects.filter(pk=claimed.rows[0].pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    take_back_expired()
    carry_all_due()

    assert line.took == [("anna", "1"), ("anna", "2")]


def test_more_than_a_batch_is_carried_in_a_few_commits(line, put):
    put("anna", *map(str, range(15)))

    assert carry_all_due() is True

    assert line.took == [("anna", str(number)) for number in range(15)]
