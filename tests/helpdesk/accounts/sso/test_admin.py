"""What administrators do with sites and identity providers."""

import pytest

from helpdesk.accounts.sso import checks
from helpdesk.accounts.sso.models import IdentityProvider, OutsideIdentity, Site, Visit
from helpdesk.journal.models import Entry
from tests.browsers import proved
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
SITE = {
    "name": "Shop",
    "type": "confidential",
    "home_url": "https://shop.example",
    "is_active": "on",
    "skip_consent": "on",
    "redirect_uris": "https://shop.example/callback\r\nhttp://localhost:3000/callback",
    "return_uris": "",
    "notice_uri": "https://shop.example/backchannel",
    "allowed_roles": ["agent"],
    "may_learn": ["email"],
}
PROVIDER = {
    "name": "Works",
    "slug": "works",
    "kind": "oidc",
    "domains": "helpdesk.example, example.com",
    "group_claim": "groups",
    "issuer": "https://works.example",
    "client_id": "helpdesk",
    "secret": "a secret of theirs",
    "scopes": "openid email",
    "mappings-TOTAL_FORMS": "0",
    "mappings-INITIAL_FORMS": "0",
}


@pytest.fixture
def ada(client):
    person = StaffFactory(role="administrator")
    client.force_login(person)
    proved(client)
    return person


def test_new_site_shows_its_secret_once_and_keeps_its_hash(client, ada):
    page = client.post("/admin/sso/site/add/", SITE)

    site = Site.objects.get()
    secret = page.context["secret"]
    assert "no-store" in page["Cache-Control"]
    assert (len(secret), site.check_secret(secret), secret in site.secret) == (43, True, False)
    assert site.get_redirect_uris() == ["https://shop.example/callback", "http://localhost:3000/callback"]
    assert (site.get_scopes(), site.allowed_roles) == (["openid", "email"], ["agent"])
    assert secret not in client.get(f"/admin/sso/site/{site.pk}/change/").content.decode()
    assert secret not in str(Entry.objects.about(site).get(verb="site_added").facts)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("redirect_uris", "http://shop.example/callback"),
        ("redirect_uris", "https://*.shop.example/callback"),
        ("redirect_uris", "https://shop.example/callback#part"),
        ("redirect_uris", "javascript:alert(1)"),
        ("redirect_uris", ""),
        ("notice_uri", "ftp://shop.example/"),
        ("notice_uri", "https://anna:secret@shop.example/"),
        ("allowed_roles", []),
    ],
)
def test_site_with_an_unsafe_address_is_not_saved(client, ada, name, value):
    page = client.post("/admin/sso/site/add/", SITE | {name: value})

    assert name in page.context["adminform"].form.errors
    assert not Site.objects.exists()


def test_secret_is_made_anew_on_a_post_alone(client, ada, shop):
    path = f"/admin/sso/site/{shop.site.pk}/secret/"

    client.get(path)
    before = Site.objects.get().check_secret(shop.secret)
    secret = client.post(path).context["secret"]

    assert (before, Site.objects.get().check_secret(shop.secret)) == (True, False)
    assert Site.objects.get().check_secret(secret)
    assert Entry.objects.about(shop.site).filter(verb="site_secret_made").count() == 1


def test_site_that_is_switched_off_signs_everybody_out_of_it(client, ada, shop):
    from django.test import Client

    elsewhere = Client()
    elsewhere.force_login(StaffFactory())
    shop.enter(elsewhere)

    client.post(f"/admin/sso/site/{shop.site.pk}/change/", {k: v for k, v in SITE.items() if k != "is_active"})

    assert Visit.objects.get().ending == "site_off"


def test_new_provider_is_off_until_it_was_read_and_its_secret_is_sealed(client, ada):
    refused = client.post("/admin/sso/identityprovider/add/", PROVIDER | {"is_active": "on"})
    client.post("/admin/sso/identityprovider/add/", PROVIDER)

    assert "is_active" in refused.context["adminform"].form.errors
    made = IdentityProvider.objects.get()
    assert (made.secret, made.domains) == ("a secret of theirs", ["helpdesk.example", "example.com"])
    raw = IdentityProvider.objects.extra(select={"raw": "secret"}).values_list("raw", flat=True)[0]
    assert "theirs" not in raw
    assert "theirs" not in str(Entry.objects.about(made).get(verb="identityprovider_added").facts)


def test_secret_that_is_left_empty_stays(client, ada):
    client.post("/admin/sso/identityprovider/add/", PROVIDER)
    made = IdentityProvider.objects.get()

    client.post(f"/admin/sso/identityprovider/{made.pk}/change/", PROVIDER | {"secret": "", "name": "Works Ltd"})

    made.refresh_from_db()
    assert (made.name, made.secret) == ("Works Ltd", "a secret of theirs")


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"issuer": ""}, "issuer"),
        ({"issuer": "works"}, "issuer"),
        ({"kind": "saml"}, "metadata_url"),
        ({"slug": "linking"}, "slug"),
        ({"domains": "not a domain!"}, "domains"),
        ({"default_role": "administrator"}, "default_role"),
    ],
    ids=str,
)
def test_provider_that_makes_no_sense_is_not_saved(client, ada, changes, name):
    page = client.post("/admin/sso/identityprovider/add/", PROVIDER | changes)

    assert name in page.context["adminform"].form.errors


def test_provider_when_tested_is_read_and_each_step_said(client, ada, peer):
    client.post("/admin/sso/identityprovider/add/", PROVIDER | {"issuer": peer.issuer})
    made = IdentityProvider.objects.get()
    path = f"/admin/sso/identityprovider/{made.pk}/test/"

    checks.test_provider(made.pk, ada.pk, "ticket", "en")

    page = client.get(path, {"ticket": "ticket"})
    assert [step["ok"] for step in page.context["steps"]] == [True, True, True]
    assert "accounts/outside/works/callback/" in page.content.decode()
    made.refresh_from_db()
    assert made.described["token_endpoint"] == f"{peer.issuer}/token"
    assert client.get(path, {"ticket": "other"})["Refresh"] == "2"


def test_provider_with_a_fault_keeps_what_was_known_and_says_one_line(client, ada, provider, peer):
    before = provider.described
    peer.document = {"issuer": "https://other.example"}

    checks.test_provider(provider.pk, ada.pk, "ticket", "ru")

    provider.refresh_from_db()
    assert provider.described == before
    (step,) = checks.outcome(provider_id=provider.pk, ticket="ticket")
    assert (step["ok"], step["detail"].startswith("Он называет себя https://other.example")) == (False, True)


def test_administrator_unlinks_what_somebody_linked(client, ada, provider):
    clara = UserFactory()
    identity = OutsideIdentity.objects.create(provider=provider, subject="x", user=clara)

    client.post("/admin/sso/outsideidentity/", {"action": "unlink", "_selected_action": [identity.pk]})

    assert not OutsideIdentity.objects.exists()
    assert Entry.objects.about(clara).get(verb="identity_unlinked").actor_id == ada.pk
