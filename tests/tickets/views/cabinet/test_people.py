"""The page of an organisation's people."""

import pytest

from helpdesk.accounts.models import Invitation
from tests.factories import StaffFactory, UserFactory
from tests.statements import count_of

PEOPLE = "/cabinet/people/"


def invite(browser, address="lena@shop.example"):
    return browser.post(PEOPLE, {"address": address, "name": "Lena", "is_manager": "on"}, follow=True)


def test_page_shows_colleagues_and_invitations_and_nobody_else(claras, jonas, sergei, shop):
    UserFactory(name="Gone Gustav", organisation=shop, is_active=False)
    said = invite(claras).content.decode()

    html = claras.get(PEOPLE).content.decode()

    assert "lena@shop.example is invited" in said
    assert Invitation.objects.get().is_manager
    assert [name in html for name in ("Clara Weiss", "Jonas Weber", "lena@shop.example")] == [True] * 3
    assert [name in html for name in ("Sergei", "Gustav")] == [False] * 2


def test_same_words_for_an_address_that_is_known_elsewhere(claras):
    StaffFactory(email="known@other.example")

    known, unknown = (invite(claras, f"{name}@other.example").content.decode() for name in ("known", "fresh"))

    assert "known@other.example is invited" in known
    assert "fresh@other.example is invited" in unknown


def test_invitation_is_sent_again_and_taken_back(claras):
    invite(claras)
    url = f"/cabinet/invitations/{Invitation.objects.get().pk}/"

    again = claras.post(f"{url}resend/", follow=True).content.decode()
    back = claras.post(f"{url}revocation/", follow=True).content.decode()
    late = claras.post(f"{url}resend/")

    assert "on its way again" in again
    assert "taken back" in back
    assert "lena@shop.example" not in claras.get(PEOPLE).content.decode()
    assert late.status_code == 422


def test_colleague_becomes_manager_and_is_removed_after_a_question(claras, jonas):
    url = f"/cabinet/people/{jonas.pk}/"

    claras.post(f"{url}manager/", {"manager": "yes"})
    jonas.refresh_from_db()
    role = jonas.role
    asked = claras.get(f"{url}removal/").content.decode()
    jonas.refresh_from_db()
    still = jonas.is_active
    removed = claras.post(f"{url}removal/", follow=True).content.decode()

    jonas.refresh_from_db()
    assert (role, still, jonas.is_active) == ("customer_manager", True, False)
    assert "Remove Jonas Weber" in asked
    assert "Jonas Weber was removed" in removed


def test_manager_who_stops_being_one_is_led_home(claras, clara, shop):
    UserFactory(role="customer_manager", organisation=shop)

    response = claras.post(f"/cabinet/people/{clara.pk}/manager/", {"manager": "no"})

    assert response["Location"] == "/cabinet/"


def test_refusals_are_said_on_the_page(claras, clara):
    last = claras.post(f"/cabinet/people/{clara.pk}/removal/")
    here = claras.post(PEOPLE, {"address": clara.email})
    bad = claras.post(PEOPLE, {"address": "nonsense"})

    assert [response.status_code for response in (last, here, bad)] == [422] * 3
    assert "keeps at least one manager" in last.content.decode()
    assert "in your company already" in here.content.decode()
    assert 'value="nonsense"' in bad.content.decode()


def test_page_runs_as_many_statements_for_three_as_for_one(claras, shop):
    claras.get(PEOPLE)
    one, _text = count_of(lambda: claras.get(PEOPLE))
    UserFactory.create_batch(2, organisation=shop)
    for name in "ab":
        invite(claras, f"{name}@shop.example")

    claras.get(PEOPLE)
    three, text = count_of(lambda: claras.get(PEOPLE))

    assert three == one, text
    assert three <= 6


@pytest.mark.parametrize("name", ["Jonas", "manager"])
def test_only_managers_have_the_link(claras, jonases, name):
    assert f'href="{PEOPLE}"' in claras.get("/cabinet/").content.decode()
    assert f'href="{PEOPLE}"' not in jonases.get("/cabinet/").content.decode()
