"""The address book: found, paged, and seen by those who may."""

import pytest

from helpdesk.accounts.models import ContactPoint, Merger, User
from helpdesk.journal.models import Entry
from tests.browsers import browser_of
from tests.factories import OrganisationFactory, ParticipantFactory, StaffFactory, TicketFactory, UserFactory
from tests.htmx import tree

URL = "/desk/people/"
FORM = {"name": "Clara Weiss", "email": "Clara@Shop.example", "phone": "", "role": "customer"}


def names(response):
    return [each.text_content().strip() for each in tree(response.content.decode()).cssselect("tbody th a")]


def test_address_book_lists_customers_by_name_and_no_staff(desk, clara):
    UserFactory(name="anton")
    StaffFactory(name="Boris")

    assert names(desk.get(URL)) == ["anton", "Clara Weiss"]


@pytest.mark.parametrize(
    "query",
    ["q=clara", "q=WEI", "q=nordlicht", "q=clara@nordlicht.example", "q=%2B49+30+1234567", "organisation=licht"],
)
def test_address_book_when_narrowed_then_shows_who_fits(desk, clara, sergei, query):
    ContactPoint.objects.create(user=clara, kind="phone", value="+49 30 1234567")

    assert names(desk.get(f"{URL}?{query}")) == ["Clara Weiss"]


@pytest.mark.parametrize("query", ["q=%00", "q=%27%3A*", "q=nobody", "cursor=x", "cursor=W10", "cursor=WyJvbiIsMSwxXQ"])
def test_address_book_when_asked_nonsense_then_answers(desk, clara, query):
    assert desk.get(f"{URL}?{query}").status_code == 200


def test_address_book_pages_forth_and_back_by_name_whatever_the_case(desk):
    for number in range(60):
        UserFactory(name=("Ann" if number % 2 else "ann") + f" {number:02}")

    first = desk.get(URL)
    [onward] = [each.get("href") for each in tree(first.content.decode()).cssselect("a[rel=next]")]
    second = desk.get(URL + onward)
    [back] = [each.get("href") for each in tree(second.content.decode()).cssselect("a[rel=prev]")]

    assert names(first) + names(second) == sorted(names(first) + names(second), key=str.lower)
    assert (len(names(first)), len(names(second))) == (50, 10)
    assert names(desk.get(URL + back)) == names(first)


def test_address_book_leaves_out_who_turned_out_to_be_somebody_else(desk, clara, anna):
    other = UserFactory(name="Clara W.")
    Merger.objects.create(survivor=clara, merged=other, merged_by=anna)

    assert names(desk.get(URL)) == ["Clara Weiss"]


def test_contractor_finds_the_people_of_their_tickets_alone(oleg, clara, sergei):
    team = oleg.grants.get().team
    part = ParticipantFactory(ticket=TicketFactory(team=team, requester=clara), user=UserFactory(name="Bea"))
    ParticipantFactory(ticket=part.ticket, user=UserFactory(name="Gone"), is_active=False)
    TicketFactory(requester=sergei)
    browser = browser_of(oleg)

    assert names(browser.get(URL)) == ["Bea", "Clara Weiss"]
    assert names(browser.get(f"{URL}?q=sergei")) == []
    assert browser.get(f"{URL}{clara.pk}/").status_code == 200
    assert browser.get(f"{URL}{sergei.pk}/").status_code == 404


def test_new_person_is_written_down_with_address_and_journal(desk, anna, shop):
    response = desk.post(f"{URL}new/", FORM | {"organisation": "nordlicht shop", "phone": "+49 30 1234567"})

    person = User.objects.get(email="clara@shop.example")
    assert (response.status_code, response["Location"]) == (303, f"/desk/people/{person.pk}/")
    assert (person.name, person.organisation, person.role) == ("Clara Weiss", shop, "customer")
    assert [point.value for point in person.contact_points.order_by("kind")] == ["clara@shop.example", "+49 30 1234567"]
    assert not person.has_usable_password()
    entry = Entry.objects.about(person).get()
    assert (entry.verb, entry.actor) == ("person_added", anna)


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": "x" * 201},
        {"email": "no address"},
        {"email": "", "phone": ""},
        {"email": "", "phone": "call me"},
        {"email": "clara@nordlicht.example"},
        {"organisation": "Nobody knows it"},
        {"role": "administrator"},
        {"language": "tlh"},
        {"time_zone": "Mars/Base"},
        {"notes": "x" * 2001},
        {"role": "customer_manager"},
    ],
)
def test_new_person_when_something_is_wrong_then_refused_with_a_reason(desk, clara, change):
    response = desk.post(f"{URL}new/", FORM | change)

    assert response.status_code in (403, 422)
    assert tree(response.content.decode()).cssselect(".notice-bad, .field-errors, .field-error")
    assert not User.objects.filter(email="clara@shop.example").exists()


def test_only_a_keeper_makes_a_manager(desk, lead, clara, shop):
    form = {"name": clara.name, "organisation": shop.name, "role": "customer_manager"}

    assert desk.post(f"{URL}{clara.pk}/details/", form).status_code == 403
    assert lead.post(f"{URL}{clara.pk}/details/", form).status_code == 303
    clara.refresh_from_db()
    assert clara.role == "customer_manager"


def test_details_when_changed_then_journal_says_what_was_before(desk, clara, shop):
    other = OrganisationFactory(name="Werft")
    form = {"name": "Clara Weiß", "organisation": "Werft", "role": "customer", "notes": "Pays late"}

    response = desk.post(f"{URL}{clara.pk}/details/", form)
    again = desk.post(f"{URL}{clara.pk}/details/", form)

    clara.refresh_from_db()
    assert (response.status_code, again.status_code) == (303, 303)
    assert (clara.name, clara.organisation, clara.notes) == ("Clara Weiß", other, "Pays late")
    entry = Entry.objects.about(clara).get()
    assert entry.facts["before"] == {"name": "Clara Weiss", "organisation": shop.pk, "notes": ""}
    assert entry.facts["after"] == {"name": "Clara Weiß", "organisation": other.pk, "notes": "Pays late"}


def test_details_of_staff_are_not_changed_here(lead, anna):
    assert lead.post(f"{URL}{anna.pk}/details/", {"name": "X", "role": "customer"}).status_code == 403
    anna.refresh_from_db()
    assert anna.name == "Anna Orlova"
