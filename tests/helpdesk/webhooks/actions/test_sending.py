"""Events on their way to a server that takes them, fails, hangs, floods, leads elsewhere."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from helpdesk.webhooks.actions import keeping, sending
from helpdesk.webhooks.actions.sending import send_next
from helpdesk.webhooks.models import Attempt, Event, Hook
from helpdesk.webhooks.signing import signature
from tests.factories import GrantFactory, MessageFactory, StaffFactory, TeamFactory, TicketFactory
from tests.peers.web_peer import OK, flood, hang
from tickets.actions import conversation
from tickets.actions.assignment import hand_to_team
from tickets.actions.status import change_priority, change_status

pytestmark = pytest.mark.django_db(transaction=True)


def answer(status, body=b""):
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


FAIL = answer(500, b"oops")


def send_all():
    while send_next():
        pass


def make_due():
    """As if the delays were over."""
    Hook.objects.update(rests_until=None)
    Event.objects.filter(state="waiting").update(due_at=timezone.now())
    Event.objects.filter(state="sending").update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna")


@pytest.fixture
def ticket(db):
    return TicketFactory(subject="Shop is down", status="new")


def test_event_when_taken_is_signed_delivered_and_written_down(peer, hook_to, ticket, anna):
    hook = hook_to(peer.url + "in")
    change_status(ticket=ticket, by=anna, status="open")

    send_all()

    (asked,) = peer.asked
    event = Event.objects.get()
    told = json.loads(asked.body)
    assert (asked.path, told["type"], told["data"]["change"]) == ("/in", "ticket.changed", "status_changed")
    assert (told["data"]["ticket"]["number"], told["data"]["ticket"]["status"]) == (ticket.number, "open")
    assert asked.headers["webhook-id"] == f"msg_{event.key.hex}"
    signed = signature(
        keys=[hook.key],
        identifier=asked.headers["webhook-id"],
        timestamp=int(asked.headers["webhook-timestamp"]),
        body=asked.body,
    )
    assert asked.headers["webhook-signature"] == signed
    assert abs(int(asked.headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    attempt = Attempt.objects.get()
    assert (event.state, attempt.event, attempt.status, attempt.answer) == ("delivered", event, 200, "ok")


def test_key_when_renewed_signs_beside_the_one_before_for_a_day(peer, hook_to, ticket, anna, ada):
    hook = hook_to(peer.url)
    keeping.renew_key(hook=hook, by=ada)
    change_status(ticket=ticket, by=anna, status="open")
    send_all()

    Hook.objects.update(key_before_until=timezone.now())
    change_priority(ticket=ticket, by=anna, priority=3)
    send_all()

    assert [len(asked.headers["webhook-signature"].split(" ")) for asked in peer.asked] == [2, 1]


@pytest.mark.parametrize(
    "bad",
    [FAIL, answer(404), answer(302), b"", b"nonsense\r\n", hang],
    ids=["500", "404", "redirect", "closes", "nonsense", "hangs"],
)
def test_event_when_not_taken_is_tried_again_under_the_same_id(peer, hook_to, ticket, anna, bad, monkeypatch):
    monkeypatch.setattr(sending, "SECONDS", 0.3)
    hook_to(peer.url)
    peer.answers = [bad, OK]
    change_status(ticket=ticket, by=anna, status="open")

    send_all()
    after = Event.objects.get()
    make_due()
    send_all()

    assert (after.state, after.attempts, after.due_at > timezone.now() - timedelta(minutes=1)) == ("waiting", 1, True)
    assert Event.objects.get().state == "delivered"
    assert len({asked.headers["webhook-id"] for asked in peer.asked}) == 1
    assert len(peer.asked) == 2
    assert Hook.objects.get().failures == 0


def test_answer_when_it_floods_is_cut(peer, hook_to, ticket, anna):
    hook_to(peer.url)
    peer.answers = [flood]
    change_status(ticket=ticket, by=anna, status="open")

    send_all()

    assert (Event.objects.get().state, len(Attempt.objects.get().answer)) == ("delivered", 1024)


def test_address_when_not_public_is_not_asked(peer, hook_to, ticket, anna, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []
    hook_to(peer.url)
    change_status(ticket=ticket, by=anna, status="open")

    send_all()

    attempt = Attempt.objects.get()
    assert (attempt.status, peer.connections) == (None, 0)
    assert "127.0.0.1" in attempt.answer


def test_hook_when_it_fails_rests_longer_each_time_and_others_go_on(peer, hook_to, ticket, anna):
    bad, good = hook_to(peer.url + "bad", name="Bad"), hook_to("http://127.0.0.2:1/", name="Good")
    Hook.objects.filter(pk=good.pk).update(url=peer.url + "good")
    peer.answers = [FAIL, OK]
    rests = []
    change_status(ticket=ticket, by=anna, status="open")
    send_all()
    for _ in range(3):
        peer.answers = [FAIL]
        Event.objects.filter(state="waiting").update(due_at=timezone.now())
        Hook.objects.update(rests_until=None)
        send_all()
        rests.append((Hook.objects.get(pk=bad.pk).rests_until - timezone.now()).total_seconds())

    assert rests == sorted(rests)
    assert Event.objects.get(hook=good).state == "delivered"


def test_events_of_one_ticket_arrive_in_their_order_whatever_fails(peer, hook_to, ticket, anna):
    hook_to(peer.url)
    other = TicketFactory(status="new")
    change_status(ticket=ticket, by=anna, status="open")
    change_priority(ticket=ticket, by=anna, priority=3)
    change_status(ticket=other, by=anna, status="open")
    peer.answers = [FAIL, OK]

    send_all()
    Hook.objects.update(rests_until=None)
    send_all()
    make_due()
    send_all()

    told = [json.loads(asked.body)["data"] for asked in peer.asked]
    assert [(each["ticket"]["number"], each["change"]) for each in told] == [
        (ticket.number, "status_changed"),
        (other.number, "status_changed"),
        (ticket.number, "status_changed"),
        (ticket.number, "priority_changed"),
    ]


def test_event_when_it_failed_for_two_days_is_given_up_and_the_owner_told(peer, hook_to, ticket, anna, ada):
    hook_to(peer.url)
    peer.answers = [FAIL]
    change_status(ticket=ticket, by=anna, status="open")
    send_all()
    Event.objects.update(created_at=timezone.now() - timedelta(days=2))
    Hook.objects.update(failing_since=timezone.now() - timedelta(days=2))

    make_due()
    send_all()

    assert Event.objects.get().state == "failed"
    assert Hook.objects.get().is_active
    assert Delivery.objects.get(person=ada).purpose == "notice"


def test_hook_when_it_failed_for_five_days_is_switched_off_and_the_owner_told(peer, hook_to, ticket, anna, ada):
    hook_to(peer.url)
    peer.answers = [FAIL]
    change_status(ticket=ticket, by=anna, status="open")
    change_priority(ticket=ticket, by=anna, priority=3)
    Hook.objects.update(failures=9, failing_since=timezone.now() - timedelta(days=5, minutes=1))

    send_all()

    hook = Hook.objects.get()
    assert (hook.is_active, hook.reason) == (False, "It failed for five days.")
    assert set(Event.objects.values_list("state", flat=True)) == {"failed"}
    assert Delivery.objects.filter(person=ada).count() == 1
    assert Entry.objects.filter(verb="hook_stopped").count() == 1


def test_hook_when_it_answers_gone_is_switched_off(peer, hook_to, ticket, anna):
    hook_to(peer.url)
    peer.answers = [answer(410)]
    change_status(ticket=ticket, by=anna, status="open")

    send_all()

    assert not Hook.objects.get().is_active


def test_body_is_read_as_the_owner_when_it_is_sent(peer, hook_to, ticket, anna):
    """A contractor's hook tells of the queues that they were granted, and no longer of what left them."""
    oleg, shops = StaffFactory(name="Oleg", role=Role.CONTRACTOR), TeamFactory(name="Shops")
    GrantFactory(contractor=oleg, team=shops)
    hook_to(peer.url, owner=oleg)
    seen, left, strange = (TicketFactory(team=team, subject="c4n4ry", status="new") for team in (shops, shops, None))
    for each in (seen, left, strange):
        change_status(ticket=each, by=anna, status="open")
    hand_to_team(ticket=left, by=anna, team=TeamFactory())

    send_all()

    told = [json.loads(asked.body)["data"]["ticket"]["number"] for asked in peer.asked]
    assert set(told) == {seen.number}
    assert Event.objects.filter(state="dropped").count() == 3


