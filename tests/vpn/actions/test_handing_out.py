"""Links: looked at by everybody, used by one, once."""

import io
import tarfile
import threading
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from helpdesk.core.fields import unseal
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import composers
from tests.browsers import browser_of, proved
from tickets.models import Ticket
from vpn.actions.issuing import issue_key
from vpn.actions.linking import end_overdue, send_link
from vpn.enums import KeyState
from vpn.models import DownloadLink, Key

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(ada, anna, server):
    return issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)


def link_of(key):
    """The path in the newest letter."""
    letter = Delivery.objects.filter(purpose=Purpose.VPN_KEY, subject_id=key.pk).order_by("-pk").first()
    return unseal(letter.content["url"]).removeprefix("http://localhost:8000").replace("https://helpdesk.example", "")


def path_of(key):
    url = link_of(key)
    return url[url.index("/vpn/key/") :]


@pytest.mark.parametrize("method", ["get", "head"])
def test_link_when_scanners_open_it_then_nothing_is_spent(method, key):
    for _time in range(3):
        answer = getattr(Client(), method)(path_of(key))

    assert answer.status_code == 200
    assert DownloadLink.objects.get().used_at is None
    assert Key.objects.get().private_key
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Referrer-Policy"] == "strict-origin"


def test_link_when_its_button_is_pressed_then_the_archive_comes_and_the_private_key_is_gone(key):
    private_key, path = key.private_key, path_of(key)

    answer = Client(headers={"User-Agent": "Phone"}).post(path, {"form": "archive"}, REMOTE_ADDR="192.0.2.7")

    with tarfile.open(fileobj=io.BytesIO(answer.content)) as tar:
        names = sorted(member.name for member in tar.getmembers() if member.isfile())
        inside = tar.extractfile("anna-laptop/anna-laptop.key").read().decode()
    assert names == [
        "anna-laptop/anna-laptop.crt",
        "anna-laptop/anna-laptop.key",
        "anna-laptop/ca.crt",
        "anna-laptop/mycompany_vpn_anna-laptop.ovpn",
        "anna-laptop/openssl.cnf",
        "anna-laptop/readme_vpn_win.txt",
        "anna-laptop/server.conf",
        "anna-laptop/ta.key",
    ]
    assert inside == private_key
    kept, link = Key.objects.get(), DownloadLink.objects.get()
    assert (kept.private_key, kept.tls_client_key) == ("", "")
    assert (link.address, link.user_agent) == ("192.0.2.7", "Phone")
    assert Entry.objects.get(verb="vpn_key_downloaded").facts["serial"] == key.serial


def test_link_when_it_is_used_twice_then_the_second_is_told_what_to_do(key):
    path = path_of(key)
    Client().post(path, {"form": "profile"})

    again, look = Client().post(path, {"form": "profile"}), Client().get(path)

    assert (again.status_code, look.status_code) == (410, 410)
    assert b"ask an administrator for a new key" in look.content
    assert b"This was not me" in look.content


def test_link_when_it_is_guessed_then_nothing_is_found(key):
    path = path_of(key)
    wrong = path[:-3] + ("A" if path[-3] != "A" else "B") + "/"

    assert Client().get(wrong).status_code == 404
    assert Client().post(wrong, {"form": "archive"}).status_code == 404
    assert Client().get(f"/vpn/key/{DownloadLink.objects.get().token_hash}/").status_code == 404
    assert Key.objects.get().private_key


def test_link_when_its_day_is_over_then_it_hands_out_nothing_and_the_key_is_kept_no_longer(key):
    path = path_of(key)
    DownloadLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert Client().post(path, {"form": "archive"}).status_code == 410
    assert end_overdue() == 1
    assert Key.objects.get().private_key == ""
    assert DownloadLink.objects.get().ended_at is not None
    assert end_overdue() == 0


def test_link_when_a_newer_one_is_sent_then_the_older_one_ends(key, ada):
    old = path_of(key)
    send_link(key=key, by=ada)

    assert Client().post(old, {"form": "archive"}).status_code == 410
    assert Client().post(path_of(key), {"form": "archive"}).status_code == 200


