"""Sites and people for the tests of single sign-on."""

import time
from ipaddress import ip_network

import pytest
from allauth.core.internal.jwkkit import load_jwk_from_pem
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from helpdesk.accounts.enums import Role
from helpdesk.accounts.sso.actions import providers
from helpdesk.accounts.sso.models import IdentityProvider, SigningKey
from tests.factories import StaffFactory
from tests.peers.identity_provider import identity_provider
from tests.peers.sites import SiteClient, make_site

_PEM = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048)
    .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    .decode()
)
_KID = load_jwk_from_pem(_PEM)[0]["kid"]
PASSWORD = "a long sentence of hers"


@pytest.fixture(autouse=True)
def signing_key(request):
    """One for the whole run: making it takes longer than most of the tests."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("db")
        return SigningKey.objects.create(kid=_KID, pem=_PEM)
    return None


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Berg", email="anna@helpdesk.example", password=PASSWORD)


@pytest.fixture
def shop(db):
    """A site of our own, with a secret, that speaks to us through the test's own client."""
    site, secret = make_site("Shop", allowed_roles=[Role.AGENT, Role.ADMINISTRATOR])
    return SiteClient(site, secret)


@pytest.fixture
def wiki(db):
    site, secret = make_site("Wiki", allowed_roles=[Role.AGENT, Role.CUSTOMER])
    return SiteClient(site, secret)


def prove(browser, person, *, by="password", after=0.0):
    """The person has just proved who they are in this browser, or will have so many seconds from now."""
    session = browser.session
    session["proof"] = {"user": person.pk, "at": int(time.time() + after), "by": by}
    session.save()


@pytest.fixture
def browser(client, anna):
    """Anna's, signed in a moment ago."""
    client.force_login(anna)
    prove(client, anna)
    return client


@pytest.fixture
def peer(settings):
    """A real provider of identities, asked over the wire."""
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    with identity_provider() as running:
        yield running


@pytest.fixture
def provider(db, peer):
    """The same as an administrator set it up: read, and switched on."""
    made = IdentityProvider.objects.create(
        name="Works",
        slug="works",
        issuer=peer.issuer,
        client_id=peer.client_id,
        secret=peer.client_secret,
        domains=["helpdesk.example"],
        is_active=True,
    )
    made.described = providers.read(made)
    made.save()
    return made
