"""The command line: issuing, revoking, lists, taking over from easy-rsa."""

import shutil
import stat
import subprocess
import tarfile

import pytest
from cryptography import x509
from django.core.management import CommandError, call_command

from vpn.enums import KeyState
from vpn.models import Authority, Key, Revocation, RevocationList

pytestmark = pytest.mark.django_db
EASYRSA = shutil.which("easyrsa") or shutil.which("easyrsa", path="/usr/share/easy-rsa")


def test_issue_vpn_key_when_a_file_is_named_then_it_is_written_for_its_owner_alone(ada, anna, server, tmp_path, capsys):
    out = tmp_path / "key.tar.gz"

    call_command("issue_vpn_key", anna.email, "laptop", by=ada.email, server=["office"], out=out)

    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with tarfile.open(out) as tar:
        assert "anna-laptop/anna-laptop.key" in tar.getnames()
    assert capsys.readouterr().out.startswith("anna-laptop ")
    with pytest.raises(CommandError, match="handed out already"):
        call_command("issue_vpn_key", anna.email, "laptop", by=ada.email, server=["office"], out=tmp_path / "again")


def test_issue_vpn_key_when_the_file_is_there_then_the_key_is_not_handed_out(ada, anna, server, tmp_path):
    out = tmp_path / "key.tar.gz"
    out.write_text("mine")

    with pytest.raises(CommandError, match="can't be written"):
        call_command("issue_vpn_key", anna.email, "laptop", by=ada.email, server=["office"], out=out)

    assert out.read_text() == "mine"
    assert Key.objects.get().private_key


def test_issue_vpn_key_when_an_agent_is_named_then_it_is_refused(anna, server):
    with pytest.raises(CommandError):
        call_command("issue_vpn_key", anna.email, "laptop", by=anna.email, server=["office"])


def test_revoke_vpn_key_when_it_is_called_then_a_new_list_is_out(ada, anna, server, capsys):
    call_command("issue_vpn_key", anna.email, "laptop", by=ada.email, server=["office"])
    call_command("revoke_vpn_key", "anna-laptop", by=ada.email, reason="keyCompromise")

    capsys.readouterr()
    call_command("vpn_crl", "example")
    found = x509.load_pem_x509_crl(capsys.readouterr().out.encode())
    assert [row.serial_number for row in found] == [int(Key.objects.get().serial)]
    with pytest.raises(CommandError, match="no key"):
        call_command("revoke_vpn_key", "anna-laptop", by=ada.email)


def test_revoke_vpn_key_when_it_only_blocks_then_no_list_is_made(ada, anna, server):
    call_command("issue_vpn_key", anna.email, "laptop", by=ada.email, server=["office"])
    call_command("revoke_vpn_key", "anna-laptop", by=ada.email, block=True)

    assert Key.objects.get().state == KeyState.BLOCKED
    assert not RevocationList.objects.exists()


@pytest.mark.skipif(EASYRSA is None, reason="easy-rsa is not installed")
def test_vpn_import_easyrsa_when_it_is_done_twice_then_everything_is_there_once(nobody_rings, tmp_path):
    def easyrsa(*words):
        subprocess.run([EASYRSA, "--batch", f"--pki-dir={pki}", *words], check=True, capture_output=True, cwd=tmp_path)

    pki, (secret, answer) = tmp_path / "pki", (tmp_path / "in", tmp_path / "out")
    for file in (secret, answer):
        file.write_text("correct horse battery\n")
    opened = (f"--passin=file:{secret}", f"--passout=file:{answer}")
    easyrsa("init-pki")
    easyrsa("--use-algo=ec", "--req-cn=Old", *opened, "build-ca")
    for name in ("alice", "bob"):
        easyrsa("--use-algo=ec", *opened[:1], "build-client-full", name, "nopass")
    easyrsa("--use-algo=ec", *opened[:1], "build-server-full", "server", "nopass")
    easyrsa(*opened[:1], "revoke", "bob", "superseded")
    easyrsa(*opened[:1], "gen-crl")

    for _time in range(2):
        call_command("vpn_import_easyrsa", pki, name="Old", slug="old")

    authority = Authority.objects.get()
    assert [(key.common_name, key.state) for key in Key.objects.order_by("common_name")] == [
        ("alice", KeyState.VALID),
        ("bob", KeyState.REVOKED),
    ]
    assert Revocation.objects.get().reason == "superseded"
    assert authority.signer == "passphrase"
    assert authority.first_crl_number == RevocationList.objects.get().number
    assert not Key.objects.exclude(private_key="").exists()
