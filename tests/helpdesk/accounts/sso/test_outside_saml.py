"""Signing in by a SAML identity provider: pysaml2's, and whatever somebody does to its responses on the way."""

import base64
import copy
import datetime
import shutil

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from helpdesk.accounts.sso.enums import Kind
from helpdesk.accounts.sso.models import Assertion, IdentityProvider, OutsideIdentity
from helpdesk.accounts.sso.outside import metadata
from helpdesk.accounts.sso.outside.errors import NotBelieved
from helpdesk.journal.models import Entry
from tests.peers.saml_provider import NAMES, SamlProvider, certificate, posted

pytestmark = [
    pytest.mark.xmlsec,
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("xmlsec1") is None, reason="xmlsec1 is not installed (apt-get install xmlsec1)"),
]
ACS = "/accounts/outside/works/acs/"
IDENTITY = {"mail": ["anna@helpdesk.example"], "displayName": ["Anna There"]}


@pytest.fixture(scope="module")
def idp(tmp_path_factory):
    return SamlProvider(tmp_path_factory.mktemp("idp"))


@pytest.fixture
def provider(db, idp, client):
    made = IdentityProvider.objects.create(
        name="Works",
        slug="works",
        kind=Kind.SAML,
        metadata=idp.metadata,
        domains=["helpdesk.example"],
        vouches=True,
        is_active=True,
    )
    made.described = metadata.describe(made)
    made.save()
    if not hasattr(idp, "server"):
        idp.learn(client.get("/accounts/outside/works/metadata/").content)
    return made


def depart(browser, **form):
    page = browser.post("/accounts/outside/works/", form)
    assert page.status_code == 200, page.content
    return page["Refresh"].removeprefix("0; url=")


def answered(idp, url, **options):
    return etree.fromstring(idp.answer(url, identity=options.pop("identity", IDENTITY), **options).encode())


def come_back(browser, document):
    """The form of another site comes without our cookies; the page that it leads to is ours."""
    page = Client().post(ACS, {"SAMLResponse": posted(document)})
    if page.status_code != 200:
        return page
    return browser.get(page["Refresh"].removeprefix("0; url="))


def person_in(browser):
    return browser.session.get("_auth_user_id")


def reason(provider):
    found = Entry.objects.about(provider).filter(verb="outside_sign_in_refused").order_by("-pk")
    return found.values_list("facts", flat=True)[0]["reason"]


def test_person_comes_in_by_a_signed_assertion_and_is_led_on(client, anna, idp, provider):
    url = depart(client, next="/desk/search/")

    answer = come_back(client, answered(idp, url))

    assert (answer.status_code, answer["Location"]) == (302, "/desk/search/")
    assert person_in(client) == str(anna.pk)
    identity = OutsideIdentity.objects.get()
    assert (identity.user, identity.subject, identity.address) == (anna, "anna-there", "anna@helpdesk.example")
    assert Entry.objects.about(anna).filter(verb="signed_in_outside").count() == 1
    assert Assertion.objects.get().said == {}


def test_provider_that_does_not_vouch_makes_the_person_prove_themselves_first(client, anna, idp, provider):
    IdentityProvider.objects.update(vouches=False)

    answer = come_back(client, answered(idp, depart(client)))

    assert answer["Location"] == "/accounts/outside/linking/"
    assert person_in(client) is None


def test_assertion_that_came_before_is_refused_and_remembered_until_it_runs_out(client, anna, idp, provider):
    document = answered(idp, depart(client))
    come_back(client, document)
    other = Client()
    depart(other)

    again = come_back(other, document)

    assert again.status_code == 403
    assert person_in(other) is None
    assert "came before" in reason(provider)
    assert Assertion.objects.get().expires_at > timezone.now()


def test_answer_in_a_browser_that_did_not_ask_lets_nobody_in(client, anna, idp, provider):
    document = answered(idp, depart(client))
    victim = Client()

    answer = come_back(victim, document)

    assert answer.status_code == 400
    assert person_in(victim) is None


def test_ticket_is_good_once(client, anna, idp, provider):
    page = Client().post(ACS, {"SAMLResponse": posted(answered(idp, depart(client)))})
    where = page["Refresh"].removeprefix("0; url=")
    client.get(where)
    client.post("/accounts/logout/")

    assert client.get(where).status_code == 400
    assert person_in(client) is None


