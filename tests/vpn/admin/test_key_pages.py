"""The administrators' pages: from a wish to a key, and to its end."""

import time
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery, Notice
from tests.browsers import browser_of, proved
from tests.factories import StaffFactory
from tests.vpn_world import PASSPHRASE, authority_by_passphrase, openvpn_server
from vpn.actions.issuing import issue_key
from vpn.actions.news import spread
from vpn.actions.requesting import ask
from vpn.enums import KeyState, RequestState
from vpn.models import Authority, Key, KeyRequest, RevocationList, Server

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(ada):
    return proved(browser_of(ada))


def test_issue_page_when_it_is_filled_in_then_the_key_is_there_within_a_second(browser, anna, server):
    sent = {"person": anna.pk, "device": "laptop", "servers": [server.pk], "mails_link": "on"}

    began = time.monotonic()
    answer = browser.post(reverse("admin:vpn_key_issue"), sent, follow=True)
    took = time.monotonic() - began

    key = Key.objects.get()
    assert key.common_name == "anna-laptop"
    assert took < 8  # the limit in the house; a second on a machine that is not busy
    page = answer.content.decode()
    assert key.serial in page
    assert key.fingerprint in page
    assert "Tunnelblick" in page
    assert "PRIVATE KEY" not in page
    assert "no-store, private" in answer["Cache-Control"]


@pytest.mark.parametrize("others", [1, 3])
def test_press_and_download_take_these_statements_however_many_keys_and_administrators(
    others, browser, ada, anna, authority, settings, django_assert_num_queries
):
    settings.VPN_ISSUES_PER_TEN_MINUTES, settings.VPN_NIGHT_HOURS = 99, (0, 24)  # administrators are told, each
    servers = [openvpn_server(authority, name=f"Office {at}", slug=f"office-{at}") for at in range(others)]
    for at in range(others):
        StaffFactory(role=Role.ADMINISTRATOR)
        issue_key(person=anna, login="anna", device=f"phone-{'abc'[at]}", servers=servers[:1], by=ada)
    sent = {"person": anna.pk, "device": "laptop", "login": "anna", "servers": [servers[0].pk], "mails_link": "on"}
    browser.get(reverse("admin:vpn_key_changelist"))

    with django_assert_num_queries(24):
        issued = browser.post(reverse("admin:vpn_key_issue"), sent)
    with django_assert_num_queries(11):
        taken = browser.post(issued["Location"].replace("/bundle/", "/download/"), {"form": "archive"})

    assert (issued.status_code, taken.status_code) == (303, 200)
    told = Delivery.objects.filter(purpose=Purpose.NOTICE, content__title__icontains="anna-laptop")
    assert told.count() == others + 1


def test_issue_page_when_there_is_a_valid_key_then_it_says_since_when(browser, anna, server):
    sent = {"person": anna.pk, "device": "laptop", "servers": [server.pk]}
    browser.post(reverse("admin:vpn_key_issue"), sent)

    again = browser.post(reverse("admin:vpn_key_issue"), sent, follow=True)

    assert "There is a valid key already" in again.content.decode()
    assert Key.objects.count() == 1


def test_issue_page_when_a_login_is_typed_then_it_is_that_persons_key(browser, ada, anna, server):
    issue_key(person=anna, login="anya", device="laptop", servers=[server], by=ada)

    browser.post(reverse("admin:vpn_key_issue"), {"login": "anya", "device": "phone", "servers": [server.pk]})

    assert Key.objects.order_by("-pk").first().common_name == "anya-phone"


def test_issue_page_when_the_authority_has_a_passphrase_then_it_asks_for_it(browser, anna, nobody_rings):
    server = openvpn_server(authority_by_passphrase())
    sent = {"person": anna.pk, "device": "laptop", "servers": [server.pk]}

    assert "Passphrase of the authority" in browser.get(reverse("admin:vpn_key_issue")).content.decode()
    assert browser.post(reverse("admin:vpn_key_issue"), sent).status_code == 422
    assert browser.post(reverse("admin:vpn_key_issue"), sent | {"passphrase": PASSPHRASE}).status_code == 303


def test_request_when_it_is_approved_then_the_issue_page_is_filled_in_and_the_person_told(browser, anna, server):
    wish = ask(person=anna, server=server, device_name="laptop", reason="Travel", by=anna)

    page = browser.post(reverse("admin:vpn_keyrequest_approval", args=[wish.pk]), follow=True)

    assert "Travel" in page.content.decode()
    issue = f"{reverse('admin:vpn_key_issue')}?request={wish.pk}"
    sent = {"person": anna.pk, "login": "anna", "device": "laptop", "servers": [server.pk], "mails_link": "on"}
    browser.post(issue, sent)
    wish.refresh_from_db()
    assert (wish.state, wish.key) == (RequestState.ISSUED, Key.objects.get())
    assert Delivery.objects.filter(purpose=Purpose.VPN_KEY, recipient=anna.email).count() == 1


