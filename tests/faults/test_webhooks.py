"""R21, R32 for web hooks: whoever dies in the middle, and whatever is away, an event arrives, under its one id."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.webhooks.actions.keeping import HookDetails, add
from helpdesk.webhooks.models import Attempt, Event, Hook
from tests.factories import StaffFactory, TicketFactory
from tests.peers import forked
from tests.peers.web_peer import WebPeer
from tickets.actions.status import change_status

pytestmark = pytest.mark.django_db(transaction=True)
SEND = "helpdesk.webhooks.tasks.send_due"
OPENED = {"OUTGOING_ALLOWED_NETWORKS": ["127.0.0.0/8"]}


@pytest.fixture
def peer(kept_connections):
    served = WebPeer()
    yield served
    served.close()


@pytest.fixture
def event(peer):
    ada = StaffFactory(role=Role.ADMINISTRATOR)
    add(details=HookDetails("CRM", peer.url, ["ticket.changed"]), owner=ada, by=ada)
    change_status(ticket=TicketFactory(status="new"), by=StaffFactory(), status="open")
    return Event.objects.get()


def test_r21_event_when_its_worker_is_killed_after_sending_arrives_again_under_the_same_id(peer, event):
    assert forked.run(SEND, crash_at="hook_sent", **OPENED) == -9
    assert forked.run(SEND, **OPENED) == 0
    in_hand = Event.objects.get()
    Event.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert forked.run(SEND, **OPENED) == 0

    event.refresh_from_db()
    assert (in_hand.state, event.state, Attempt.objects.count()) == ("sending", "delivered", 1)
    assert [asked.headers["webhook-id"] for asked in peer.asked] == [f"msg_{event.key.hex}"] * 2


def test_r21_event_when_nobody_could_be_rung_is_found_by_the_sweep(peer, event):
    """The bell is silent in these tests: `kept_connections`."""
    assert peer.asked == []

    assert forked.run("helpdesk.webhooks.tasks.sweep", **OPENED) == 0

    assert Event.objects.get().state == "delivered"


def test_r21_two_workers_send_an_event_once(peer, event):
    with transaction.atomic():
        Event.objects.select_for_update().get()

        assert forked.run(SEND, **OPENED) == 0

        assert peer.asked == []
    assert forked.run(SEND, **OPENED) == 0
    assert len(peer.asked) == 1


def test_r32_event_when_the_name_of_its_receiver_is_unknown_for_a_while_arrives_once_afterwards(peer, event):
    Hook.objects.update(url="https://no-such-name.invalid/in")

    assert forked.run(SEND, **OPENED) == 0
    waiting = Event.objects.get()
    Hook.objects.update(url=peer.url, rests_until=None)
    Event.objects.update(due_at=timezone.now())
    assert forked.run(SEND, **OPENED) == 0

    event.refresh_from_db()
    assert (waiting.state, event.state, Attempt.objects.count()) == ("waiting", "delivered", 2)
    assert [asked.headers["webhook-id"] for asked in peer.asked] == [f"msg_{event.key.hex}"]
