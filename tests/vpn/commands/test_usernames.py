"""The command line as the script that it takes the place of: a user name, and nothing else."""

import stat
import tarfile

import pytest
from django.core.management import CommandError, call_command

from helpdesk.accounts.enums import Role
from tests.factories import StaffFactory
from vpn.enums import KeyState
from vpn.models import Key

pytestmark = pytest.mark.django_db


def test_issue_vpn_key_when_a_login_is_all_that_is_said_then_it_is_the_colleagues_laptop(ada, anna, server, capsys):
    call_command("issue_vpn_key", "anna")

    key = Key.objects.get()
    assert (key.common_name, key.device.owner, key.issued_by) == ("anna-laptop", anna, ada)
    assert [each.slug for each in key.servers.all()] == ["office"]
    assert capsys.readouterr().err == ""


def test_issue_vpn_key_when_the_login_is_nobodys_then_the_administrator_answers_for_it(ada, server, tmp_path, capsys):
    call_command("issue_vpn_key", "router", out=tmp_path)

    archive = tmp_path / "router-laptop.tar.gz"
    assert Key.objects.get().device.owner == ada
    assert "ada@helpdesk.example answers for its keys" in capsys.readouterr().err
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    with tarfile.open(archive) as tar:
        assert "router-laptop/mycompany_vpn_router-laptop.ovpn" in tar.getnames()


def test_issue_vpn_key_when_two_people_could_be_meant_then_none_of_them_is_taken(ada, anna, server, capsys):
    StaffFactory(name="Anna Weber", email="anna@elsewhere.example", role=Role.AGENT)

    call_command("issue_vpn_key", "anna")

    assert Key.objects.get().device.owner == ada


def test_issue_vpn_key_when_there_are_two_engines_then_openvpn_is_taken(ada, anna, phones, server):
    call_command("issue_vpn_key", "anna")

    assert [each.slug for each in Key.objects.get().servers.all()] == ["office"]


def test_issue_vpn_key_when_there_is_no_server_then_it_says_what_sets_one_up(ada, anna, capsys):
    with pytest.raises(CommandError, match="vpn_init"):
        call_command("issue_vpn_key", "anna")


def test_issue_vpn_key_when_there_is_no_administrator_then_it_says_so(anna, server):
    with pytest.raises(CommandError, match="administrator"):
        call_command("issue_vpn_key", "anna")


def test_issue_vpn_key_when_the_person_has_left_then_it_is_refused(ada, anna, server):
    anna.is_active = False
    anna.save()

    with pytest.raises(CommandError, match="has left"):
        call_command("issue_vpn_key", anna.email)

    assert not Key.objects.exists()


def test_revoke_vpn_key_when_a_login_is_said_then_every_key_of_it_ends(ada, anna, server, capsys):
    for device in ("laptop", "phone"):
        call_command("issue_vpn_key", "anna", device)
    call_command("issue_vpn_key", "ada")

    call_command("revoke_vpn_key", "anna")

    assert "Revoked: 2" in capsys.readouterr().out
    assert list(Key.objects.exclude(state=KeyState.REVOKED).values_list("common_name", flat=True)) == ["ada-laptop"]
    with pytest.raises(CommandError, match="no key of “anna”"):
        call_command("revoke_vpn_key", "anna")


def test_revoke_vpn_key_when_a_name_is_said_then_that_key_ends_alone(ada, anna, server):
    for device in ("laptop", "phone"):
        call_command("issue_vpn_key", "anna", device)

    call_command("revoke_vpn_key", "anna-phone")

    assert Key.objects.get(state=KeyState.VALID).common_name == "anna-laptop"


@pytest.mark.parametrize("name", ["../evil", "a b", "evil\n", "-h", "Alice", "анна", "a$(id)b", "root", "", "x" * 40])
def test_issue_vpn_key_when_the_name_is_hostile_then_nothing_is_made(ada, server, tmp_path, name):
    with pytest.raises(CommandError):
        call_command(
            "issue_vpn_key",
            f"--out={tmp_path}",
            "--",
        )

    assert not Key.objects.exists()
    assert not list(tmp_path.glob("*.gz"))
