"""Signing in by an outside OpenID Connect provider, over the wire."""

import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse

from helpdesk.accounts.actions import attempts
from helpdesk.accounts.enums import Door, Role
from helpdesk.accounts.models import User
from helpdesk.accounts.sso.actions import identities, providers
from helpdesk.accounts.sso.models import IdentityProvider, OutsideIdentity, RoleMapping
from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.core.errors import NotAllowed
from helpdesk.core.fields import seal
from helpdesk.journal.models import Entry
from tests.factories import OrganisationFactory, StaffFactory, TeamFactory
from tests.helpdesk.accounts.sso.conftest import prove
from tests.peers.ports import free_port

pytestmark = pytest.mark.django_db


def depart(browser, **form):
    """What the browser brings to the provider."""
    page = browser.post("/accounts/outside/works/", form)
    assert page.status_code == 200, page.content
    url = page["Refresh"].removeprefix("0; url=")
    return {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}


def come_back(browser, peer, query, **changes):
    back = {"code": peer.grant(query), "state": query["state"]} | changes
    return browser.get("/accounts/outside/works/callback/", back)


def sign_in(browser, peer, **form):
    return come_back(browser, peer, depart(browser, **form))


def person_in(browser):
    return browser.session.get("_auth_user_id")


def reasons(provider):
    found = Entry.objects.about(provider).filter(verb="outside_sign_in_refused").order_by("pk")
    return [facts["reason"] for facts in found.values_list("facts", flat=True)]


def test_person_who_is_linked_comes_in_and_is_led_on(client, anna, peer, provider):
    OutsideIdentity.objects.create(provider=provider, subject="anna-there", user=anna)

    answer = sign_in(client, peer, next="/desk/search/")

    assert (answer.status_code, answer["Location"]) == (302, "/desk/search/")
    assert person_in(client) == str(anna.pk)
    assert Entry.objects.about(anna).get(verb="signed_in_outside").facts == {"provider": "Works"}


def test_provider_is_asked_with_state_nonce_and_a_challenge(client, peer, provider):
    first, second = depart(client), depart(client)

    assert first["redirect_uri"] == "http://127.0.0.1:8000/accounts/outside/works/callback/"
    assert first["code_challenge_method"] == "S256"
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]


def test_known_person_with_a_proved_address_in_a_claimed_domain_is_linked(client, anna, peer, provider):
    sign_in(client, peer)

    assert person_in(client) == str(anna.pk)
    assert OutsideIdentity.objects.get().user == anna
    assert Entry.objects.about(anna).get(verb="identity_linked").facts["provider"] == "Works"


def test_session_gets_another_key_on_the_way_in(client, anna, peer, provider):
    query = depart(client)
    before = client.session.session_key

    come_back(client, peer, query)

    assert client.session.session_key != before


def test_new_person_when_no_role_is_said_then_nobody_is_made(client, peer, provider):
    peer.person["email"] = "new@helpdesk.example"

    answer = sign_in(client, peer)

    assert answer["Location"] == "/accounts/outside/linking/"
    assert not User.objects.exists()


def test_new_person_gets_the_role_and_teams_of_the_first_group_that_is_mapped(client, peer, provider):
    peer.person |= {"email": "new@helpdesk.example", "name": "Nora New", "groups": ["everybody", "leads"]}
    mapping = RoleMapping.objects.create(provider=provider, group="leads", role=Role.LINE_LEAD)
    mapping.teams.add(team := TeamFactory())

    sign_in(client, peer)

    nora = User.objects.get()
    assert (nora.email, nora.name, nora.role, list(nora.teams.all())) == (
        "new@helpdesk.example",
        "Nora New",
        "line_lead",
        [team],
    )
    assert nora.contact_points.get().verified_at is not None
    assert person_in(client) == str(nora.pk)


def test_new_customer_is_in_the_organisation_of_their_domain(client, peer, provider):
    shop = OrganisationFactory(domains=["helpdesk.example"])
    IdentityProvider.objects.update(default_role=Role.CUSTOMER)
    peer.person["email"] = "new@helpdesk.example"

    sign_in(client, peer)

    assert User.objects.get().organisation == shop


def test_new_person_of_another_domain_is_not_made_even_with_a_default_role(client, peer, provider):
    IdentityProvider.objects.update(default_role=Role.AGENT)
    peer.person["email"] = "new@elsewhere.example"

    sign_in(client, peer)

    assert not User.objects.exists()


def test_person_who_is_switched_off_stays_out(client, anna, peer, provider):
    OutsideIdentity.objects.create(provider=provider, subject="anna-there", user=anna)
    User.objects.update(is_active=False)

    answer = sign_in(client, peer)

    assert answer.status_code == 403
    assert person_in(client) is None


