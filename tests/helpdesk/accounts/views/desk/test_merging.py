"""Two people side by side, merged, and two again."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Merger
from tests.browsers import browser_of
from tests.factories import OrganisationFactory, TicketFactory, UserFactory
from tests.htmx import tree


@pytest.fixture
def twin(shop):
    return UserFactory(name="Clara W.", email="clara.w@gmail.com")


def url_of(person):
    return f"/desk/people/{person.pk}/merging/"


def text(response):
    return " ".join(tree(response.content.decode()).get_element_by_id("main").text_content().split())


def test_merging_finds_the_other_one_and_shows_both_before_anything_happens(lead, clara, twin):
    TicketFactory(requester=twin)

    found = text(lead.get(f"{url_of(clara)}?q=clara.w@gmail.com"))
    sides = text(lead.get(f"{url_of(clara)}?with={twin.pk}"))

    assert "Clara W." in found
    assert "Sergei" not in found
    assert "clara@nordlicht.example" in sides
    assert "clara.w@gmail.com" in sides
    assert not Merger.objects.exists()


def test_merging_and_undoing_lead_to_the_cards(lead, clara, twin):
    merged = lead.post(url_of(clara), {"with": twin.pk, "sure": "on"})
    card, old = text(lead.get(merged["Location"])), text(lead.get(f"/desk/people/{twin.pk}/"))
    undone = lead.post(f"/desk/mergers/{Merger.objects.get().pk}/undoing/")

    assert merged["Location"] == f"/desk/people/{clara.pk}/"
    assert "clara.w@gmail.com" in card
    assert "merged this person into Clara Weiss" in old
    assert undone["Location"] == f"/desk/people/{twin.pk}/"
    assert "merged this person" not in text(lead.get(undone["Location"]))


def test_merging_without_having_compared_is_refused(lead, clara, twin):
    assert lead.post(url_of(clara), {"with": twin.pk}).status_code == 422
    assert lead.post(url_of(clara), {"with": "x", "sure": "on"}).status_code == 422
    assert not Merger.objects.exists()


def test_merging_people_of_different_organisations_is_refused_with_the_reason(lead, clara):
    other = UserFactory(name="Clara Weiss", organisation=OrganisationFactory())

    shown = lead.get(f"{url_of(clara)}?with={other.pk}")
    response = lead.post(url_of(clara), {"with": other.pk, "sure": "on"})

    assert "different organisations" in text(shown)
    assert not tree(shown.content.decode()).cssselect("main form [name=sure]")
    assert response.status_code == 422
    assert not Merger.objects.exists()


def test_merging_staff_is_refused(lead, clara, anna):
    assert lead.post(url_of(clara), {"with": anna.pk, "sure": "on"}).status_code == 422
    assert lead.post(url_of(anna), {"with": clara.pk, "sure": "on"}).status_code == 422
    assert not Merger.objects.exists()


@pytest.mark.parametrize("role", [Role.AGENT, Role.ACCOUNTANT])
def test_merging_without_the_right_is_refused(request, anna, marta, lena, clara, twin, role):
    browser = browser_of(anna if role == Role.AGENT else marta)
    merger = Merger.objects.create(survivor=UserFactory(), merged=UserFactory(), merged_by=lena)

    assert browser.post(url_of(clara), {"with": twin.pk, "sure": "on"}).status_code == 403
    assert browser.post(f"/desk/mergers/{merger.pk}/undoing/").status_code == 403
    merger.refresh_from_db()
    assert merger.undone_at is None


def test_undoing_in_the_wrong_order_says_what_to_undo_first(lead, lena, clara, twin, shop):
    third = UserFactory(name="C. Weiss", organisation=shop)
    lead.post(url_of(clara), {"with": twin.pk, "sure": "on"})
    first = Merger.objects.get()
    lead.post(url_of(third), {"with": clara.pk, "sure": "on"})

    response = lead.post(f"/desk/mergers/{first.pk}/undoing/")

    assert response.status_code == 422
    assert "Undo that first" in text(response)


def test_address_that_came_by_a_merger_is_not_taken_away(lead, clara, twin):
    lead.post(url_of(clara), {"with": twin.pk, "sure": "on"})
    point = clara.contact_points.get(value="clara.w@gmail.com")

    assert lead.post(f"/desk/contacts/{point.pk}/removal/").status_code == 422
    assert clara.contact_points.filter(pk=point.pk).exists()
