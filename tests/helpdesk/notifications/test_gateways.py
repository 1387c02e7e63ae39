"""Gateways of Apprise: a real web endpoint, a real Jabber server, addresses proven by a code, no secret told."""

import json
from datetime import timedelta
from email import charset
from ipaddress import ip_network

import pytest
from django.utils import timezone

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.fields import unseal
from helpdesk.journal.models import Entry
from helpdesk.notifications import gateways
from helpdesk.notifications.actions import addresses, gathering, tidings
from helpdesk.notifications.actions import gateways as actions
from helpdesk.notifications.carrying import carry_all_due
from helpdesk.notifications.models import Address, Breaker, Delivery, Gateway, PersonChoice

pytestmark = pytest.mark.django_db
SECRET = "canary-of-a-password"


def answer(status):
    return f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n".encode()


@pytest.fixture
def gateway(web):
    url = web.url.replace("http://", f"json://desk:{SECRET}@") + "send/{to}"
    return Gateway.objects.create(name="Pager", url=url, address_label="Number")


def reached(person, gateway, value="+49 30/1"):
    PersonChoice.objects.create(person=person, wanted={"noted": [gateway.channel]})
    return Address.objects.create(person=person, gateway=gateway, value=value, proven_at=timezone.now())


def happen(person, ticket):
    facts = {"ticket.number": "7", "ticket.subject": "Магазин", "what": "Clara wrote"}
    said = tidings.Tiding(
        person=person, subject=ticket, occasion="noted", key="1", path="/desk/tickets/7/", facts=facts
    )
    tidings.tell(tidings=[said])
    gathering.gather_due()
    carry_all_due()


def test_notice_reaches_the_address_and_nothing_but_its_last_part(anna, ticket, web, gateway, settings):
    reached(anna, gateway)

    happen(anna, ticket)

    (asked,) = web.asked
    said = json.loads(asked.body)
    assert asked.path.partition("?")[0] == "/send/%2B49%2030%2F1" or asked.path.startswith("/send/+49%2030%2F1")
    assert said["title"] == "#7 Магазин"
    assert said["message"] == f"Clara wrote\n{settings.SITE_URL}/desk/tickets/7/"
    assert Delivery.objects.get().state == "sent"


@pytest.mark.parametrize(
    ("status", "state", "failures"),
    [(401, "queued", 3), (404, "failed", 0), (429, "queued", 0), (500, "queued", 1)],
)
def test_failure_is_the_receivers_the_gateways_or_passes(anna, ticket, web, gateway, status, state, failures):
    reached(anna, gateway)
    web.answers = [answer(status)]

    happen(anna, ticket)

    row = Delivery.objects.get()
    assert (row.state, row.status_code) == (state, str(status))
    assert SECRET not in row.reason
    assert sum(Breaker.objects.values_list("failures", flat=True)) == failures


def test_e19_secret_of_a_gateway_is_told_nowhere(anna, ada, ticket, gateway, web, caplog, capsys):
    reached(anna, gateway)
    web.answers = [answer(500)]

    happen(anna, ticket)
    actions_said = str(Entry.objects.values_list("facts", flat=True))

    said = capsys.readouterr()
    assert SECRET not in caplog.text + said.out + said.err + actions_said + str(gateway)
    assert SECRET not in str(Delivery.objects.values_list("reason", "content"))


def test_reason_of_a_failure_keeps_no_piece_of_the_address():
    told = gateways.without_secrets(
        "Failed to reach https://api.telegram.org/bot123456:ABC-DEF/x for 42, word",
        "tgram://123456:ABC-DEF/{to}?key=word",
    )

    assert told == "Failed to reach https://api.telegram.org/bot…:…/x for 42, …"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("json://10.0.0.1/x", "has to hold"),
        ("file:///etc/passwd?x={to}", "nobody but the machine"),
        ("nonsense://a/{to}", "can't read"),
        ("json://{to}/x", "must not say which host"),
        ("json://10.0.0.1/{to}", "no public address"),
        ("json://[::ffff:169.254.169.254]/{to}", "public address|can't read"),
        ("xmpp://desk:word@10.1.1.1/{to}", "no public address"),
    ],
    ids=["no place", "file", "unknown", "host of a person", "private", "metadata", "jabber"],
)
def test_e10_gateway_that_would_lead_into_the_house_is_refused(url, words):
    with pytest.raises(Refused, match=words):
        gateways.ensure_sound(url)