def test_who_proves_themselves_here_first_links_what_waited(client, anna, peer, provider):
    peer.person |= {"email_verified": False}
    sign_in(client, peer)

    asked = client.get("/accounts/outside/linking/").content.decode()
    client.force_login(anna)
    prove(client, anna)
    page = client.get("/accounts/outside/linking/").content.decode()
    client.post("/accounts/outside/linking/")

    assert "/accounts/login/?next=%2Faccounts%2Foutside%2Flinking%2F" in asked
    assert "anna@helpdesk.example" in page
    assert OutsideIdentity.objects.get().user == anna
    assert client.post("/accounts/outside/linking/").status_code == 410


def test_signed_in_person_links_and_unlinks(browser, anna, peer, provider):
    peer.person |= {"email": "private@elsewhere.example"}

    sign_in(browser, peer, purpose="link")
    identity = OutsideIdentity.objects.get()
    browser.post(f"/accounts/outside/identities/{identity.pk}/removal/")

    assert (identity.user, identity.address) == (anna, "private@elsewhere.example")
    assert not OutsideIdentity.objects.exists()
    verbs = Entry.objects.about(anna).filter(verb__startswith="identity_").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["identity_linked", "identity_unlinked"]


def test_identity_of_somebody_else_is_not_linked_twice(browser, peer, provider):
    OutsideIdentity.objects.create(provider=provider, subject="anna-there", user=StaffFactory())

    assert sign_in(browser, peer, purpose="link").status_code == 403


def test_identity_of_somebody_else_is_not_unlinked(browser, provider):
    identity = OutsideIdentity.objects.create(provider=provider, subject="x", user=StaffFactory())

    assert browser.post(f"/accounts/outside/identities/{identity.pk}/removal/").status_code == 404
    with pytest.raises(NotAllowed):
        identities.unlink(identity=identity, by=StaffFactory())


def at(moment):
    """Seconds since 1970 of what is said as so long from now; anything else as it is."""
    return int(time.time() + moment.total_seconds()) if isinstance(moment, timedelta) else moment


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"iss": "https://evil.example"}, "another issuer"),
        ({"aud": "another-site"}, "made for another site"),
        ({"aud": ["helpdesk", "another-site"]}, "several sites"),
        ({"aud": None}, "lacks aud"),
        ({"sub": None}, "lacks sub"),
        ({"exp": None}, "lacks exp"),
        ({"nonce": "not ours"}, "nonce is not ours"),
        ({"nonce": None}, "nonce is not ours"),
        ({"iat": HOUR, "exp": 2 * HOUR}, "The clocks differ by 3"),
        ({"iat": -2 * HOUR, "exp": -HOUR}, "The clocks differ by 3"),
        ({"iat": "yesterday"}, ""),
    ],
    ids=str,
)
def test_id_token_that_does_not_prove_itself_lets_nobody_in(client, anna, peer, provider, changes, reason):
    changes = {name: at(value) for name, value in changes.items()}
    peer.changes = changes

    answer = sign_in(client, peer)

    assert answer.status_code == 403
    assert person_in(client) is None
    assert reason in reasons(provider)[0]


THIN = {"email": None, "email_verified": None, "name": None}
"""What some providers leave out of their ID tokens and say when they are asked."""


def test_address_that_the_id_token_leaves_out_is_asked_for(client, anna, peer, provider):
    peer.changes = THIN

    sign_in(client, peer)

    assert person_in(client) == str(anna.pk)
    assert "/userinfo" in [path for path, _query in peer.asked]


@pytest.mark.parametrize(
    ("told", "reason"),
    [({"sub": "somebody-else"}, "about somebody else"), ({"sub": None}, "about somebody else")],
    ids=["another", "nobody"],
)
def test_answer_about_somebody_else_than_the_id_token_lets_nobody_in(client, anna, peer, provider, told, reason):
    peer.changes, peer.told = THIN, told

    answer = sign_in(client, peer)

    assert answer.status_code == 403
    assert person_in(client) is None
    assert reason in reasons(provider)[0]


@pytest.mark.parametrize("seconds", [-50, 50])
def test_clocks_that_differ_by_less_than_a_minute_do_not_matter(client, anna, peer, provider, seconds):
    now = int(time.time()) + seconds
    peer.changes = {"iat": now, "nbf": now, "exp": now + 5}

    sign_in(client, peer)

    assert person_in(client) == str(anna.pk)


def test_id_token_signed_by_another_key_lets_nobody_in(client, anna, peer, provider):
    peer.signs_with = (ec.generate_private_key(ec.SECP256R1()), "ES256")

    sign_in(client, peer)

    assert person_in(client) is None
    assert "signature" in reasons(provider)[0]


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_id_token_signed_by_nothing_or_by_what_is_public_lets_nobody_in(client, anna, peer, provider, algorithm):
    public = peer.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    peer.signs_with = ("" if algorithm == "none" else public, algorithm)

    sign_in(client, peer)

    assert person_in(client) is None
    assert "proves nothing" in reasons(provider)[0]


def test_provider_that_took_a_new_key_is_asked_for_it_once(client, anna, peer, provider):
    peer.key, peer.kid = ec.generate_private_key(ec.SECP256R1()), "key-2"

    sign_in(client, peer)

    assert person_in(client) == str(anna.pk)
    provider.refresh_from_db()
    assert [key["kid"] for key in provider.described["keys"]] == ["key-2"]


