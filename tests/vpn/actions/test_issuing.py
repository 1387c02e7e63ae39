"""Issuing: what is made, what is refused, what comes back when it is asked for twice."""

import threading
from datetime import date, timedelta

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.db import connection
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core.errors import Away, NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from tests.factories import StaffFactory
from tests.vpn_world import PASSPHRASE, authority_by_passphrase, openvpn_server
from vpn.actions.issuing import Order, TooManyKeys, issue_key, keep
from vpn.actions.naming import sound_name
from vpn.actions.revoking import revoke_key
from vpn.enums import KeyState
from vpn.making import make
from vpn.models import Device, Key
from vpn.pki.certificates import Use, check_chain
from vpn.pki.private_keys import read_key

pytestmark = pytest.mark.django_db


def issue(person, by, server, device="laptop", login="anna", **more):
    return issue_key(person=person, login=login, device=device, servers=[server], by=by, **more)


def test_key_when_it_is_issued_then_its_certificate_is_of_its_device_and_chain(ada, anna, server, authority):
    key = issue(anna, ada, server)

    certificate = x509.load_pem_x509_certificate(key.certificate_pem.encode())
    chain = [authority.issuing_pem, authority.root_pem]
    assert check_chain(key.certificate_pem, chain=chain, at=timezone.now(), use=Use.CLIENT).common_name == "anna-laptop"
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert certificate.serial_number == int(key.serial)
    assert read_key(key.private_key).public_key() == certificate.public_key()
    assert key.not_after - timezone.now() < timedelta(days=397)
    assert key.not_after - timezone.now() > timedelta(days=396)


def test_key_when_it_is_issued_then_the_person_is_told_and_the_journal_has_it(ada, anna, server):
    key = issue(anna, ada, server)

    letter = Delivery.objects.get(purpose=Purpose.VPN_KEY)
    line = Entry.objects.get(verb="vpn_key_issued")
    assert (letter.recipient, letter.person) == (anna.email, anna)
    assert not key.links.get().is_notice
    assert (line.actor, line.facts["serial"], line.facts["fingerprint"]) == (ada, key.serial, key.fingerprint)


def test_private_key_lies_sealed_in_the_database(ada, anna, server):
    key = issue(anna, ada, server)

    with connection.cursor() as cursor:
        cursor.execute("SELECT private_key, tls_client_key FROM vpn_key WHERE id = %s", [key.pk])
        kept = cursor.fetchone()

    assert [text.startswith("gAAAA") for text in kept] == [True, True]


def test_key_when_it_is_asked_for_again_then_the_valid_one_comes_back(ada, anna, server):
    first = issue(anna, ada, server)
    second = issue(anna, ada, server)

    assert first == second
    assert Key.objects.count() == 1


def test_key_when_the_old_one_is_revoked_then_a_new_one_is_issued(ada, anna, server):
    first = issue(anna, ada, server)
    revoke_key(key=first, reason="keyCompromise", by=ada)

    second = issue(anna, ada, server)

    assert first != second
    assert Device.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_key_when_anybody_else_would_issue_it_then_it_is_not_allowed(role, anna, server):
    by = StaffFactory(role=role)

    with pytest.raises(NotAllowed):
        issue(anna, by, server)

    assert not Key.objects.exists()


@pytest.mark.parametrize(
    ("login", "device"),
    [
        ("anna", "1aptop"),  # does not begin with a letter
        ("anna", "laptop\n"),
        ("Anna", "laptop"),
        ("аnna", "laptop"),  # Cyrillic а
        ("server", "laptop"),
        ("../../evil", "laptop"),
        ("-h", "laptop"),
    ],
)
def test_name_when_it_is_not_sound_then_it_is_refused(login, device, ada, anna, server):
    with pytest.raises(Refused):
        issue(anna, ada, server, login=login, device=device)

    assert not Key.objects.exists()
    assert not Device.objects.exists()


def test_name_when_it_reads_like_another_then_it_is_refused(ada, anna, server):
    issue(anna, ada, server, device="pc1")

    with pytest.raises(Refused, match="reads like anna-pc1"):
        issue(anna, ada, server, device="pcl")


def test_login_when_somebody_else_has_it_then_it_is_refused(ada, anna, clara, server):
    issue(anna, ada, server)

    with pytest.raises(Refused, match="belongs to somebody else"):
        issue(clara, ada, server, device="phone")


def test_name_when_two_ways_lead_to_it_then_the_second_person_does_not_get_it(ada, anna, clara, server):
    issue(anna, ada, server, login="an", device="na-pc")

    with pytest.raises(Refused):
        issue(clara, ada, server, login="an-na", device="pc")


