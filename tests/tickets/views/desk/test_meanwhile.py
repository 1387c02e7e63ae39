"""Something happens to a thing while somebody writes about it: no word is lost, and a sentence says what happened."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actions import erasing
from tests.browsers import browser_of
from tests.factories import StaffFactory, TeamFactory, TemplateFactory, TicketFactory
from tests.htmx import tree
from tickets.actions.conversation import note
from tickets.actions.rewriting import delete_note
from tickets.actions.status import change_tags
from tickets.models import Message


def words_on(response):
    """What a page of an error holds to be copied."""
    return tree(response.content.decode()).get_element_by_id("words_sent").text.strip()


def test_answer_to_a_ticket_that_is_no_longer_theirs_to_see_comes_back_to_be_copied(browse, oleg):
    ticket = TicketFactory(team=oleg.grants.get().team)
    browser = browse(oleg)
    assert browser.get(f"/desk/tickets/{ticket.number}/").status_code == 200
    ticket.team = TeamFactory()
    ticket.save()

    answer = browser.post(f"/desk/tickets/{ticket.number}/replies/", {"body": "Typed for\nan hour"})

    assert answer.status_code == 404
    assert words_on(answer) == "Typed for\nan hour"
    assert ticket.subject not in answer.content.decode()
    assert not Message.objects.exists()


def test_note_that_was_deleted_while_it_was_changed_gives_the_words_back(desk, anna):
    written = note(ticket=TicketFactory(), by=anna, text="Ring Umbrella")
    delete_note(message=written, by=anna)

    answer = desk.post(f"/desk/messages/{written.pk}/editing/", {"text": "Ring Giraffe", "version": "0"})

    assert answer.status_code == 404
    assert words_on(answer) == "Ring Giraffe"


def test_answer_sent_after_the_session_ended_comes_back_and_signing_in_leads_to_its_page(desk, ticket):
    page = f"/desk/tickets/{ticket.number}/?compose=reply"
    stranger = Client(enforce_csrf_checks=False, headers={"Referer": f"http://testserver{page}"})

    answer = stranger.post(f"/desk/tickets/{ticket.number}/replies/", {"body": "Typed for an hour"})
    empty = stranger.post(f"/desk/tickets/{ticket.number}/assignment/", {"assignee": "me"})

    (way,) = tree(answer.content.decode()).xpath("//main//a/@href")
    assert answer.status_code == 403
    assert words_on(answer) == "Typed for an hour"
    assert (empty.status_code, empty["Location"]) == (302, way)
    signed_in = desk.get(way)
    assert (signed_in.status_code, signed_in["Location"]) == (302, page)


def test_answer_to_a_ticket_that_went_into_the_archive_brings_it_back(desk):
    long_ago = timezone.now() - timedelta(days=400)
    ticket = TicketFactory(status="closed", closed_at=long_ago, archived_at=timezone.now())

    sent = desk.post(f"/desk/tickets/{ticket.number}/replies/", {"body": "Still there?"})

    ticket.refresh_from_db()
    assert (sent.status_code, ticket.status, ticket.archived_at) == (303, "waiting", None)


def test_answer_to_somebody_who_was_erased_meanwhile_keeps_its_words_and_says_so(desk, ticket):
    page = desk.get(f"/desk/tickets/{ticket.number}/")
    form = dict(tree(page.content.decode()).get_element_by_id("composer").form_values())
    erasing.erase(erasure=erasing.ask(person=ticket.requester, by=ticket.requester))

    refused = desk.post(f"/desk/tickets/{ticket.number}/replies/", form | {"body": "Typed for an hour"})

    composer = tree(refused.content.decode()).get_element_by_id("composer")
    assert refused.status_code == 422
    assert composer.get_element_by_id("composer_text").text.strip() == "Typed for an hour"
    assert composer.find_class("field-errors")[0].text_content().strip() == (
        "Nobody would get this: keep at least one recipient, or write a note."
    )
    assert "nobody: no address is known" in composer.text_content()


def test_tags_set_by_two_at_once_are_all_there(desk, anna, ticket):
    change_tags(ticket=ticket, by=anna, tags=["vpn", "printer"])
    change_tags(ticket=ticket, by=StaffFactory(), tags=["vpn", "printer", "urgent"])

    response = desk.post(f"/desk/tickets/{ticket.number}/tags/", {"tags": "vpn, basket", "were": "vpn, printer"})

    ticket.refresh_from_db()
    assert response.status_code == 303
    assert ticket.tags == ["vpn", "urgent", "basket"]


def test_template_changed_by_somebody_else_meanwhile_shows_both_and_saves_the_second_time(desk, anna):
    template = TemplateFactory(owner=anna, text={"en": "Thank you."})
    address = f"/desk/templates/{template.pk}/"
    first, second = form_of(desk.get(address)), form_of(desk.get(address))
    assert browser_of(anna).post(address, first | {"text_en": "Words of one"}).status_code == 303

    refused = desk.post(address, second | {"text_en": "Words of the other"})

    assert refused.status_code == 422
    assert "Somebody changed this in the meantime" in refused.content.decode()
    facts = tree(refused.content.decode()).find_class("facts")[0]
    assert [each.text_content() for each in facts] == ["Text in English", "Words of one"]
    assert form_of(refused)["text_en"].strip() == "Words of the other"
    assert desk.post(address, form_of(refused)).status_code == 303
    assert form_of(desk.get(address))["text_en"].strip() == "Words of the other"


def form_of(page):
    return dict(tree(page.content.decode()).xpath("//main//form[.//textarea]")[0].form_values())


@pytest.fixture
def ticket(db):
    return TicketFactory()