def test_request_when_it_is_refused_then_the_person_reads_why(browser, anna, server):
    wish = ask(person=anna, server=server, device_name="laptop", reason="Travel", by=anna)
    url = reverse("admin:vpn_keyrequest_refusal", args=[wish.pk])

    browser.post(url, {"answer": " "})
    assert KeyRequest.objects.get().state == RequestState.WAITING
    browser.post(url, {"answer": "Use the office"})

    told = Delivery.objects.get(purpose=Purpose.NOTICE, recipient=anna.email)
    assert "Use the office" in told.content["text"]
    browser.post(reverse("admin:vpn_keyrequest_approval", args=[wish.pk]))
    assert KeyRequest.objects.get().state == RequestState.REFUSED


def test_request_when_it_is_made_twice_then_there_is_one_and_administrators_are_told_once(ada, anna, server):
    for _time in range(2):
        browser_of(anna).post(
            reverse("vpn:desk_keys"), {"server": server.pk, "device_name": "laptop", "reason": "Travel"}
        )

    spread()
    assert KeyRequest.objects.count() == 1
    assert Notice.objects.get().person == ada


def test_key_when_it_is_revoked_on_its_page_then_the_list_is_out(browser, ada, anna, server):
    key = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)

    page = browser.post(reverse("admin:vpn_key_revocation", args=[key.pk]), {"reason": "superseded"}, follow=True)

    assert "the new revocation list is out" in page.content.decode()
    assert RevocationList.objects.count() == 1
    assert Key.objects.get().state == KeyState.REVOKED


def test_key_when_the_signer_is_away_then_the_page_says_that_there_is_no_list_yet(browser, ada, anna, server):
    key = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)
    server.authority.socket_path = "/nowhere/signer.sock"
    server.authority.save()

    page = browser.post(reverse("admin:vpn_key_revocation", args=[key.pk]), {"reason": "superseded"}, follow=True)

    assert "There is no new revocation list yet" in page.content.decode()
    assert Key.objects.get().state == KeyState.REVOKED


def test_key_when_it_is_blocked_and_unblocked_on_its_page_then_it_is_valid_again(browser, ada, anna, server):
    key = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)
    url = reverse("admin:vpn_key_blocking", args=[key.pk])

    browser.post(url)
    assert Key.objects.get().state == KeyState.BLOCKED
    browser.post(url)
    assert Key.objects.get().state == KeyState.VALID


def test_key_when_it_is_renewed_on_its_page_then_the_new_one_opens(browser, ada, anna, server):
    key = issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)

    answer = browser.post(reverse("admin:vpn_key_renewal", args=[key.pk]), {})

    fresh = Key.objects.get(replaces=key)
    assert answer["Location"] == reverse("admin:vpn_key_bundle", args=[fresh.pk])
    key.refresh_from_db()
    assert key.revoke_at - timezone.now() > timedelta(days=6)


def test_server_when_it_is_added_then_its_keys_are_made(browser, authority):
    url, sent = reverse("admin:vpn_server_add"), {"is_active": "on", "keepalive_seconds": 25, "tls_mode": "v2"}
    openvpn = {"engine": "openvpn", "authority": authority.pk, "remotes": "v.example", "server_name": "server"}
    wireguard = {"engine": "wireguard", "endpoint": "v.example:51820", "network": "10.9.0.0/24"}

    browser.post(url, sent | {"name": "A", "slug": "a"} | openvpn)
    browser.post(url, sent | {"name": "B", "slug": "b"} | wireguard)

    assert "OpenVPN tls-crypt-v2 server key" in Server.objects.get(name="A").tls_key
    assert len(Server.objects.get(name="B").public_key) == 44


def test_authority_when_its_signer_listens_then_its_certificates_are_read_from_it(browser, signer_socket, nobody_rings):
    sent = {
        "name": "New",
        "slug": "new",
        "is_active": "on",
        "key_type": "ec",
        "signer": "socket",
        "socket_path": str(signer_socket),
        "client_days": 397,
    }

    answer = browser.post(reverse("admin:vpn_authority_add"), sent)

    assert answer.status_code == 302
    assert "BEGIN CERTIFICATE" in Authority.objects.get().issuing_pem
