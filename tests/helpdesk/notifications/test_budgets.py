"""How much goes to one address by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import ContactKind
from helpdesk.accounts.models import ContactPoint
from helpdesk.notifications.actions.outbox import Outgoing
from helpdesk.notifications.budgets import Budgets
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from tests.factories import UserFactory
from tests.statements import count_of

CLARA, PIOTR = "clara@shop.example", "piotr@shop.example"
COUNTED = [Purpose.ACKNOWLEDGEMENT, Purpose.NOTICE, Purpose.SIGN_IN_LINK]
WRITTEN = [Purpose.REPLY, Purpose.FORWARD]


@pytest.fixture(autouse=True)
def budget(settings):
    settings.OUTGOING_PER_ADDRESS_PER_HOUR = 2
    settings.OUTGOING_AUTOMATIC_PER_CONVERSATION_PER_DAY = 3


def went(queue, purpose=Purpose.NOTICE, *, count=1, address=CLARA, minutes=0, state="queued", conversation=None):
    rows = queue(*[address] * count, purpose=purpose, conversation=conversation)
    lease = timezone.now() if state == "sending" else None
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        created_at=timezone.now() - timedelta(minutes=minutes), state=state, lease_until=lease
    )


def why(*, purpose=Purpose.NOTICE, address=CLARA, conversation=None):
    item = Outgoing(purpose, address, conversation=conversation)
    return Budgets.of([item]).why_held(item)


HOURLY = "budget: 2 automatic mails to this address within an hour"
DAILY = "budget: 3 automatic mails to this address in this conversation within a day"


@pytest.mark.parametrize("earlier", COUNTED)
@pytest.mark.parametrize("purpose", COUNTED)
def test_whatever_counts_counts_against_whatever_is_counted(queue, earlier, purpose):
    went(queue, earlier, count=2)

    assert why(purpose=purpose) == HOURLY


@pytest.mark.parametrize("earlier", WRITTEN)
def test_what_people_wrote_uses_up_nothing(queue, earlier):
    went(queue, earlier, count=5, conversation=7)

    assert why(conversation=7) == ""


@pytest.mark.parametrize("purpose", WRITTEN)
def test_what_people_write_goes_whatever_went_before(queue, purpose):
    went(queue, count=2, conversation=7)

    assert why(purpose=purpose, conversation=7) == ""


def test_other_addresses_use_up_nothing(queue):
    went(queue, count=2, address=PIOTR)

    assert (why(), why(address=PIOTR.upper())) == ("", HOURLY)


@pytest.mark.parametrize(
    ("state", "reason"),
    [(state, "" if state == DeliveryState.HELD else HOURLY) for state in DeliveryState],
)
def test_what_was_held_has_not_gone_and_everything_else_has(queue, state, reason):
    went(queue, count=2, state=state)

    assert why() == reason


@pytest.mark.parametrize(("minutes", "reason"), [(59, HOURLY), (61, "")])
def test_hour_is_an_hour(queue, minutes, reason):
    went(queue, count=2, minutes=minutes)

    assert why() == reason


@pytest.mark.parametrize(("hours", "reason"), [(23, DAILY), (25, "")])
def test_day_of_a_conversation_is_a_day(queue, hours, reason):
    for turn in range(3):
        went(queue, minutes=hours * 60 - turn, conversation=7)

    assert (why(conversation=7), why(conversation=8), why()) == (reason, "", "")


def test_mails_of_one_call_count_among_each_other(db):
    items = [Outgoing(Purpose.NOTICE, address) for address in (CLARA, PIOTR, CLARA.upper(), CLARA)]
    budgets = Budgets.of(items)

    assert [budgets.why_held(item) for item in items] == ["", "", "", HOURLY]


def test_mail_that_is_held_uses_up_nothing_of_its_call(db, settings):
    settings.OUTGOING_PER_ADDRESS_PER_HOUR = 9
    items = [Outgoing(Purpose.NOTICE, CLARA, conversation=each) for each in (7, 7, 7, 7, 8)]
    budgets = Budgets.of(items)

    assert [budgets.why_held(item) for item in items] == ["", "", "", DAILY, ""]


@pytest.mark.parametrize("purpose", Purpose)
def test_nothing_but_a_sign_in_link_goes_to_an_address_that_bounced(db, purpose):
    clara = UserFactory(email=CLARA)
    ContactPoint.objects.filter(user=clara).update(bounced_at=timezone.now(), bounce_reason="5.1.1")

    assert why(purpose=purpose) == ("" if purpose == Purpose.SIGN_IN_LINK else "address bounced: 5.1.1")


def test_address_of_another_kind_that_bounced_is_another(db):
    ContactPoint.objects.create(
        user=UserFactory(), kind=ContactKind.PHONE, value=CLARA, bounced_at=timezone.now(), bounce_reason="gone"
    )

    assert why(purpose=Purpose.REPLY) == ""


@pytest.mark.parametrize(("purpose", "statements"), [(Purpose.REPLY, 1), (Purpose.NOTICE, 2)])
def test_budget_of_any_number_is_asked_in_as_many_statements(queue, purpose, statements):
    items = [Outgoing(purpose, f"person{turn}@shop.example", conversation=turn) for turn in range(30)]

    ran, text = count_of(lambda: Budgets.of(items))

    assert ran == statements, text


@pytest.mark.parametrize("purpose", Purpose)
def test_everything_goes_to_a_known_address_that_works(db, purpose):
    UserFactory(email=CLARA)

    assert why(purpose=purpose) == ""


def test_reason_of_any_length_is_told_as_far_as_there_is_room(queue):
    clara = UserFactory(email=CLARA)
    ContactPoint.objects.filter(user=clara).update(bounced_at=timezone.now(), bounce_reason="x" * 500)

    [row] = queue(CLARA)

    assert row.reason == f"address bounced: {'x' * 500}"[:500]
