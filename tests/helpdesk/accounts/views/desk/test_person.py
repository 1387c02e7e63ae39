"""The card of a customer: what it shows to whom, and what is changed on it."""

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.accounts.actions.people import mark_bounced
from helpdesk.accounts.models import ContactPoint, Note
from helpdesk.journal.models import Entry
from tests.browsers import browser_of
from tests.factories import OrganisationFactory, TicketFactory, UserFactory
from tests.htmx import HTMX, tree
from tests.statements import Statements


def url_of(person, more=""):
    return f"/desk/people/{person.pk}/{more}"


def text(response):
    return " ".join(tree(response.content.decode()).get_element_by_id("main").text_content().split())


def test_card_shows_addresses_organisation_notes_and_tickets(desk, anna, clara):
    ContactPoint.objects.filter(user=clara).update(verified_at=timezone.now())
    mark_bounced(address="clara@nordlicht.example", reason="no such mailbox")
    clara.notes, clara.time_zone = "Never on Fridays", "Europe/Berlin"
    clara.save()
    Note.objects.create(person=clara, author=anna, text="Likes short answers")
    ticket = TicketFactory(requester=clara, subject="Basket is empty")

    shown = text(desk.get(url_of(clara)))

    for words in ("verified", "no such mailbox", "Nordlicht Shop", "Never on Fridays", "Europe/Berlin"):
        assert words in shown
    assert "Likes short answers" in shown
    assert f"{ticket.number} Basket is empty" in shown


def test_card_pages_through_tickets_by_keyset(desk, clara):
    for number in range(12):
        TicketFactory(requester=clara, subject=f"Request number {number:02}")

    first = desk.get(url_of(clara))
    [older] = [each.get("href") for each in tree(first.content.decode()).cssselect("#tickets a[rel=next]")]
    second = text(desk.get(url_of(clara) + older.partition("#")[0]))

    assert "Request number 11" in text(first)
    assert "Request number 01" not in text(first)
    assert "Request number 00" in second
    assert "Request number 02" not in second


@pytest.mark.parametrize("rows", [1, 3])
def test_card_takes_these_statements_whatever_it_shows(lead, lena, clara, shop, rows):
    for turn in range(rows):
        TicketFactory(requester=clara)
        Note.objects.create(person=clara, author=lena, text=f"Note {turn}")
        ContactPoint.objects.create(user=clara, kind="phone", value=f"+49 30 12345{turn}")
        UserFactory(name=clara.name, organisation=shop)
    lead.get(url_of(clara))

    with Statements(connection) as card:
        lead.get(url_of(clara))
    with Statements(connection) as beside:
        lead.get(url_of(clara, "panels/"), headers=HTMX)

    assert (card.count, beside.count) == (10, 6), f"{card}\n\n{beside}"


def test_contractor_sees_the_person_but_no_notes_no_namesakes_and_no_other_tickets(oleg, anna, clara, shop):
    clara.notes = "Never on Fridays"
    clara.save()
    Note.objects.create(person=clara, author=anna, text="Likes short answers")
    UserFactory(name=clara.name, organisation=shop, email="second@nordlicht.example")
    TicketFactory(requester=clara, team=oleg.grants.get().team, subject="Theirs")
    TicketFactory(requester=clara, subject="Hidden")
    browser = browser_of(oleg)

    shown = text(browser.get(url_of(clara))) + text(browser.get(url_of(clara, "panels/")))

    assert "clara@nordlicht.example" in shown
    assert "Theirs" in shown
    for words in ("Never on Fridays", "Likes short answers", "Hidden", "second@nordlicht.example"):
        assert words not in shown


def test_panels_as_a_fragment_are_what_the_page_shows(lead, lena, clara):
    Note.objects.create(person=clara, author=lena, text="Likes short answers")

    page = tree(lead.get(url_of(clara, "panels/")).content.decode()).get_element_by_id("customer-panels")
    fragment = tree(lead.get(url_of(clara, "panels/"), headers=HTMX).content.decode()).find("body")[0]

    assert fragment.text_content().split() == page.text_content().split()
    assert "Likes short answers" in fragment.text_content()


