"""Attacks D and E of ATTACKS.md at web hooks: addresses that people give, and what leaves by them."""

import json
from ipaddress import ip_network

import pytest
from django.db import connection

from helpdesk.accounts.enums import Role
from helpdesk.accounts.scopes import Scope
from helpdesk.webhooks.actions.keeping import HookDetails, add
from helpdesk.webhooks.actions.sending import send_next
from helpdesk.webhooks.models import Attempt, Event, Hook
from tests.factories import StaffFactory, TicketFactory
from tests.peers.web_peer import WebPeer
from tests.programs import Program, problem_of
from tickets.actions import conversation
from tickets.actions.status import change_status

pytestmark = pytest.mark.django_db(transaction=True)
HOOKS = "/api/v1/webhooks/"


@pytest.fixture
def peer(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    served = WebPeer()
    yield served
    served.close()


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", role=Role.ADMINISTRATOR)


def hook_to(url, ada, owner=None, **details):
    wanted = {"name": "CRM", "url": url, "events": ["ticket.changed", "message.created"]} | details
    return add(details=HookDetails(**wanted), owner=owner or ada, by=ada)


def send_all():
    while send_next():
        pass


def test_e10_hook_to_our_own_network_sends_nothing_there(peer, ada, settings):
    hook_to(peer.url, ada)
    settings.OUTGOING_ALLOWED_NETWORKS = []
    change_status(ticket=TicketFactory(), by=ada, status="resolved")

    send_all()

    assert peer.connections == 0
    assert "OUTGOING_ALLOWED_NETWORKS" in Attempt.objects.get().answer


def test_e09_hook_that_is_led_inside_does_not_follow(peer, ada):
    inside = WebPeer()
    peer.answers = [f"HTTP/1.1 307 Go\r\nLocation: {inside.url}\r\nContent-Length: 0\r\n\r\n".encode()]
    hook_to(peer.url, ada)
    change_status(ticket=TicketFactory(), by=ada, status="resolved")

    send_all()

    assert inside.connections == 0
    assert Event.objects.get().state == "waiting"
    inside.close()


def test_d09_no_field_of_a_hook_is_taken_but_the_described(ada):
    caller = Program(ada, scopes=Scope.values)
    known = {"name": "CRM", "url": "https://crm.example/", "events": ["ticket.changed"]}

    for field in {field.name for field in Hook._meta.get_fields()} - {*known, "team", "with_notes"}:
        assert problem_of(caller.post_json(HOOKS, known | {field: 1}))["status"] == 422, field
    assert not Hook.objects.exists()


def test_d11_no_answer_about_hooks_holds_a_key(ada, peer):
    caller, hook = Program(ada, scopes=Scope.values), hook_to(peer.url, ada)
    change_status(ticket=TicketFactory(), by=ada, status="resolved")
    send_all()

    for path in (HOOKS, f"{HOOKS}{hook.pk}/", f"{HOOKS}{hook.pk}/events/"):
        assert hook.key.removeprefix("whsec_") not in caller.get(path).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM webhooks_hook")
        assert hook.key not in str(cursor.fetchall())


def test_d16_hook_of_an_owner_who_sees_less_hears_no_note_and_no_stranger(peer, ada):
    """Oleg is a contractor without a grant: his hook has nothing to tell."""
    oleg = StaffFactory(name="Oleg", role=Role.CONTRACTOR)
    hook_to(peer.url, ada, owner=oleg, with_notes=True)
    ticket = TicketFactory(subject="c4n4ry")

    conversation.note(ticket=ticket, by=ada, text="c4n4ry")
    change_status(ticket=ticket, by=ada, status="resolved")
    send_all()

    assert peer.asked == []
    assert set(Event.objects.values_list("state", flat=True)) == {"dropped"}


def test_d15_what_came_back_is_told_to_administrators_alone(peer, ada):
    peer.answers = [b"HTTP/1.1 500 X\r\nContent-Length: 6\r\n\r\nc4n4ry"]
    hook = hook_to(peer.url, ada)
    change_status(ticket=TicketFactory(), by=ada, status="resolved")
    send_all()

    for role in (Role.AGENT, Role.LINE_LEAD, Role.CUSTOMER):
        caller = Program(StaffFactory(role=role), scopes=Scope.values)
        assert caller.get(f"{HOOKS}{hook.pk}/events/").status_code == 403
    told = Program(ada, scopes=Scope.values).get(f"{HOOKS}{hook.pk}/events/").json()
    assert told["items"][0]["attempts"][0]["answer"] == "c4n4ry"


def test_d06_answer_of_a_receiver_reaches_no_header_and_no_log_whole(peer, ada):
    peer.answers = [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\0<script>"]
    hook_to(peer.url, ada)
    change_status(ticket=TicketFactory(), by=ada, status="resolved")

    send_all()

    assert Attempt.objects.get().answer == "<script>"
    assert json.loads(peer.asked[0].body)["type"] == "ticket.changed"