def test_assertion_that_nobody_asked_for_is_refused_unless_the_provider_may_begin(client, anna, idp, provider):
    told = {"acs": f"http://127.0.0.1:8000{ACS}", "sp": "http://127.0.0.1:8000/accounts/outside/works/metadata/"}

    refused = come_back(client, answered(idp, "", **told))
    words = reason(provider)
    IdentityProvider.objects.update(takes_unsolicited=True)
    come_back(client, answered(idp, "", **told))

    assert refused.status_code == 403
    assert "Nobody here asked" in words
    assert person_in(client) == str(anna.pk)


# --- What somebody does to a response on the way ---


def unsigned(idp, document):
    for signature in document.findall(".//ds:Signature", NAMES):
        signature.getparent().remove(signature)
    return document


def other_person(idp, document):
    document.find(".//saml:NameID", NAMES).text = "boss-there"
    return document


def forged(document):
    """The assertion as the attacker wants it."""
    evil = copy.deepcopy(document.find("saml:Assertion", NAMES))
    evil.find(".//saml:NameID", NAMES).text = "boss-there"
    for signature in evil.findall("ds:Signature", NAMES):
        evil.remove(signature)
    evil.set("ID", "_evil")
    return evil


def wrapped_before(idp, document):
    document.insert(1, forged(document))
    return document


def wrapped_around(idp, document):
    """The signed assertion inside the forged one's signature, whose reference still points at it."""
    good = document.find("saml:Assertion", NAMES)
    evil = forged(document)
    signature = copy.deepcopy(good.find("ds:Signature", NAMES))
    holder = etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object")
    document.replace(good, evil)
    holder.append(good)
    evil.insert(1, signature)
    return document