def test_answer_is_good_once(client, anna, peer, provider):
    query = depart(client)
    come_back(client, peer, query)
    again = Client()

    assert come_back(client, peer, query).status_code == 400
    assert come_back(again, peer, query).status_code == 400
    assert person_in(again) is None


def test_provider_that_says_no_lets_nobody_in(client, peer, provider):
    answer = come_back(client, peer, depart(client), error="access_denied")

    assert answer.status_code == 403
    assert "access_denied" in reasons(provider)[0]


def test_answer_in_the_name_of_another_provider_is_refused(client, anna, peer, provider):
    assert come_back(client, peer, depart(client), iss="https://evil.example").status_code == 403
    assert person_in(client) is None


def test_provider_that_is_away_leaves_who_was_in_where_they_are(browser, anna, peer, provider):
    query = depart(browser, purpose="link")
    peer.close()

    answer = come_back(browser, peer, query)

    assert answer.status_code == 403
    assert person_in(browser) == str(anna.pk)


def test_provider_that_is_switched_off_is_not_there(client, provider):
    IdentityProvider.objects.update(is_active=False)

    assert client.get("/accounts/outside/works/").status_code == 404
    assert client.get("/accounts/outside/works/callback/").status_code == 404
    assert "Works" not in client.get("/accounts/login/").content.decode()


def test_callbacks_have_a_limit(client, peer, provider):
    answers = [sign_in(client, peer).status_code for _ in range(3)]
    for _ in range(60):
        attempts.begin(door=Door.OUTSIDE, about="", address="127.0.0.1")

    assert answers == [303] * 3
    assert sign_in(client, peer).status_code == 429


# --- What an administrator reads when it does not work ---


def fault(issuer):
    with pytest.raises(NotBelieved) as refusal:
        providers.read(IdentityProvider(issuer=issuer))
    return str(refusal.value)


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"issuer": "https://other.example"}, "calls itself https://other.example"),
        ({"issuer": None}, "calls itself"),
        ({"jwks_uri": None}, "names no jwks_uri"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "names no authorization_endpoint"),
        ({"token_endpoint": 7}, "names no token_endpoint"),
        ({"id_token_signing_alg_values_supported": ["none", "HS256"]}, "proves nothing"),
    ],
    ids=str,
)
def test_discovery_document_with_a_fault_is_said_in_one_line(peer, document, words):
    peer.document = document

    assert words in fault(peer.issuer)
    assert "\n" not in fault(peer.issuer)


def test_provider_that_nobody_can_reach_is_said_in_one_line(settings, peer):
    assert "127.0.0.1" in fault(f"http://127.0.0.1:{free_port()}")
    assert "answers 404" in fault(f"{peer.issuer}/elsewhere")
    settings.OUTGOING_ALLOWED_NETWORKS = []
    assert "OUTGOING_ALLOWED_NETWORKS" in fault(peer.issuer)


def test_provider_without_keys_is_said_in_one_line(peer):
    peer.document = {"jwks_uri": f"{peer.issuer}/.well-known/openid-configuration"}

    assert "holds no public key" in fault(peer.issuer)


# --- Second factors, and proofs before linking ---


def with_app(person):
    """The person has an authenticator app."""
    return Authenticator.objects.create(user=person, type="totp", data={"secret": seal("JBSWY3DPEHPK3PXP")})


def test_second_factor_of_ours_is_asked_of_who_comes_from_outside(client, anna, peer, provider):
    with_app(anna)
    peer.person["amr"] = ["pwd", "mfa"]

    answer = sign_in(client, peer)

    assert answer["Location"] == reverse("second_factor")
    assert person_in(client) is None


@pytest.mark.parametrize(
    ("said", "is_in"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": ["pwd", "otp"]}, True),
        ({"acr": "https://refeds.org/profile/mfa"}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": "password"}, False),
        ({}, False),
    ],
    ids=str,
)
def test_second_factor_of_a_provider_counts_where_an_administrator_said_so(client, anna, peer, provider, said, is_in):
    with_app(anna)
    IdentityProvider.objects.update(proves_second=True)
    peer.person |= said

    answer = sign_in(client, peer)

    assert (person_in(client) == str(anna.pk)) is is_in
    assert (answer["Location"] == reverse("second_factor")) is not is_in


def test_nothing_is_linked_without_a_proof_of_a_moment_ago(client, anna, peer, provider):
    client.force_login(anna)
    peer.person |= {"email": "private@elsewhere.example"}

    departing = client.post("/accounts/outside/works/", {"purpose": "link"})
    sign_in(client, peer)
    waiting = client.post("/accounts/outside/linking/")

    assert departing["Location"].startswith(reverse("proof"))
    assert waiting["Location"].startswith(reverse("proof"))
    assert not OutsideIdentity.objects.exists()
