"""A note written anew at the desk, deleted, and what it said before."""

import pytest

from helpdesk.accounts.enums import Role
from tests.factories import MessageFactory, StaffFactory, TicketFactory
from tests.htmx import tree
from tests.statements import count_of
from tickets.actions.conversation import note
from tickets.actions.rewriting import edit_note
from tickets.models import Message


@pytest.fixture
def written(anna):
    return note(ticket=TicketFactory(), by=anna, text="Ring Umbrella")


def url(message, word):
    return f"/desk/messages/{message.pk}/{word}/"


def ticket_page(browser, message):
    return browser.get(f"/desk/tickets/{message.ticket.number}/").content.decode()


def test_note_changed_is_marked_with_time_and_leads_to_what_it_said(desk, anna, written):
    form = tree(desk.get(url(written, "editing")).content.decode())

    response = desk.post(
        url(written, "editing"),
        {"text": "Ring\r\nGiraffe", "version": form.xpath("//input[@name='version']/@value")[0]},
    )

    page = tree(ticket_page(desk, written)).get_element_by_id(f"m{written.pk}")
    before = desk.get(url(written, "earlier-words")).content.decode()
    assert (response.status_code, response["Location"]) == (
        303,
        f"/desk/tickets/{written.ticket.number}/#m{written.pk}",
    )
    assert "Umbrella" not in page.text_content()
    assert "edited" in page.text_content()
    assert page.xpath(f".//a[@href='{url(written, 'earlier-words')}']")
    assert "Ring Umbrella" in before
    assert Message.objects.get().text == "Ring\nGiraffe"


def test_note_changed_by_somebody_else_meanwhile_shows_both_and_saves_the_second_time(desk, written):
    ada = StaffFactory(name="Ada", role=Role.ADMINISTRATOR)
    edit_note(message=written, by=ada, text="Words of Ada", version=0)

    refused = desk.post(url(written, "editing"), {"text": "Words of Anna", "version": "0"})

    document = tree(refused.content.decode())
    (version,) = document.xpath("//input[@name='version']/@value")
    assert refused.status_code == 422
    assert "Words of Ada" in document.find_class("quoted")[0].text_content()
    assert "Words of Anna" in document.xpath("string(//textarea[@name='text'])")
    assert desk.post(url(written, "editing"), {"text": "Words of Anna", "version": version}).status_code == 303
    assert "Words of Ada" in desk.get(url(written, "earlier-words")).content.decode()


def test_note_deleted_leaves_a_line_and_none_of_its_words(desk, written):
    assert desk.post(url(written, "deletion")).status_code == 303

    page = tree(ticket_page(desk, written)).get_element_by_id("timeline").text_content()
    assert "Umbrella" not in page
    assert "Anna Orlova deleted a note" in " ".join(page.split())
    assert desk.get(url(written, "editing")).status_code == 404


def test_deletion_that_is_too_late_says_so(desk, settings, written):
    settings.NOTE_DELETION_MINUTES = 0

    response = desk.post(url(written, "deletion"))

    assert response.status_code == 403
    assert "too late" in response.content.decode()
    assert "desk:deletion" not in response.content.decode()
    assert Message.objects.exists()


def test_only_those_who_may_are_offered_to_change_it(browse, desk, written):
    boris = browse(StaffFactory(name="Boris"))

    link = url(written, "editing")
    assert link in ticket_page(desk, written)
    assert link not in ticket_page(boris, written)
    assert link in ticket_page(desk, written)
    assert boris.get(link).status_code == boris.post(link, {"text": "x", "version": 0}).status_code == 403


def test_answer_has_nothing_to_change_and_no_earlier_words(desk, anna):
    message = MessageFactory(author=anna, kind="reply")

    assert url(message, "editing") not in ticket_page(desk, message)
    assert desk.post(url(message, "editing"), {"text": "x", "version": 0}).status_code == 403
    assert desk.get(url(message, "earlier-words")).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_earlier_words_take_the_same_statements_however_many(desk, written, number):
    for version in range(number):
        ada = StaffFactory(role=Role.ADMINISTRATOR)
        edit_note(message=written, by=ada, text=f"Version {version}", version=version)
    desk.get(url(written, "earlier-words"))

    count, statements = count_of(lambda: desk.get(url(written, "earlier-words")))

    assert count <= 8, statements
    assert count_of(lambda: ticket_page(desk, written))[0] <= 14
