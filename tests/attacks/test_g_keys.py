"""VPN keys: names that are no names, at every door; links; templates that run commands; what is somebody else's."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.core import bells
from tests.browsers import browser_of, proved
from tests.factories import OrganisationFactory, StaffFactory, TicketFactory, UserFactory
from tests.vpn_world import authority_by_passphrase, openvpn_server, wireguard_server
from vpn.actions.issuing import issue_key
from vpn.models import Device, Key, KeyRequest, ProfileTemplate

pytestmark = pytest.mark.django_db
HOSTILE = [
    "../../evil",
    "/etc/passwd",
    "a b",
    "anna\nserver",
    "anna\n",
    ".",
    "..",
    "-h",
    "--help",
    "$(id)",
    "a;id",
    "анна",
    "Anna",
    "con",
    "a" * 32,
]
RUNS = [
    "script-security 2",
    "up /bin/sh",
    'up "/bin/sh -c id"',
    "plugin /tmp/x.so",
    "setenv opt up /bin/sh",
    "--up /bin/sh",
    "client\rup /bin/sh",
    "<connection>\nup x\n</connection>",
    "route-up x",
    "management 127.0.0.1 7505",
    "config /etc/passwd",
    "log /tmp/x",
]


@pytest.fixture(autouse=True)
def nobody_rings(monkeypatch):
    monkeypatch.setattr(bells, "_quiet_until", float("inf"))


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def anna():
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


@pytest.mark.parametrize("field", ["login", "device"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_when_it_comes_by_the_page_then_nothing_is_issued(name, field, ada, anna):
    server = wireguard_server()
    sent = {"person": anna.pk, "login": "anna", "device": "laptop", "servers": [server.pk], field: name}

    answer = proved(browser_of(ada)).post(reverse("admin:vpn_key_issue"), sent)

    made = list(Device.objects.values_list("common_name", flat=True))
    stripped = name.strip()  # a form takes spaces away from the ends, as it does everywhere
    assert answer.status_code == (303 if stripped == "anna" else 422)
    assert made == ([f"{stripped}-laptop" if field == "login" else f"anna-{stripped}"] if stripped == "anna" else [])


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_when_it_comes_by_the_command_line_then_nothing_is_issued(name, ada, anna, tmp_path):
    wireguard_server()

    for arguments in ({"login": name, "device": "laptop"}, {"login": "anna", "device": name}):
        with pytest.raises((CommandError, SystemExit)):  # `-h` and `--help` say how it is called
            call_command(
                "issue_vpn_key",
                anna.email,
                arguments["device"],
                by=ada.email,
                login=arguments["login"],
                server=["phones"],
                out=tmp_path / "key",
            )

    assert not Key.objects.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.strip() == name])
def test_hostile_name_when_it_is_asked_for_then_nobody_has_to_decide_about_it(name, anna):
    server = wireguard_server()

    answer = browser_of(anna).post(
        reverse("vpn:desk_keys"), {"server": server.pk, "device_name": name, "reason": "Travel"}
    )

    assert answer.status_code == 422
    assert not KeyRequest.objects.exists()


@pytest.mark.parametrize("text", RUNS)
def test_template_when_it_could_run_something_then_it_is_not_kept(text, ada):
    sent = {"name": "mycompany_vpn_change_me.ovpn", "text": text}

    answer = proved(browser_of(ada)).post(reverse("admin:vpn_profiletemplate_add"), sent)

    assert answer.status_code == 200  # the form again, with what is wrong
    assert not ProfileTemplate.objects.exists()


@pytest.mark.parametrize(
    "remotes", ["vpn.example.org 1194 udp\\nup x", "-h", "a;id 1 udp", "vpn 99999 udp", "vpn 1194 sctp", "$(id)"]
)
def test_server_when_its_address_is_none_then_it_is_not_kept(remotes, ada):
    authority = authority_by_passphrase()
    sent = {
        "name": "Office",
        "slug": "office",
        "engine": "openvpn",
        "authority": authority.pk,
        "remotes": remotes.replace("\\n", "\n"),
        "server_name": "server",
        "tls_mode": "v2",
        "keepalive_seconds": 25,
    }

    proved(browser_of(ada)).post(reverse("admin:vpn_server_add"), sent)

    assert not authority.servers.exists()


def test_key_when_somebody_asks_for_anothers_then_there_is_none(ada, anna):
    key = issue_key(person=anna, login="anna", device="phone", servers=[wireguard_server()], by=ada)
    boris, clara = StaffFactory(), UserFactory(organisation=OrganisationFactory())

    for name in ("desk_key", "desk_key_block"):
        assert proved(browser_of(boris)).post(reverse(f"vpn:{name}", args=[key.pk])).status_code == 404
    for name in ("cabinet_key", "cabinet_key_block"):
        assert proved(browser_of(clara)).post(reverse(f"vpn:{name}", args=[key.pk])).status_code == 404
    assert b"anna-phone" not in browser_of(boris).get(reverse("vpn:desk_keys")).content
    assert Key.objects.get().private_key


def test_server_when_it_is_not_open_to_the_customer_then_they_cannot_ask_for_it():
    clara = UserFactory(organisation=OrganisationFactory())
    closed, opened = wireguard_server(), wireguard_server(name="Shop", slug="shop", network="10.7.0.0/24")
    opened.organisations.add(clara.organisation)
    browser, url = browser_of(clara), reverse("vpn:cabinet_keys")

    page = browser.get(url).content.decode()
    refused = browser.post(url, {"server": closed.pk, "device_name": "phone", "reason": "Travel"})
    taken = browser.post(url, {"server": opened.pk, "device_name": "phone", "reason": "Travel"})

    assert "Phones" not in page
    assert (refused.status_code, taken.status_code) == (422, 303)
    assert KeyRequest.objects.get().server == opened


def test_issuing_when_nothing_was_proved_lately_then_it_waits_for_that(ada, anna):
    sent = {"person": anna.pk, "login": "anna", "device": "phone", "servers": [wireguard_server().pk]}
    browser = browser_of(ada)
    session = browser.session
    session.pop("proof", None)
    session.save()

    answer = browser.post(reverse("admin:vpn_key_issue"), sent)

    assert answer.status_code == 303
    assert answer["Location"].startswith("/accounts/proof/")
    assert not Key.objects.exists()


def test_request_when_its_day_is_over_or_it_is_for_a_stranger_then_it_is_refused(anna):
    server = wireguard_server()
    ticket = TicketFactory(requester=UserFactory(organisation=OrganisationFactory()))
    over = {"server": server.pk, "device_name": "phone", "reason": "x", "until": timezone.localdate() - timedelta(1)}

    assert browser_of(anna).post(reverse("vpn:desk_keys"), over).status_code == 422
    of_ticket = reverse("vpn:ticket_key", args=[ticket.number])
    assert browser_of(anna).post(of_ticket, over | {"until": ""}).status_code == 422
    assert Client().post(of_ticket, over).status_code == 302
    assert not KeyRequest.objects.exists()


def test_bundle_when_it_is_made_then_only_a_fixed_set_of_directives_is_in_it(ada, anna):
    server = openvpn_server(authority_by_passphrase())
    key = issue_key(
        person=anna, login="anna", device="laptop", servers=[server], by=ada, passphrase="correct horse battery staple"
    )

    text = proved(browser_of(ada)).post(reverse("admin:vpn_key_download", args=[key.pk]), {"form": "profile"}).content

    said = {line.split(" ")[0] for line in text.decode().split("<ca>")[0].splitlines()}
    assert said == {
        *("client", "dev", "remote", "nobind", "persist-key", "persist-tun", "resolv-retry", "remote-cert-tls"),
        *("verify-x509-name", "tls-version-min", "data-ciphers", "auth", "auth-nocache", "verb"),
    }