def wrapped_in_extensions(idp, document):
    good = document.find("saml:Assertion", NAMES)
    document.replace(good, forged(document))
    extensions = etree.Element("{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    extensions.append(good)
    document.insert(1, extensions)
    return document


def same_id_twice(idp, document):
    evil = forged(document)
    evil.set("ID", document.find("saml:Assertion", NAMES).get("ID"))
    document.insert(1, evil)
    return document


def for_other_audience(idp, document):
    document.find(".//saml:Audience", NAMES).text = "https://other.example/metadata"
    return idp.sign(document)


def without_audience(idp, document):
    node = document.find(".//saml:AudienceRestriction", NAMES)
    node.getparent().remove(node)
    return idp.sign(document)


def for_other_recipient(idp, document):
    document.find(".//saml:SubjectConfirmationData", NAMES).set("Recipient", "https://other.example/acs")
    return idp.sign(document)


def recipient_that_begins_alike(idp, document):
    node = document.find(".//saml:SubjectConfirmationData", NAMES)
    node.set("Recipient", node.get("Recipient") + "evil")
    return idp.sign(document)


def by_other_issuer(idp, document):
    document.find("saml:Assertion/saml:Issuer", NAMES).text = "https://other.example/metadata"
    return idp.sign(document)


def without_an_end(idp, document):
    del document.find(".//saml:SubjectConfirmationData", NAMES).attrib["NotOnOrAfter"]
    return idp.sign(document)


def moved(idp, document, seconds):
    """As a provider says it whose clock is so many seconds from ours."""
    for node in document.iter():
        for name in ("IssueInstant", "NotBefore", "NotOnOrAfter", "AuthnInstant", "SessionNotOnOrAfter"):
            if node.get(name):
                at = datetime.datetime.fromisoformat(node.get(name)) + datetime.timedelta(seconds=seconds)
                node.set(name, at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return idp.sign(document)


def other_request(idp, document):
    document.set("InResponseTo", "_somebody_elses")
    return document


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (unsigned, "not signed"),
        (other_person, "ignature"),
        (wrapped_before, "1 assertion"),
        (wrapped_around, "1 assertion"),
        (wrapped_in_extensions, "1 assertion"),
        (same_id_twice, "1 assertion"),
        (for_other_audience, "audience"),
        (without_audience, "audience"),
        (for_other_recipient, "SubjectConfirmation"),
        (recipient_that_begins_alike, "another address"),
        (by_other_issuer, "issuer"),
        (without_an_end, "another address"),
        (other_request, "SubjectConfirmation"),
        (lambda idp, document: moved(idp, document, 3600), "The clocks differ by 3"),
        (lambda idp, document: moved(idp, document, -3600), "The clocks differ by 3"),
        (lambda idp, document: moved(idp, document, 120), "The clocks differ by "),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_response_that_does_not_prove_itself_lets_nobody_in(client, anna, idp, provider, change, words):
    OutsideIdentity.objects.create(provider=provider, subject="boss-there", user=anna)
    document = change(idp, answered(idp, depart(client)))

    answer = come_back(client, document)

    assert answer.status_code in (400, 403)
    assert person_in(client) is None
    assert words in reason(provider)


@pytest.mark.parametrize("seconds", [-50, 50])
def test_clocks_that_differ_by_less_than_a_minute_do_not_matter(client, anna, idp, provider, seconds):
    come_back(client, moved(idp, answered(idp, depart(client)), seconds))

    assert person_in(client) == str(anna.pk)


def test_comment_in_a_name_cuts_nothing_off(client, anna, idp, provider):
    """The signature ignores comments; a reader that stops at one would take the beginning for all of it."""
    OutsideIdentity.objects.create(provider=provider, subject="anna-there", user=anna)
    document = answered(idp, depart(client), name_id="anna-there.evil", identity={"displayName": ["Evil"]})
    name = document.find(".//saml:NameID", NAMES)
    name.text = "anna-there"
    comment = etree.Comment("x")
    comment.tail = ".evil"
    name.append(comment)

    come_back(client, document)

    assert person_in(client) is None
    assert set(OutsideIdentity.objects.values_list("subject", flat=True)) == {"anna-there"}


def test_signature_by_sha1_is_refused(client, anna, idp, provider):
    document = answered(idp, depart(client), sign_alg="http://www.w3.org/2000/09/xmldsig#rsa-sha1")

    assert come_back(client, document).status_code == 403
    assert "Deprecated" in reason(provider)


def test_name_that_changes_each_time_is_refused(client, anna, idp, provider):
    transient = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"

    answer = come_back(client, answered(idp, depart(client), format=transient))

    assert answer.status_code == 403
    assert "transient" in reason(provider)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;">]>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">&b;</samlp:Response>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">&a;</samlp:Response>"""


@pytest.mark.parametrize(
    "text",
    ["", "%%%", "AAAA", base64.b64encode(BOMB).decode(), base64.b64encode(FILE).decode(), "A" * 400_000],
    ids=["nothing", "no base64", "no xml", "bomb", "file", "too long"],
)
def test_what_is_no_response_is_refused_in_one_line(client, provider, text):
    answer = client.post(ACS, {"SAMLResponse": text})

    assert answer.status_code == 403
    assert "\n" not in reason(provider)
    assert "root:" not in answer.content.decode()


def test_certificate_that_ran_out_is_said_in_one_line_and_lets_nobody_in(client, idp, provider, tmp_path):
    pem, _key = certificate(tmp_path, days=-2, name="old")
    old = "".join(line for line in pem.read_text().splitlines() if "CERT" not in line)
    url = depart(client)
    provider.described["certificates"] = [old]
    provider.save()

    answer = come_back(client, answered(idp, url))

    assert answer.status_code == 403
    assert "ran out on" in reason(provider)


def test_old_certificate_beside_a_new_one_does_not_matter(client, anna, idp, provider, tmp_path):
    pem, _key = certificate(tmp_path, days=-2, name="old")
    old = "".join(line for line in pem.read_text().splitlines() if "CERT" not in line)
    provider.described["certificates"].insert(0, old)
    provider.save()

    come_back(client, answered(idp, depart(client)))

    assert person_in(client) == str(anna.pk)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "can't be read"),
        ("<html>Not found</html>", "no IDPSSODescriptor"),
        ("<a", "can't be read"),
        (BOMB.decode(), "can't be read"),
    ],
    ids=["nothing", "a page", "half", "bomb"],
)
def test_metadata_that_is_garbage_is_said_in_one_line(text, words):
    with pytest.raises(NotBelieved) as refusal:
        metadata.read(text)

    assert words in str(refusal.value)


def test_our_metadata_says_where_to_post_and_that_we_want_it_signed(client, provider):
    page = client.get("/accounts/outside/works/metadata/")

    found = etree.fromstring(page.content)
    (acs,) = found.findall(".//{*}AssertionConsumerService")
    assert acs.get("Location") == f"http://127.0.0.1:8000{ACS}"
    assert found.find(".//{*}SPSSODescriptor").get("WantAssertionsSigned") == "true"
    assert found.get("entityID") == "http://127.0.0.1:8000/accounts/outside/works/metadata/"