def test_owner_when_they_left_is_told_nothing_more(peer, hook_to, ticket, anna):
    boris = StaffFactory(name="Boris")
    hook_to(peer.url, owner=boris)
    change_status(ticket=ticket, by=anna, status="open")
    boris.is_active = False
    boris.save()

    send_all()

    assert (peer.asked, Hook.objects.get().is_active) == ([], False)


def test_message_when_too_large_is_told_by_its_key(peer, hook_to, ticket, anna):
    hook_to(peer.url, events=["message.created"])
    conversation.reply(ticket=ticket, by=anna, text="word " * 60_000)

    send_all()

    data = json.loads(peer.asked[0].body)["data"]
    assert data == {"ticket": ticket.pk, "message": ticket.messages.get().pk, "is_cut": True}
    assert len(peer.asked[0].body) < 1000


def test_message_that_was_written_is_told_as_the_api_tells_it(peer, hook_to, ticket, anna):
    hook_to(peer.url, events=["message.created"])
    conversation.reply(ticket=ticket, by=anna, text="We look.")

    send_all()

    data = json.loads(peer.asked[0].body)["data"]
    assert (data["ticket"], data["message"]["text"]) == (ticket.number, "We look.")
    assert "from" in data["message"]


def test_message_that_is_gone_when_it_is_sent_is_told_to_nobody(peer, hook_to, ticket, anna):
    hook_to(peer.url, events=["message.created"], with_notes=True)
    conversation.note(ticket=ticket, by=anna, text="Psst")
    MessageFactory(ticket=ticket)
    ticket.messages.filter(kind="note").delete()

    send_all()

    assert (peer.asked, Event.objects.get().state) == ([], "dropped")


def test_test_and_sending_again_use_the_same_way(peer, hook_to, ada, ticket, anna):
    hook = hook_to(peer.url)
    change_status(ticket=ticket, by=anna, status="open")
    send_all()

    keeping.test(hook=hook, by=ada)
    keeping.send_again(event=Event.objects.get(kind="ticket.changed"), by=ada)
    send_all()

    kinds = [json.loads(asked.body)["type"] for asked in peer.asked]
    assert sorted(kinds) == ["hook.test", "ticket.changed", "ticket.changed"]
    assert len({asked.headers["webhook-id"] for asked in peer.asked}) == 2


def test_customer_is_told_as_the_api_tells_them(peer, hook_to, ada):
    from helpdesk.accounts.actions import details

    hook_to(peer.url)
    said = details.Details("Clara", None, "customer", "", "", "c4n4ry")
    clara = details.add_person(details=said, email="clara@shop.example", phone="", by=ada)

    send_all()

    told = json.loads(peer.asked[0].body)
    assert (told["type"], told["data"]["customer"]["id"]) == ("customer.created", clara.pk)
    assert b"c4n4ry" not in peer.asked[0].body
