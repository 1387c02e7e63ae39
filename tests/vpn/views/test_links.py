"""Attacks on the links that hand keys out."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from helpdesk.journal.models import Entry
from tests.browsers import browser_of
from tests.vpn.actions.test_handing_out import path_of
from tests.vpn_world import PASSPHRASE, authority_by_passphrase, openvpn_server
from tickets.models import Ticket
from vpn.actions.issuing import issue_key
from vpn.actions.linking import DISPUTED_FOR, send_link
from vpn.actions.revoking import block_key, revoke_key
from vpn.enums import KeyState
from vpn.models import DownloadLink, Key

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(ada, anna, nobody_rings):
    server = openvpn_server(authority_by_passphrase())
    return issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada, passphrase=PASSPHRASE)


def test_token_when_links_are_made_then_it_has_256_bits_and_only_its_digest_is_kept(key, ada):
    first = path_of(key).split("/")[3]
    send_link(key=key, by=ada)
    second = path_of(key).split("/")[3]

    assert first != second
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in (first, second))
    kept = repr(list(DownloadLink.objects.values())) + repr(list(Entry.objects.values_list("facts", flat=True)))
    assert first not in kept
    assert second not in kept


def test_link_when_robots_look_at_everything_then_nothing_is_spent(key):
    """Scanners of mail, previews of chats: each with its own idea of a method."""
    path = path_of(key)

    for method in ("get", "head", "options", "put", "delete", "patch", "trace"):
        for url in (path, f"{path}dispute/"):
            assert getattr(Client(), method)(url).status_code in (200, 405), (method, url)

    link = DownloadLink.objects.get()
    assert (link.used_at, link.disputed_at) == (None, None)
    assert Key.objects.get().state == KeyState.VALID
    assert Client().post(path, {"form": "archive"}).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1],
        lambda token: token + "A",
        lambda token: token.swapcase(),
        lambda token: "A" * 43,
        lambda token: "A" * 4000,
        lambda token: token[:-1] + "%00",
        lambda token: "' OR 1=1 --" + "x" * 40,
        lambda token: "x",
    ],
)
def test_token_when_it_is_guessed_then_it_is_as_if_it_were_not_there(change, key):
    token = path_of(key).split("/")[3]
    wrong = f"/vpn/key/{change(token)}/"

    for answer in (Client().get(wrong), Client().post(wrong, {"form": "archive"}), Client().post(f"{wrong}dispute/")):
        assert answer.status_code == 404
        assert "anna" not in answer.content.decode()
    assert Key.objects.get().state == KeyState.VALID
    assert Key.objects.get().private_key


def test_link_when_it_is_replayed_later_then_it_hands_out_nothing_and_says_nothing_secret(key):
    path, private_key = path_of(key), key.private_key
    assert Client().post(path, {"form": "profile"}).status_code == 200

    for form in ("profile", "archive", "pkcs12"):
        answer = Client().post(path, {"form": form, "passphrase": "twelve letters"})
        assert answer.status_code == 410
        assert private_key[40:80] not in answer.content.decode()
    assert Entry.objects.filter(verb="vpn_key_downloaded").count() == 1


def test_link_when_somebody_elses_session_presses_it_then_the_journal_says_from_where(key, clara):
    """Whoever has the link has the key; what tells the person is the next press, and the journal."""
    path = path_of(key)
    answer = browser_of(clara).post(path, {"form": "profile"}, REMOTE_ADDR="203.0.113.50")

    assert answer.status_code == 200
    link = DownloadLink.objects.get()
    assert link.address == "203.0.113.50"
    assert Client().post(path, {"form": "profile"}).status_code == 410


@pytest.mark.parametrize(
    "end",
    [
        lambda key, by: block_key(key=key, by=by),
        lambda key, by: revoke_key(key=key, reason="superseded", by=by),
        lambda key, by: Key.objects.update(not_after=timezone.now() - timedelta(seconds=1)),
        lambda key, by: DownloadLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1)),
        lambda key, by: send_link(key=key, by=by),
    ],
)
def test_link_when_the_key_is_over_or_another_was_sent_then_it_hands_out_nothing(end, key, ada):
    path = path_of(key)
    end(key, ada)

    assert Client().get(path).status_code == 410
    assert Client().post(path, {"form": "archive"}).status_code == 410
    assert not Entry.objects.filter(verb="vpn_key_downloaded").exists()


def test_link_when_it_is_opened_under_another_host_then_the_letter_still_names_ours(key, ada, settings):
    settings.SITE_URL = "https://helpdesk.example"

    send_link(key=key, by=ada)

    assert path_of(key).startswith("/vpn/key/")
    page = Client().get(path_of(key))
    assert page["Referrer-Policy"] == "strict-origin"
    assert page["X-Robots-Tag"] == "noindex"


def test_form_when_it_comes_from_another_site_then_nothing_is_handed_out(key):
    strict = Client(enforce_csrf_checks=True)
    path = path_of(key)

    for url in (path, f"{path}dispute/"):
        answer = strict.post(url, {"form": "archive"}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
    assert Key.objects.get().state == KeyState.VALID
    assert Key.objects.get().private_key


def test_dispute_when_it_is_pressed_again_and_again_then_one_ticket_is_opened(key):
    path = f"{path_of(key)}dispute/"

    assert [Client().post(path).status_code for _time in range(3)] == [200, 200, 200]
    assert Ticket.objects.count() == 1
    assert Entry.objects.filter(verb="vpn_key_disputed").count() == 1


def test_dispute_when_the_key_was_taken_by_somebody_else_then_it_still_blocks_for_a_month(key):
    path = path_of(key)
    Client().post(path, {"form": "profile"})
    DownloadLink.objects.update(made_at=timezone.now() - DISPUTED_FOR + timedelta(hours=1))
    assert Client().post(f"{path}dispute/").status_code == 200
    assert Key.objects.get().state == KeyState.BLOCKED

    DownloadLink.objects.update(made_at=timezone.now() - DISPUTED_FOR - timedelta(hours=1), disputed_at=None)
    assert Client().post(f"{path}dispute/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_link_when_it_is_taken_and_disputed_at_once_then_the_key_ends_up_blocked(key):
    path, codes, start = path_of(key), {}, threading.Barrier(2)

    def press(url, **sent):
        start.wait()
        try:
            codes[url] = Client().post(url, sent).status_code
        finally:
            connection.close()

    threads = [
        threading.Thread(target=press, args=(path,), kwargs={"form": "profile"}),
        threading.Thread(target=press, args=(f"{path}dispute/",)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert codes[f"{path}dispute/"] == 200
    assert codes[path] in (200, 410)
    assert Key.objects.get().state == KeyState.BLOCKED
