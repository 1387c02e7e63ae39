"""Links that hand out a key, and addresses that lead inside: what whoever has neither tries."""

import json
import logging

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from helpdesk.core import bells
from helpdesk.core.errors import Refused
from helpdesk.core.fields import unseal
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from tests.browsers import browser_of
from tests.factories import StaffFactory, UserFactory
from tests.vpn_world import wireguard_server
from vpn.actions.issuing import issue_key
from vpn.hosting.connectors import asking
from vpn.hosting.connectors.base import Door
from vpn.hosting.ssh import connecting
from vpn.models import DownloadLink, Key

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(monkeypatch):
    monkeypatch.setattr(bells, "_quiet_until", float("inf"))
    ada = StaffFactory(name="Ada", role="administrator")
    anna = StaffFactory(name="Anna", email="anna@helpdesk.example")
    return issue_key(person=anna, login="anna", device="phone", servers=[wireguard_server()], by=ada)


def token_of(key: Key) -> str:
    letter = Delivery.objects.get(purpose=Purpose.VPN_KEY, subject_id=key.pk)
    return unseal(letter.content["url"]).rstrip("/").rpartition("/")[2]


def tables_with(needle: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(table_name) FROM information_schema.tables WHERE table_schema = 'public'")
        found = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE strpos(t::text, %s) > 0", [needle])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_token_of_a_link_when_it_was_used_then_it_is_in_no_table_log_journal_or_header(key, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    token = token_of(key)
    path = reverse("vpn:key_link", args=[token])
    browser = Client(headers={"Referer": f"http://testserver{path}", "User-Agent": "Scanner/1.0"})

    answers = [
        browser.get(path),
        browser.get(path, headers={"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender"}),
        browser.head(path),
        browser.options(path),
        browser.post(path, {"form": "qr"}),
        browser.post(path, {"form": "profile"}),
        browser.get(path),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 405, 200, 410, 410]
    assert tables_with(token) == []
    assert token not in json.dumps(list(Entry.objects.values()), default=str)
    assert token not in caplog.text + "".join(capfd.readouterr())
    for answer in answers:
        assert token not in json.dumps(dict(answer.headers))
    for answer in (answers[0], answers[4], answers[6]):
        assert answer["Cache-Control"] == "no-store, private"
        assert answer["Referrer-Policy"] == "strict-origin"
        assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("who", ["nobody", "a stranger", "a colleague"])
def test_link_of_another_key_does_not_open_this_one(key, who):
    other = issue_key(
        person=StaffFactory(name="Boris", email="boris@helpdesk.example"),
        login="boris",
        device="phone",
        servers=list(key.servers.all()),
        by=key.issued_by,
    )
    people = {"a stranger": UserFactory, "a colleague": StaffFactory}
    browser = browser_of(people[who]()) if who in people else Client()

    taken = browser.post(
        reverse("vpn:key_link", args=[token_of(other)]), {"form": "profile", "key": key.pk, "pk": key.pk}
    )

    assert other.private_key in taken.content.decode()
    assert Key.objects.get(pk=key.pk).private_key == key.private_key
    assert DownloadLink.objects.get(key=key).used_at is None


@pytest.mark.parametrize(
    "change", [str.lower, str.upper, lambda t: t[:-1], lambda t: t + "A", lambda t: t[:-1] + "%00"]
)
def test_link_when_its_token_is_nearly_right_then_there_is_none(key, change):
    token = token_of(key)
    changed = change(token)

    assert Client().post(f"/vpn/key/{changed}/", {"form": "profile"}).status_code == 404
    assert Key.objects.get().private_key


def test_link_when_another_site_sends_its_form_then_nothing_is_handed_out(key):
    browser = Client(enforce_csrf_checks=True)
    path = reverse("vpn:key_link", args=[token_of(key)])
    browser.get(path)

    answer = browser.post(path, {"form": "profile"}, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 403
    assert Key.objects.get().private_key


INSIDE = [
    "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0.0.0.0", "[::1]", "[::]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[64:ff9b::7f00:1]", "169.254.169.254", "[fd00:ec2::254]", "[fe80::1]",
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255",
]  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_door_when_it_leads_inside_then_nothing_is_asked(host, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []
    settings.OUTGOING_ALLOWED_PORTS = [443]

    with pytest.raises(Refused):
        ask_panel(f"https://{host}")
    with pytest.raises(Refused):
        reach_server(f"ssh://{host}:22")


def ask_panel(address: str) -> None:
    door = Door(address=asking.sound_https(address, port=443), login="root", secret="secret")
    asking.ask(door, "/", ports=frozenset({443}))


def reach_server(address: str) -> None:
    connecting._line(connecting.place_of(address)).close()


@pytest.mark.parametrize(
    "address",
    ["https://user:word@panel.example", "https://panel.example@127.0.0.1", "file:///etc/passwd", "gopher://x:70/",
     "https://panel.example/\r\nHost: evil", "https://pa nel.example"],
)  # fmt: skip
def test_address_of_a_door_that_is_more_than_one_is_refused(address):
    for sound in (lambda: asking.sound_https(address, port=443), lambda: str(connecting.place_of(address))):
        try:
            found = sound()
        except Refused:
            continue
        assert found == "https://panel.example:443"
