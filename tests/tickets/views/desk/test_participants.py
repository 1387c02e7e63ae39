"""Who gets the answers: found, added, asked about, removed and put back."""

import pytest

from helpdesk.journal.models import Entry
from tests.factories import OrganisationFactory, ParticipantFactory, TicketFactory, UserFactory
from tests.htmx import HTMX, applied, shown, tree
from tickets.actions.recipients import audience_of
from tickets.models import Participant, Ticket


def url_of(ticket, resource=""):
    return f"/desk/tickets/{ticket.number}/{resource}"


def options(browser, ticket, words):
    found = tree(browser.get(url_of(ticket, "people/"), {"email": words}).content.decode())
    return found.xpath("//option/@value")


@pytest.fixture
def mallory(db):
    return UserFactory(
        name="Mallory Other", email="m@other.example", organisation=OrganisationFactory(name="Other Ltd")
    )


def test_people_are_found_by_the_beginning_of_name_or_address(desk, browse, oleg, clara):
    ticket = TicketFactory(requester=clara, team=oleg.grants.get().team)
    UserFactory(name="Clemens Auer", email="auer@nordlicht.example")
    UserFactory(name="Boris", email="clem@shop.example", is_active=False)

    assert options(desk, ticket, "cl") == ["clara@nordlicht.example", "auer@nordlicht.example"]
    assert options(desk, ticket, "AUER") == ["auer@nordlicht.example"]
    assert options(desk, ticket, "c") == options(desk, ticket, "%") == options(desk, ticket, "\0") == []
    assert options(browse(oleg), ticket, "cl") == []


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_somebody_of_another_organisation_is_added_only_when_that_is_meant(desk, clara, mallory, headers):
    ticket = TicketFactory(requester=clara)
    seen = tree(desk.get(url_of(ticket)).content.decode()).get_element_by_id("seen").get("value")

    asked = desk.post(url_of(ticket, "participants/"), {"email": mallory.email, "seen": seen}, headers=headers)
    before = Participant.objects.count()
    [form] = tree(asked.content.decode()).xpath("//form[input[@name='meant']]")
    fields = dict(form.form_values()) | {"seen": seen}
    desk.post(form.get("action"), fields, headers=headers)

    assert (asked.status_code, before) == (422, 0)
    assert "Mallory Other is of another organisation (Other Ltd)" in asked.content.decode()
    assert Participant.objects.get().user == mallory


def test_removed_person_gets_nothing_and_is_put_back_by_one_click(desk, clara):
    ticket = TicketFactory(requester=clara)
    part = ParticipantFactory(ticket=ticket, user=UserFactory(email="boss@nordlicht.example"))
    before = desk.get(url_of(ticket)).content.decode()
    seen = tree(before).get_element_by_id("seen").get("value")

    removed = desk.post(url_of(ticket, f"participants/{part.pk}/removal/"), {"seen": seen}, headers=HTMX)
    after = desk.get(url_of(ticket)).content.decode()
    told = [person.address for person in audience_of(ticket).everybody]
    back = desk.post(url_of(ticket, f"participants/{part.pk}/return/"))

    assert shown(applied(before, removed, target="side")) == shown(after)
    assert told == ["clara@nordlicht.example"]
    assert back.status_code == 303
    assert [person.address for person in audience_of(ticket).everybody][1:] == ["boss@nordlicht.example"]
    assert list(Entry.objects.about(ticket).order_by("pk").values_list("verb", flat=True)) == [
        "participant_removed",
        "participant_added",
    ]


def test_copied_stranger_of_another_organisation_is_asked_about_before_they_get_answers(desk, clara, mallory):
    ticket = TicketFactory(requester=clara)
    part = ParticipantFactory(ticket=ticket, user=mallory, is_active=False)

    asked = desk.post(url_of(ticket, f"participants/{part.pk}/return/"))
    seen = Ticket.objects.visible_to(mallory).exists()
    desk.post(url_of(ticket, f"participants/{part.pk}/return/"), {"meant": "yes"})

    assert (asked.status_code, seen) == (422, False)
    assert Ticket.objects.visible_to(mallory).get() == ticket


def test_part_in_another_ticket_is_unknown_here(desk):
    ticket, elsewhere = TicketFactory(), ParticipantFactory()

    assert desk.post(url_of(ticket, f"participants/{elsewhere.pk}/return/")).status_code == 404