@pytest.mark.parametrize(
    "url", ["tgram://123456789:AAE-abcdefghijklmnopqrstuvwxyz123456789/{to}", "pbul://" + "a" * 32 + "/{to}"]
)
def test_services_of_the_world_are_sound(url):
    gateways.ensure_sound(url)


def code_sent():
    row = Delivery.objects.filter(purpose="code").latest("pk")
    return unseal(row.content["code"])


def test_address_is_proven_by_the_code_and_told_nothing_before(anna, ticket, web, gateway):
    PersonChoice.objects.create(person=anna, wanted={"noted": [gateway.channel]})
    address = addresses.say(person=anna, by=anna, gateway=gateway, value="42")
    code = code_sent()
    happen(anna, ticket)

    assert [json.loads(asked.body)["message"][-6:] for asked in web.asked] == [code]
    assert not addresses.prove(address=address, by=anna, code="x")
    assert addresses.prove(address=address, by=anna, code=code)
    assert Delivery.objects.get(purpose="code").content == {}
    with pytest.raises(Refused):
        addresses.prove(address=address, by=anna, code=code)
    verbs = [entry.verb for entry in Entry.objects.about(anna).order_by("pk")]
    assert verbs == ["gateway_address_said", "gateway_address_proven"]


def test_code_is_good_for_five_tries_ten_minutes_and_its_own_address(anna, ada, gateway):
    address = addresses.say(person=anna, by=anna, gateway=gateway, value="42")
    code = code_sent()
    with pytest.raises(NotAllowed):
        addresses.prove(address=address, by=ada, code=code)
    with pytest.raises(Refused, match="wait a minute"):
        addresses.say(person=anna, by=anna, gateway=gateway, value="43")
    for _ in range(5):
        assert not addresses.prove(address=address, by=anna, code="000000" if code != "000000" else "1")
    with pytest.raises(Refused, match="no longer good"):
        addresses.prove(address=address, by=anna, code=code)

    Address.objects.update(tries=0, code_until=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="no longer good"):
        addresses.prove(address=address, by=anna, code=code)
    addresses.say(person=anna, by=anna, gateway=gateway, value="43")
    assert not addresses.prove(address=address, by=anna, code=code) or code == code_sent()


def test_administrator_sends_themselves_a_test_and_nobody_else_may(ada, anna, web, gateway):
    with pytest.raises(Refused, match="your own address"):
        actions.test(gateway=gateway, by=ada)
    Address.objects.create(person=ada, gateway=gateway, value="7")

    actions.test(gateway=gateway, by=ada)
    carry_all_due()

    assert "the gateway “Pager” works" in json.loads(web.asked[0].body)["message"]
    with pytest.raises(NotAllowed):
        actions.test(gateway=gateway, by=anna)


def test_jabber_server_keeps_the_notice_for_who_is_away(anna, ticket, prosody, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    gateways.ensure_sound(prosody.url)
    gateway = Gateway.objects.create(name="Jabber", url=prosody.url, address_label="JID")
    reached(anna, gateway, "anna@localhost")

    happen(anna, ticket)

    row = Delivery.objects.get()
    assert (row.state, row.reason) == ("sent", "")
    assert "Clara wrote" in prosody.letters_of("anna")


def test_jabber_server_that_does_not_know_us_rests(anna, ticket, prosody, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
    gateway = Gateway.objects.create(name="Jabber", url=prosody.url.replace("a-word", "no-word"), address_label="JID")
    reached(anna, gateway, "anna@localhost")

    happen(anna, ticket)

    row = Delivery.objects.get()
    assert (row.state, Breaker.objects.get().failures > 0) == ("queued", True)


def test_letters_are_written_as_before_when_a_service_was_asked(gateway):
    before = charset.CHARSETS["utf-8"]

    gateways.service_of(gateway.url, to="42")

    assert charset.CHARSETS["utf-8"] == before == (charset.SHORTEST, charset.BASE64, "utf-8")
