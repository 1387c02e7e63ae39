"""The outbox: budgets, what is held, and what people decide about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ContactPoint
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.actions.outbox import Outgoing, enqueue, release, settle
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.sending import send_all_due
from tests.factories import StaffFactory, UserFactory
from tests.statements import count_of

pytestmark = pytest.mark.django_db
CLARA = "clara@shop.example"


def in_state(delivery, state):
    Delivery.objects.filter(pk=delivery.pk).update(state=state)
    delivery.refresh_from_db()
    return delivery


@pytest.mark.parametrize("purpose", [Purpose.REPLY, Purpose.NOTICE])
def test_enqueue_takes_the_same_number_of_statements_for_one_and_for_twenty(purpose):
    subject = UserFactory()

    def enqueue_for(people):
        outgoing = [Outgoing(purpose, f"person{n}@queue.example", conversation=7) for n in range(people)]
        return enqueue(subject=subject, outgoing=outgoing)

    enqueue_for(1)  # the first of all asks for the content type

    one, _ = count_of(lambda: enqueue_for(1))
    twenty, ran = count_of(lambda: enqueue_for(20))

    assert one == twenty == (2 if purpose == Purpose.REPLY else 3), ran


def test_enqueue_of_nothing_does_nothing():
    statements, _ = count_of(lambda: enqueue(subject=UserFactory.build(pk=1), outgoing=[]))

    assert statements == 0


def test_what_goes_over_the_hourly_budget_of_an_address_is_held(queue, settings):
    settings.OUTGOING_PER_ADDRESS_PER_HOUR = 3

    rows = queue(*[CLARA] * 5)
    [later] = queue(CLARA)

    assert [row.state for row in rows] == ["queued"] * 3 + ["held"] * 2
    assert later.state == "held"
    assert later.reason == "budget: 3 automatic mails to this address within an hour"
    assert list(Delivery.objects.held()) == [later, rows[4], rows[3]]


def test_the_hourly_budget_is_free_again_after_an_hour(queue, settings):
    settings.OUTGOING_PER_ADDRESS_PER_HOUR = 1
    [earlier] = queue(CLARA)
    Delivery.objects.filter(pk=earlier.pk).update(created_at=timezone.now() - timedelta(minutes=61))

    [row] = queue(CLARA)

    assert row.state == "queued"


def test_a_conversation_has_a_budget_a_day(queue, settings):
    settings.OUTGOING_AUTOMATIC_PER_CONVERSATION_PER_DAY = 2
    rows = queue(CLARA, CLARA, conversation=20481)
    Delivery.objects.update(created_at=timezone.now() - timedelta(hours=23))

    [third] = queue(CLARA, conversation=20481)
    [elsewhere] = queue(CLARA, conversation=20482)

    assert [row.state for row in rows] == ["queued", "queued"]
    assert (third.state, elsewhere.state) == ("held", "queued")
    assert third.reason == "budget: 2 automatic mails to this address in this conversation within a day"


def test_what_people_write_is_never_held_by_a_budget(queue, settings):
    settings.OUTGOING_PER_ADDRESS_PER_HOUR = settings.OUTGOING_AUTOMATIC_PER_CONVERSATION_PER_DAY = 1

    rows = queue(CLARA, CLARA, CLARA, purpose=Purpose.REPLY, conversation=20481)

    assert [row.state for row in rows] == ["queued"] * 3


def test_sign_in_links_count_but_reach_an_address_that_bounced(queue, settings):
    settings.OUTGOING_PER_ADDRESS_PER_HOUR = 2
    clara = UserFactory(email=CLARA)
    ContactPoint.objects.filter(user=clara).update(bounced_at=timezone.now(), bounce_reason="gone")

    rows = queue(CLARA, CLARA, CLARA, purpose=Purpose.SIGN_IN_LINK)

    assert [row.state for row in rows] == ["queued", "queued", "held"]


def test_a_reply_to_an_address_that_bounced_is_held_with_the_reason(queue):
    clara = UserFactory(email=CLARA)
    ContactPoint.objects.filter(user=clara).update(bounced_at=timezone.now(), bounce_reason="5.1.1 no such user")

    [row] = queue("Clara@Shop.example", purpose=Purpose.REPLY)

    assert (row.recipient, row.state, row.reason) == (CLARA, "held", "address bounced: 5.1.1 no such user")


def test_an_unknown_delivery_is_released_under_the_same_message_id(peer, queue):
    anna = StaffFactory(name="Anna")
    peer.drops("END", times=1)
    [delivery] = queue(CLARA)
    send_all_due()
    delivery.refresh_from_db()

    release(delivery=delivery, by=anna)
    send_all_due()

    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert [received.mail["Message-ID"] for received in peer.mails] == [f"<{delivery.message_id}>"] * 2
    entry = Entry.objects.get(verb="delivery_released")
    assert (entry.actor, entry.facts) == (anna, {"before": "unknown", "after": "queued"})


def test_a_released_delivery_has_fresh_patience(queue):
    [delivery] = queue(CLARA)
    Delivery.objects.filter(pk=delivery.pk).update(
        state="failed", attempts=19, trying_since=timezone.now() - timedelta(days=5), status_code="4.2.1", reason="busy"
    )

    released = release(delivery=delivery, by=StaffFactory())

    assert timezone.now() - released.trying_since < timedelta(minutes=1)
    assert (released.attempts, released.reason, released.status_code) == (0, "", "")


@pytest.mark.parametrize("state", ["queued", "sending", "sent", "cancelled"])
def test_what_is_on_its_way_or_done_cannot_be_released(queue, state):
    [delivery] = queue(CLARA)
    lease = timezone.now() if state == "sending" else None
    Delivery.objects.filter(pk=delivery.pk).update(state=state, lease_until=lease)

    with pytest.raises(Refused):
        release(delivery=delivery, by=StaffFactory())


@pytest.mark.parametrize(("arrived", "after"), [(True, "sent"), (False, "cancelled")])
def test_a_person_settles_an_unknown_delivery(queue, arrived, after):
    anna = StaffFactory(name="Anna")
    [delivery] = queue(CLARA)
    in_state(delivery, DeliveryState.UNKNOWN)

    settled = settle(delivery=delivery, by=anna, arrived=arrived)

    assert settled.state == after
    assert settled.finished_at is not None
    assert Entry.objects.get(verb="delivery_settled").facts == {"before": "unknown", "after": after}


def test_a_held_delivery_can_be_given_up_but_not_said_to_have_arrived(queue):
    [delivery] = queue(CLARA)
    in_state(delivery, DeliveryState.HELD)

    with pytest.raises(Refused):
        settle(delivery=delivery, by=StaffFactory(), arrived=True)

    assert settle(delivery=delivery, by=StaffFactory(), arrived=False).state == "cancelled"


def test_a_sent_delivery_cannot_be_settled(queue):
    [delivery] = queue(CLARA)
    in_state(delivery, DeliveryState.SENT)

    with pytest.raises(Refused):
        settle(delivery=delivery, by=StaffFactory(), arrived=False)


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.CUSTOMER_MANAGER, Role.ACCOUNTANT])
def test_who_does_not_work_tickets_decides_nothing(queue, role):
    [delivery] = queue(CLARA)
    in_state(delivery, DeliveryState.UNKNOWN)
    person = UserFactory(role=role)

    with pytest.raises(NotAllowed):
        release(delivery=delivery, by=person)
    with pytest.raises(NotAllowed):
        settle(delivery=delivery, by=person, arrived=True)

    delivery.refresh_from_db()
    assert delivery.state == "unknown"