def test_contractor_when_no_day_is_said_then_the_key_is_refused(ada, server):
    pavel = StaffFactory(role=Role.CONTRACTOR)

    with pytest.raises(Refused, match="ends on a day"):
        issue(pavel, ada, server, login="pavel")

    key = issue(pavel, ada, server, login="pavel", until=timezone.localdate() + timedelta(days=9))
    assert timezone.localtime(key.not_after).date() == timezone.localdate() + timedelta(days=9)


def test_day_when_it_is_over_then_the_key_is_refused(ada, anna, server):
    with pytest.raises(Refused, match="over"):
        issue(anna, ada, server, until=date(2020, 1, 1))


def test_person_when_they_have_left_then_nothing_is_issued(ada, server):
    gone = StaffFactory(is_active=False)

    with pytest.raises(Refused, match="has left"):
        issue(gone, ada, server)


def test_person_when_they_leave_while_their_key_is_signed_then_it_is_not_kept(ada, anna, server):
    until = timezone.now() + timedelta(days=30)
    order = Order(sound_name(person=anna, login="anna", device="laptop"), (server,), until, ada)
    made = make(server, "anna-laptop", until)
    User.objects.filter(pk=anna.pk).update(is_active=False)

    with pytest.raises(Refused, match="has left"):
        keep(order, made)

    assert not Device.objects.exists()


def test_issuer_when_they_are_at_the_limit_then_the_next_is_refused_and_administrators_hear_of_it(
    ada, anna, server, settings
):
    settings.VPN_ISSUES_PER_TEN_MINUTES = 2
    issue(anna, ada, server, device="laptop")
    issue(anna, ada, server, device="phone")

    with pytest.raises(TooManyKeys):
        issue(anna, ada, server, device="tablet")

    alarm = Delivery.objects.get(purpose=Purpose.NOTICE, recipient=ada.email, content__title__icontains="ten minutes")
    assert "2 VPN keys" in alarm.content["title"]
    Key.objects.update(issued_at=timezone.now() - timedelta(minutes=11))
    assert issue(anna, ada, server, device="tablet").state == KeyState.VALID


def test_key_when_it_is_issued_in_the_night_then_administrators_hear_of_it(ada, anna, server, settings):
    hour = timezone.localtime().hour
    settings.VPN_NIGHT_HOURS = (hour, hour + 1)

    issue(anna, ada, server)

    assert Delivery.objects.filter(purpose=Purpose.NOTICE, content__title__icontains="in the night").count() == 1


def test_key_when_the_signer_is_away_then_nothing_is_written(ada, anna, server, tmp_path):
    server.authority.socket_path = str(tmp_path / "nobody.sock")
    server.authority.save()

    with pytest.raises(Away):
        issue(anna, ada, server)

    assert not Device.objects.exists()


@pytest.mark.parametrize("passphrase", ["", "wrong"])
def test_authority_by_passphrase_when_it_is_wrong_then_nothing_is_signed(passphrase, ada, anna, nobody_rings):
    server = openvpn_server(authority_by_passphrase())

    with pytest.raises(Refused):
        issue(anna, ada, server, passphrase=passphrase)

    assert issue(anna, ada, server, passphrase=PASSPHRASE).common_name == "anna-laptop"


def test_servers_when_they_do_not_share_a_control_channel_then_one_key_is_refused(ada, anna, server, authority):
    other = openvpn_server(authority, name="Branch", slug="branch")

    with pytest.raises(Refused, match="a key for each"):
        issue_key(person=anna, login="anna", device="laptop", servers=[server, other], by=ada)

    twin = openvpn_server(authority, name="Second", slug="second", tls_key=server.tls_key)
    key = issue_key(person=anna, login="anna", device="laptop", servers=[server, twin], by=ada)
    assert set(key.servers.all()) == {server, twin}


def test_wireguard_when_keys_are_issued_then_each_has_an_address_until_none_is_left(ada, anna, phones, settings):
    settings.VPN_ISSUES_PER_TEN_MINUTES = 99
    keys = [issue(anna, ada, phones, device=f"phone-{letter}") for letter in "abcde"]

    addresses = [key.accesses.get().address for key in keys]
    assert addresses == ["10.9.0.2", "10.9.0.3", "10.9.0.4", "10.9.0.5", "10.9.0.6"]
    with pytest.raises(Refused, match="is taken"):
        issue(anna, ada, phones, device="phone-f")
    revoke_key(key=keys[1], reason="superseded", by=ada)
    assert issue(anna, ada, phones, device="phone-g").accesses.get().address == "10.9.0.3"


@pytest.mark.django_db(transaction=True)
def test_key_when_two_ask_for_it_at_once_then_one_is_issued(ada, anna, server):
    found, barrier = [], threading.Barrier(2)

    def ask():
        barrier.wait()
        try:
            found.append(issue(anna, ada, server).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 2
    assert len(set(found)) == 1
    assert Key.objects.count() == 1