def test_pkcs12_when_the_passphrase_is_short_then_nothing_is_spent(key):
    path = path_of(key)

    assert Client().post(path, {"form": "pkcs12", "passphrase": "short"}).status_code == 422
    answer = Client().post(path, {"form": "pkcs12", "passphrase": "twelve letters"})

    assert load_pkcs12(answer.content, b"twelve letters").cert.certificate.serial_number == int(key.serial)


@pytest.mark.parametrize("sent", [{}, {"form": "nothing"}, {"form": "../../etc/passwd"}])
def test_form_when_there_is_no_such_then_nothing_is_spent(sent, key):
    assert Client().post(path_of(key), sent).status_code == 422
    assert Key.objects.get().private_key


def test_qr_code_when_it_is_asked_for_then_it_is_shown_once(ada, anna, phones):
    key = issue_key(person=anna, login="anna", device="phone", servers=[phones], by=ada)

    answer = Client().post(path_of(key), {"form": "qr"})

    assert b"data:image/svg+xml;base64," in answer.content
    assert Client().get(path_of(key)).status_code == 410


def test_wireguard_file_when_it_is_taken_then_it_says_what_the_device_needs(ada, anna, phones):
    key = issue_key(person=anna, login="anna", device="phone", servers=[phones], by=ada)
    private_key = key.private_key

    text = Client().post(path_of(key), {"form": "profile"}).content.decode()

    assert text.splitlines() == [
        "[Interface]",
        f"PrivateKey = {private_key}",
        "Address = 10.9.0.2/32",
        "",
        "[Peer]",
        f"PublicKey = {phones.public_key}",
        f"PresharedKey = {key.preshared_key}",
        "AllowedIPs = 10.9.0.0/29",
        "Endpoint = wg.example.org:51820",
        "PersistentKeepalive = 25",
    ]


def test_dispute_when_it_is_pressed_then_the_key_is_blocked_and_somebody_looks(key, ada, anna):
    path = path_of(key)
    Client().post(path, {"form": "archive"})

    first, second = Client().post(path + "dispute/"), Client().post(path + "dispute/")

    assert (first.status_code, second.status_code) == (200, 200)
    assert Key.objects.get().state == KeyState.BLOCKED
    assert Ticket.objects.get().requester == anna
    alarm = Delivery.objects.get(recipient=ada.email, content__title__icontains="not me")
    assert "anna-laptop" in alarm.content["title"]
    assert Client().get(path + "dispute/").status_code == 405


def test_letter_when_it_is_written_then_it_has_the_link_and_no_key(key):
    row = Delivery.objects.get(purpose=Purpose.VPN_KEY)
    row.message_id = "1@helpdesk.example"

    letter = composers[Purpose.VPN_KEY]([row]).content.decode()

    assert "PRIVATE KEY" not in letter
    assert "anna-laptop" in letter


def test_link_when_only_a_notice_is_mailed_then_it_hands_out_nothing(ada, anna, server):
    key = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada, mails_link=False)
    path = path_of(key)

    assert Client().get(path).status_code == 200
    assert Client().post(path, {"form": "archive"}).status_code == 200
    assert Key.objects.get().private_key
    assert Client().post(path + "dispute/").status_code == 200
    assert Key.objects.get().state == KeyState.BLOCKED


def test_own_page_when_the_person_takes_the_key_then_strangers_get_nothing(key, anna, clara):
    url = reverse("vpn:desk_key", args=[key.pk])

    stranger = proved(browser_of(clara))
    assert stranger.post(reverse("vpn:cabinet_key", args=[key.pk]), {"form": "profile"}).status_code == 404
    answer = proved(browser_of(anna)).post(url, {"form": "profile"})

    assert b"<key>" in answer.content
    assert proved(browser_of(anna)).post(url, {"form": "profile"}).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_link_when_two_press_at_once_then_one_gets_the_key(key):
    path, barrier, found = path_of(key), threading.Barrier(4), []

    def press():
        barrier.wait()
        try:
            found.append(Client().post(path, {"form": "profile"}).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(found) == [200, 410, 410, 410]
    assert Entry.objects.filter(verb="vpn_key_downloaded").count() == 1
