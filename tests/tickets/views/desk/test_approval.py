"""Held messages."""

import pytest

from tests.factories import MessageFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tickets.enums import Approval, Status
from tickets.models import Participant


@pytest.fixture
def held(clara, sergei):
    ticket = TicketFactory(requester=clara, status=Status.RESOLVED, awaits_approval=1)
    return MessageFactory(ticket=ticket, author=sergei, text="May I?", html="", approval=Approval.PENDING)


def url_of(message):
    return f"/desk/messages/{message.pk}/approval/"


@pytest.mark.parametrize(
    ("decision", "approval", "status", "is_in"),
    [("let_in", Approval.APPROVED, Status.OPEN, True), ("refuse", Approval.REFUSED, Status.RESOLVED, False)],
)
def test_decision_about_a_held_message_is_carried_out(desk, sergei, held, decision, approval, status, is_in):
    response = desk.post(url_of(held), {"decision": decision})

    assert (response.status_code, response["Location"]) == (303, f"/desk/tickets/{held.ticket.number}/")
    held.refresh_from_db()
    held.ticket.refresh_from_db()
    assert (held.approval, held.ticket.status, held.ticket.awaits_approval) == (approval, status, 0)
    assert Participant.objects.filter(user=sergei, is_active=True).exists() == is_in


@pytest.mark.parametrize("decision", ["let_in", "refuse"])
def test_decision_by_htmx_applied_to_the_page_equals_a_reload(desk, held, decision):
    url = f"/desk/tickets/{held.ticket.number}/"
    before = desk.get(url).content.decode()
    seen = tree(before).get_element_by_id("seen").get("value")

    response = desk.post(url_of(held), {"decision": decision, "seen": seen}, headers=HTMX)

    after = desk.get(url).content.decode()
    assert shown(applied(before, response, target="side")) == shown(after)
    assert shown(before) != shown(after)


def test_second_decision_is_refused(desk, held):
    desk.post(url_of(held), {"decision": "refuse"})

    response = desk.post(url_of(held), {"decision": "let_in"})

    assert response.status_code == 422
    assert "Somebody has decided about this message already." in response.content.decode()
    held.refresh_from_db()
    assert held.approval == Approval.REFUSED


def test_decision_is_not_for_everybody(browse, held, oleg, accountant, clara, sergei):
    found = [browse(person).post(url_of(held)).status_code for person in (oleg, accountant, clara, sergei)]

    assert found == [404, 403, 403, 403]
    held.refresh_from_db()
    assert held.approval == Approval.PENDING


def test_decision_takes_only_post_about_a_message_that_exists(desk, held):
    assert desk.get(url_of(held)).status_code == 405
    assert desk.post("/desk/messages/999999/approval/").status_code == 404
