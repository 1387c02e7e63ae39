"""The first authority and server, by the actions and by `vpn_init`."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from helpdesk.core.errors import Refused
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory
from tests.vpn.pki.authorities import authority
from tests.vpn.signer.processes import PASSPHRASE, SignerProcess
from vpn.actions.founding import found_authority, found_server
from vpn.models import Authority, Server
from vpn.pki.private_keys import KeyType
from vpn.pki.tls_keys import make_v2_client_key, read_v2_metadata
from vpn.signer.client import SignerFacts
from vpn.signer.folder import SignerFolder

pytestmark = pytest.mark.django_db
REMOTE = "vpn.example.org 1194 udp"


def facts(**more: int) -> SignerFacts:
    issuing, root = authority().lineage
    return SignerFacts(issuing, root, KeyType.EC, frozenset(), **more)


def init(*words: object, **options: object) -> str:
    out = StringIO()
    call_command("vpn_init", *map(str, words), stdout=out, **options)
    return out.getvalue()


def test_authority_is_written_down_with_what_its_signer_says() -> None:
    anna = StaffFactory()

    made = found_authority(name="Example VPN", slug="example", facts=facts(crl_number=7), by=anna)

    made.refresh_from_db()
    assert (made.issuing_pem, made.root_pem) == authority().lineage
    assert (made.key_type, made.signer, made.first_crl_number) == ("ec", "socket", 7)
    assert [(line.verb, line.actor_id) for line in Entry.objects.all()] == [("authority_added", anna.pk)]


def test_server_has_a_key_of_its_own_that_wraps_those_of_clients() -> None:
    made = [
        found_server(name=name, slug=name, authority=Authority.objects.first() or founded(), remotes=REMOTE, by=None)
        for name in ("one", "other")
    ]

    assert read_v2_metadata(made[0].tls_key, make_v2_client_key(made[0].tls_key, b"anna")) == b"\x00anna"
    assert made[0].tls_key != made[1].tls_key
    assert [line.verb for line in Entry.objects.order_by("pk")] == ["authority_added", "server_added", "server_added"]


def founded() -> Authority:
    return found_authority(name="Example VPN", slug="example", facts=facts(), by=None)


@pytest.mark.parametrize(("name", "slug"), [("Example VPN", "other"), ("Other", "example"), ("Other", "other")])
def test_authority_that_is_there_is_never_overwritten(name: str, slug: str) -> None:
    """By its name, its slug, or its certificate."""
    founded()

    with pytest.raises(Refused, match="is here already; nothing was changed"):
        found_authority(name=name, slug=slug, facts=facts(crl_number=9), by=None)

    assert Authority.objects.get().first_crl_number == 0


def test_server_of_a_name_that_is_not_fit_for_a_certificate_is_refused() -> None:
    with pytest.raises(Refused, match="server's name in its certificate"):
        found_server(name="x", slug="x", authority=founded(), remotes=REMOTE, by=None, server_name="server\npush-reset")

    assert not Server.objects.exists()


def test_command_asks_the_signer(tmp_path: Path) -> None:
    with SignerProcess(tmp_path) as process:
        said = init(
            "--name",
            "Example VPN",
            "--remote",
            REMOTE,
            "--remote",
            "vpn.example.org 443 tcp",
            "--socket",
            process.socket,
        )
        issuing = process.folder.read("issuing.crt")

    server = Server.objects.select_related("authority").get()
    assert said == "Example VPN can issue keys for vpn.example.org.\n"
    assert server.authority is not None
    assert (server.authority.issuing_pem, server.authority.socket_path) == (issuing, str(process.socket))
    assert (server.slug, server.remotes) == ("vpn-example-org", f"{REMOTE}\nvpn.example.org 443 tcp")


def test_command_reads_a_folder_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    SignerFolder(tmp_path / "signer").make(name="Example VPN", passphrase=PASSPHRASE)
    words = ("--name", "Example VPN", "--remote", REMOTE, "--folder", tmp_path / "signer")

    init(*words)
    with pytest.raises(CommandError, match="is here already"):
        init(*words)

    assert (Authority.objects.count(), Server.objects.count()) == (1, 1)


def test_command_without_a_signer_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no issuing"):
        init("--name", "Example VPN", "--remote", REMOTE, "--folder", tmp_path)

    assert not Authority.objects.exists()
