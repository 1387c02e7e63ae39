"""What the pages of signing in show of single sign-on."""

import pytest
from django.test import Client

from helpdesk.accounts.sso.models import Consent, IdentityProvider, OutsideIdentity, Visit
from helpdesk.accounts.sso.panels import buttons, identities_of, visits_of
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


def test_person_sees_each_site_once_however_many_browsers(browser, anna, shop, wiki):
    elsewhere = Client()
    elsewhere.force_login(anna)
    for where in (browser, elsewhere):
        shop.enter(where)
    wiki.enter(browser)

    assert [visit.site.name for visit in visits_of(anna)["visits"]] == ["Shop", "Wiki"]
    assert visits_of(StaffFactory()) is None


def test_person_ends_being_signed_in_at_a_site_in_every_browser(browser, anna, shop):
    elsewhere = Client()
    elsewhere.force_login(anna)
    here, there = shop.enter(browser), shop.enter(elsewhere)
    Consent.objects.create(user=anna, site=shop.site, scopes=["openid"])

    answer = browser.post(f"/accounts/outside/visits/{Visit.objects.earliest('pk').pk}/ending/")

    assert answer.status_code == 303
    assert {shop.userinfo(tokens).status_code for tokens in (here, there)} == {401}
    assert not Consent.objects.exists()


def test_visit_of_somebody_else_is_not_there(browser, shop):
    elsewhere = Client()
    elsewhere.force_login(StaffFactory())
    tokens = shop.enter(elsewhere)

    assert browser.post(f"/accounts/outside/visits/{Visit.objects.get().pk}/ending/").status_code == 404
    assert shop.userinfo(tokens).status_code == 200


def test_panel_of_accounts_elsewhere_has_what_is_linked_and_what_could_be(anna, provider):
    other = IdentityProvider.objects.create(name="Other", slug="other", is_active=True)
    IdentityProvider.objects.create(name="Off", slug="off")
    identity = OutsideIdentity.objects.create(provider=provider, subject="x", user=anna)

    assert identities_of(anna) == {"linked": [identity], "others": [other]}


def test_buttons_are_those_of_providers_that_are_switched_on(provider):
    IdentityProvider.objects.create(name="Off", slug="off")

    assert [(button.label, button.url) for button in buttons()] == [("Sign in with Works", "/accounts/outside/works/")]
