"""What the command line refuses: names that are none, people who may not, keys that are not there."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.vpn.admin.test_hostile_input import HOSTILE
from tests.vpn_world import PASSPHRASE, authority_by_passphrase, openvpn_server
from vpn.actions.issuing import issue_key
from vpn.enums import KeyState
from vpn.models import Device, Key, RevocationList

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(nobody_rings, db):
    return openvpn_server(authority_by_passphrase())


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "passphrase"
    file.write_text(f"{PASSPHRASE}\n")
    return str(file)


@pytest.fixture
def key(ada, anna, office):
    return issue_key(person=anna, login="anna", device="laptop", servers=[office], by=ada, passphrase=PASSPHRASE)


def test_issue_vpn_key_when_a_name_is_hostile_then_nothing_is_made(ada, anna, office, secret, tmp_path):
    for name in HOSTILE:
        for words in ({"login": name}, {"device": name}):
            device = words.pop("device", "laptop")
            with pytest.raises((CommandError, SystemExit)):  # -h is help, and nothing else
                call_command("issue_vpn_key", anna.email, device, by=ada.email, passphrase_file=secret, **words)

    assert not Key.objects.exists()
    assert not Device.objects.exists()
    assert [each.name for each in tmp_path.iterdir()] == ["passphrase"]


def test_issue_vpn_key_when_the_limit_is_reached_then_it_is_refused(ada, anna, office, secret, settings):
    settings.VPN_ISSUES_PER_TEN_MINUTES = 1
    call_command("issue_vpn_key", anna.email, "laptop", by=ada.email, passphrase_file=secret)

    with pytest.raises(CommandError, match="go on in a while"):
        call_command("issue_vpn_key", anna.email, "phone", by=ada.email, passphrase_file=secret)

    assert Key.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"by": "nobody@helpdesk.example"}, "Nobody here"),
        ({"server": ["nowhere"]}, "no active server"),
        ({"until": timezone.localdate() - timedelta(days=1)}, "This day is over"),
        ({"passphrase_file": "/nonexistent/file"}, "can't be read"),
        ({"passphrase_file": ""}, "passphrase"),
    ],
)
def test_issue_vpn_key_when_a_word_is_wrong_then_it_says_which(words, said, ada, anna, office, secret):
    with pytest.raises(CommandError, match=said):
        call_command("issue_vpn_key", anna.email, "laptop", **{"by": ada.email, "passphrase_file": secret} | words)

    assert not Key.objects.exists()


def test_revoke_vpn_key_when_a_name_is_hostile_then_nothing_is_revoked(ada, key):
    words = [name for name in HOSTILE if "\x00" not in name]  # which no argument of a program can hold
    for name in (*words, "anna-", "ANNA-LAPTOP%", key.serial[:-1], f"{key.serial}0"):
        with pytest.raises((CommandError, SystemExit)):  # as above
            call_command("revoke_vpn_key", name, by=ada.email)

    assert Key.objects.get().state == KeyState.VALID


def test_revoke_vpn_key_when_an_agent_is_named_then_it_is_refused(anna, key):
    with pytest.raises(CommandError):
        call_command("revoke_vpn_key", "anna-laptop", by=anna.email)

    assert Key.objects.get().state == KeyState.VALID


def test_revoke_vpn_key_when_a_serial_is_said_then_that_key_is_revoked_and_the_page_is_named(ada, key, capsys):
    call_command("revoke_vpn_key", key.serial, by=ada.email, reason="superseded")

    assert Key.objects.get().state == KeyState.REVOKED
    assert "passphrase" in capsys.readouterr().err
    assert not RevocationList.objects.exists()


@pytest.mark.parametrize("slug", ["nowhere", "../passphrase", "", "PASSPHRASE"])
def test_vpn_crl_when_there_is_no_such_authority_then_it_says_so(slug, office):
    with pytest.raises(CommandError, match="no authority"):
        call_command("vpn_crl", slug)


def test_vpn_crl_when_there_is_no_list_yet_then_it_says_how_to_make_one(office):
    with pytest.raises(CommandError, match="--new"):
        call_command("vpn_crl", "passphrase")
    with pytest.raises(CommandError, match="passphrase"):
        call_command("vpn_crl", "passphrase", new=True)
