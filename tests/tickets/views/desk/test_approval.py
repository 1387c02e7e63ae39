"""Held messages."""

import pytest
from django.utils import translation

from tests.factories import MessageFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tickets.enums import Approval, Status
from tickets.mail.enums import HeldBecause
from tickets.models import Message, Participant


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


def banner(browser, message):
    document = tree(browser.get(f"/desk/tickets/{message.ticket.number}/").content.decode())
    (found,) = document.xpath("//*[contains(@class, 'held')]//*[@class='notice-text']")
    return " ".join(found.text_content().split())


@pytest.mark.parametrize("reason", HeldBecause)
@pytest.mark.parametrize(
    ("language", "begins", "ends"), [("en", "Held back.", "decide."), ("ru", "Задержано.", "не узнает.")]
)
def test_held_message_says_why_in_the_readers_language(desk, anna, held, reason, language, begins, ends):
    Message.objects.filter(pk=held.pk).update(flags={"held_because": reason.value})
    anna.language = language
    anna.save()

    said = banner(desk, held)

    with translation.override(language):
        assert said.removeprefix(begins).strip().startswith(str(reason.label))
    assert said.endswith(ends)
    assert language == "en" or str(reason.label) not in said


def test_held_message_of_a_reason_that_nobody_knows_is_held_all_the_same(desk, held):
    Message.objects.filter(pk=held.pk).update(flags={"held_because": "because I said so"})

    assert "Its sender does not take part in this conversation." in banner(desk, held)


@pytest.mark.parametrize(("approval", "warnings"), [(Approval.PENDING, 0), (Approval.APPROVED, 1)])
def test_what_a_message_is_held_for_is_said_once(desk, held, approval, warnings):
    flags = {"held_because": HeldBecause.STAFF.value, "staff_address_unverified": True}
    Message.objects.filter(pk=held.pk).update(flags=flags, approval=approval)

    page = desk.get(f"/desk/tickets/{held.ticket.number}/").content.decode()

    assert page.count("It claims to come from a colleague") == warnings
