"""Client companies at the desk."""

import pytest
from django.db import connection

from helpdesk.accounts.models import Note, Organisation
from helpdesk.journal.models import Entry
from tests.factories import OrganisationFactory, TicketFactory, UserFactory
from tests.htmx import tree
from tests.statements import Statements

URL = "/desk/organisations/"


def text(response):
    return " ".join(tree(response.content.decode()).get_element_by_id("main").text_content().split())


def test_list_finds_by_name_and_domain_and_counts_people(desk, clara, shop):
    OrganisationFactory(name="Werft")

    assert "Werft" in text(desk.get(URL))
    for words in ("licht", "nordlicht.example"):
        found = tree(desk.get(f"{URL}?q={words}").content.decode()).cssselect("tbody tr")
        assert [" ".join(row.text_content().split()) for row in found] == ["Nordlicht Shopnordlicht.example1"]


@pytest.mark.parametrize("rows", [1, 3])
def test_card_shows_people_tickets_and_notes_in_these_statements(desk, anna, shop, rows):
    for turn in range(rows):
        person = UserFactory(name=f"Clara {turn}", organisation=shop)
        TicketFactory(requester=person, subject=f"Basket {turn}")
        Note.objects.create(organisation=shop, author=anna, text=f"Note {turn}")
    desk.get(f"{URL}{shop.pk}/")

    with Statements(connection) as ran:
        shown = text(desk.get(f"{URL}{shop.pk}/"))

    assert all(f"{word} {turn}" in shown for word in ("Clara", "Basket", "Note") for turn in range(rows))
    assert ran.count == 8, str(ran)


def test_organisation_when_added_then_in_the_journal(desk, anna):
    response = desk.post(f"{URL}new/", {"name": "Werft", "domains": "Werft.example, @boats.example"})

    added = Organisation.objects.get(name="Werft")
    assert response["Location"] == f"{URL}{added.pk}/"
    assert added.domains == ["werft.example", "boats.example"]
    assert (Entry.objects.about(added).get().verb, Entry.objects.about(added).get().actor) == (
        "organisation_added",
        anna,
    )


@pytest.mark.parametrize(
    "form",
    [
        {"name": ""},
        {"name": "nordlicht shop"},
        {"name": "Werft", "domains": "no domain"},
        {"name": "Werft", "domains": "nordlicht.example"},
        {"name": "Werft", "domains": "-.example"},
    ],
)
def test_organisation_when_something_is_wrong_then_refused(desk, shop, form):
    assert desk.post(f"{URL}new/", form).status_code == 422
    assert Organisation.objects.count() == 1


def test_organisation_when_changed_then_journal_says_what_was_before(desk, shop):
    form = {"name": "Nordlicht", "domains": "nordlicht.example", "notes": ""}

    for _turn in range(2):
        assert desk.post(f"{URL}{shop.pk}/details/", form).status_code == 303

    entry = Entry.objects.about(shop).get()
    assert (entry.facts["before"], entry.facts["after"]) == ({"name": "Nordlicht Shop"}, {"name": "Nordlicht"})


def test_note_about_an_organisation_stands_on_its_card(desk, shop):
    desk.post(f"{URL}{shop.pk}/notes/", {"text": "Pays by the quarter"})

    assert "Pays by the quarter" in text(desk.get(f"{URL}{shop.pk}/"))
    assert Entry.objects.about(shop).get().verb == "customer_note_written"