def test_note_when_written_then_says_who_and_stands_in_the_journal(desk, anna, clara):
    first = desk.post(url_of(clara, "notes/"), {"text": "Likes short answers"})
    again = desk.post(url_of(clara, "notes/"), {"text": "Likes short answers"})

    assert (first.status_code, again.status_code) == (303, 303)
    note = Note.objects.get()
    assert (note.person, note.author, note.edited_at) == (clara, anna, None)
    assert Entry.objects.about(clara).get().verb == "customer_note_written"


def test_note_when_changed_then_says_by_whom_and_the_journal_keeps_the_words(lead, lena, anna, clara):
    note = Note.objects.create(person=clara, author=anna, text="Likes short answers")

    response = lead.post(f"/desk/customer-notes/{note.pk}/", {"text": "Likes long answers"})

    assert response["Location"] == url_of(clara)
    note.refresh_from_db()
    assert (note.text, note.author, note.edited_by) == ("Likes long answers", anna, lena)
    assert Entry.objects.about(clara).get().facts["before"] == "Likes short answers"
    assert "changed by Lena Lead" in text(lead.get(url_of(clara)))


@pytest.mark.parametrize("words", ["", "  ", "x" * 10_001])
def test_note_that_says_nothing_or_too_much_is_refused(desk, clara, words):
    assert desk.post(url_of(clara, "notes/"), {"text": words}).status_code == 422
    assert not Note.objects.exists()


def test_note_by_whoever_only_reads_is_refused(marta, clara):
    assert browser_of(marta).post(url_of(clara, "notes/"), {"text": "Hello"}).status_code == 403
    assert not Note.objects.exists()


def test_note_about_somebody_unseen_is_not_found(oleg, anna, clara):
    note = Note.objects.create(person=clara, author=anna, text="Likes short answers")
    browser = browser_of(oleg)

    assert browser.post(url_of(clara, "notes/"), {"text": "Hello"}).status_code == 404
    assert browser.get(f"/desk/customer-notes/{note.pk}/").status_code == 403


def test_contact_when_added_then_reaches_the_person_once(desk, clara):
    for _turn in range(2):
        response = desk.post(url_of(clara, "contacts/"), {"kind": "email", "value": "Clara.W@Gmail.com"})
        assert response.status_code == 303

    assert [point.value for point in clara.contact_points.order_by("pk")] == [clara.email, "clara.w@gmail.com"]
    assert [entry.verb for entry in Entry.objects.about(clara)] == ["contact_added"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "no address"), ("email", "sergei@stranger.example"), ("phone", "call me"), ("pigeon", "x")],
)
def test_contact_that_is_none_or_somebody_elses_is_refused(desk, clara, sergei, kind, value):
    assert desk.post(url_of(clara, "contacts/"), {"kind": kind, "value": value}).status_code == 422
    assert clara.contact_points.count() == 1


def test_contact_when_removed_then_gone_but_never_the_one_to_sign_in_with(desk, clara):
    other = ContactPoint.objects.create(user=clara, kind="phone", value="+49 30 1234567")
    own = clara.contact_points.get(kind="email")

    gone = desk.post(f"/desk/contacts/{other.pk}/removal/")
    kept = desk.post(f"/desk/contacts/{own.pk}/removal/")

    assert (gone.status_code, kept.status_code) == (303, 422)
    assert list(clara.contact_points.all()) == [own]
    assert [entry.verb for entry in Entry.objects.about(clara)] == ["contact_removed"]


def test_bounced_address_when_cleared_then_is_written_to_again(desk, clara):
    mark_bounced(address=clara.email, reason="no such mailbox")

    desk.post(f"/desk/contacts/{clara.contact_points.get().pk}/clearing/")

    assert clara.contact_points.get().bounced_at is None


def test_likely_duplicate_is_one_of_the_same_name_who_could_be_merged(lead, clara, shop):
    same = UserFactory(name="clara weiss", email="same@nordlicht.example", organisation=shop)
    without = UserFactory(name="Clara Weiss", email="without@gmail.com")
    UserFactory(name="Clara Weiss", email="elsewhere@werft.example", organisation=OrganisationFactory())
    UserFactory(name="Clara Weissmann", email="longer@nordlicht.example", organisation=shop)

    links = [each.get("href") for each in tree(lead.get(url_of(clara)).content.decode()).cssselect("a[href*='?with=']")]

    assert links == [f"/desk/people/{clara.pk}/merging/?with={other.pk}" for other in (same, without)]
