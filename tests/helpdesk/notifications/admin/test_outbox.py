"""The outbox in the admin."""

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.journal.models import Entry
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Breaker, Delivery
from tests.browsers import browser_of
from tests.factories import StaffFactory

LIST = "/admin/notifications/delivery/"


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", role=Role.ADMINISTRATOR)


@pytest.fixture
def browser(ada):
    return browser_of(ada)


def delivery(state, recipient="clara@shop.example", **content):
    outgoing = Outgoing(purpose=Purpose.REPLY, recipient=recipient, content=content)
    (row,) = enqueue(subject=StaffFactory(), outgoing=[outgoing])
    lease = timezone.now() if state == DeliveryState.SENDING else None
    Delivery.objects.filter(pk=row.pk).update(state=state, lease_until=lease)
    return row


def decide(browser, action, *rows):
    return browser.post(LIST, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True)


def state_of(row):
    return Delivery.objects.values_list("state", flat=True).get(pk=row.pk)


def test_outbox_is_narrowed_to_what_needs_a_person(browser):
    for state in DeliveryState:
        delivery(state, recipient=f"{state}@shop.example")

    page = browser.get(f"{LIST}?person=needed").content.decode()

    assert [state for state in DeliveryState if f"{state}@shop.example" in page] == ["failed", "unknown", "held"]


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("release", DeliveryState.HELD, "queued"),
        ("release", DeliveryState.UNKNOWN, "queued"),
        ("settle_arrived", DeliveryState.UNKNOWN, "sent"),
        ("give_up", DeliveryState.HELD, "cancelled"),
    ],
)
def test_what_waits_for_a_person_is_decided_and_told(browser, ada, action, before, after):
    row = delivery(before)

    decide(browser, action, row)

    assert state_of(row) == after
    assert Entry.objects.about(row).get().actor == ada


def test_what_cannot_be_decided_is_named(browser):
    row = delivery(DeliveryState.SENT)

    page = decide(browser, "release", row).content.decode()

    assert state_of(row) == "sent"
    assert f"#{row.pk}: Only what is held" in page


def test_content_that_may_open_doors_is_not_shown(browser):
    row = delivery(DeliveryState.FAILED, url="https://helpdesk.example/accounts/link/s3cret/")

    for path in (LIST, f"{LIST}{row.pk}/change/"):
        assert "s3cret" not in browser.get(path).content.decode()


def test_resting_way_out_is_tried_again(browser):
    breaker = Breaker.objects.create(route="site", failures=3, open_until=timezone.now(), reason="535 no")

    browser.post("/admin/notifications/breaker/", {"action": "try_now", "_selected_action": [breaker.pk]})

    breaker.refresh_from_db()
    assert (breaker.failures, breaker.open_until) == (0, None)
