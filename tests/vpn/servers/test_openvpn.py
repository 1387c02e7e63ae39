"""Real OpenVPN servers with the files that administrators take, and real clients with the keys that people get."""

import os
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from helpdesk.accounts.enums import Role
from tests.factories import StaffFactory
from tests.peers.openvpn import soon
from tests.vpn.servers.world import PASSPHRASE, Company, Site, make_company, make_host, make_server, make_site, unpack
from vpn import bundling
from vpn.actions import revoking
from vpn.enums import BlocksBy, CanaryResult, TlsMode
from vpn.models import Authority, Ending, Host, Key, RevocationList, Server, Session
from vpn.pki.authority import Issuer, certify_issuing, make_issuing_request, make_root
from vpn.pki.private_keys import key_pem, make_key
from vpn.pki.tls_keys import make_tls_crypt
from vpn.servers.actions import installing
from vpn.servers.host import agent

pytestmark = [pytest.mark.openvpn, pytest.mark.django_db, pytest.mark.xdist_group("openvpn")]


@pytest.mark.parametrize("tls", [TlsMode.V2, TlsMode.CRYPT, TlsMode.AUTH])
@pytest.mark.parametrize("kind", ["ec", "rsa", "ed25519"])
def test_key_of_every_kind_when_taken_in_each_form_then_connects_and_pings(lab, db, kind, tls):
    company = make_company(kind)
    site = make_site(lab, company, tls=tls, canary=False)
    site.start()
    forms = {"anna": site.connect, "boris": site.connect_by_archive, "clara": site.connect_by_pkcs12}

    machines = {name: connect(company.issue(name, site.server)) for name, connect in forms.items()}

    for machine in machines.values():
        assert machine.is_up(), machine.text() + site.running.text()
        assert machine.pings(site.address)
    assert site.running.connected() == {f"{name}-laptop" for name in forms}


@pytest.mark.parametrize(
    ("kind", "tls", "delivery"),
    [
        ("ec", TlsMode.V2, "connect"),
        ("ec", TlsMode.V2, "connect_by_archive"),
        ("rsa", TlsMode.CRYPT, "connect_by_archive"),
        ("rsa", TlsMode.CRYPT, "connect"),
        ("ed25519", TlsMode.CRYPT, "connect_by_pkcs12"),
        ("ec", TlsMode.AUTH, "connect_by_pkcs12"),
    ],
    ids=["ec v2 inline", "ec v2 tar", "rsa crypt tar", "rsa crypt inline", "ed25519 crypt p12", "ec auth p12"],
)
def test_key_when_revoked_then_its_session_dies_and_cannot_return_while_another_stays(lab, db, kind, tls, delivery):
    company = make_company(kind)
    site = make_site(lab, company, tls=tls)
    site.start()
    alice, bob = company.issue("alice", site.server), company.issue("bob", site.server)
    first, second = getattr(site, delivery)(alice), site.connect(bob)
    assert first.is_up(), first.text() + site.running.text()
    assert second.is_up()
    assert first.pings(site.address)
    assert second.pings(site.address)

    company.revoke(alice)
    report = site.turn()

    assert report.troubles == []
    assert [(each.done, each.count) for each in report.ended] == [(True, 1)]
    assert site.host.canary_result == CanaryResult.REVOKED
    assert not Ending.objects.due().exists()
    assert soon(lambda: f"error=certificate revoked: CN=alice-laptop, serial={alice.serial}" in site.running.text())
    assert not first.pings(site.address)
    assert site.running.connected() == {"bob-laptop"}
    assert second.pings(site.address)
    bob.refresh_from_db()
    assert bob.last_seen_at is not None
    assert list(Session.objects.live().values_list("name", "key")) == [("bob-laptop", bob.pk)]


@pytest.mark.parametrize("blocks_by", BlocksBy.values)
def test_key_when_blocked_then_it_opens_nothing_until_unblocked_and_no_authority_is_asked(lab, company, blocks_by):
    site = make_site(lab, company, blocks_by=blocks_by)
    site.start()
    alice, bob = company.issue("alice", site.server), company.issue("bob", site.server)
    first, second = site.connect(alice), site.connect(bob)
    assert first.is_up()
    assert second.is_up()

    revoking.block_key(key=alice, by=company.ada)
    site.turn()

    by_script, by_directory = "VERIFY SCRIPT ERROR: depth=0, CN=alice", f"serial={alice.serial} is revoked"
    refusal = by_script if blocks_by == BlocksBy.SCRIPT else by_directory
    assert soon(lambda: refusal in site.running.text()), site.running.text()
    assert site.host.canary_result == CanaryResult.REVOKED
    assert site.running.connected() == {"bob-laptop"}
    assert second.pings(site.address)

    revoking.unblock_key(key=alice, by=company.ada)
    site.turn()

    assert soon(lambda: "alice-laptop" in site.running.connected(), seconds=15)
    assert soon(lambda: first.pings(site.address))


EASYRSA = Path("/usr/share/easy-rsa/easyrsa")


def easyrsa(folder: Path, *words: str) -> None:
    told = {
        **os.environ,
        "EASYRSA_PKI": str(folder / "pki"),
        "EASYRSA_BATCH": "1",
        "EASYRSA_ALGO": "ec",
        "EASYRSA_CURVE": "prime256v1",
        "EASYRSA_PASSIN": f"file:{folder / 'in'}",
    }
    if words == ("build-ca",):  # what others are given as well is a passphrase of their own
        told |= {"EASYRSA_REQ_CN": "MyCompany VPN CA", "EASYRSA_PASSOUT": f"file:{folder / 'out'}"}
    subprocess.run([str(EASYRSA), *words], env=told, cwd=folder, check=True, capture_output=True)


def test_pki_of_easyrsa_when_taken_over_then_its_people_stay_connected_until_they_are_revoked_here(lab, db):
    """Made by Debian's easy-rsa: authority, server, two people. None of them gets anything new."""
    if not EASYRSA.exists():
        pytest.skip("easy-rsa is not installed: apt-get install easy-rsa")
    folder = lab.folder()
    for name in ("in", "out"):  # one file for both would be read as two lines
        (folder / name).write_text(PASSPHRASE)
    easyrsa(folder, "init-pki")
    easyrsa(folder, "build-ca")
    easyrsa(folder, "build-server-full", "server", "nopass")
    for name in ("alice", "bob"):
        easyrsa(folder, "build-client-full", name, "nopass")
    easyrsa(folder, "gen-crl")
    (folder / "pki" / "ta.key").write_text(make_tls_crypt())
    call_command("vpn_import_easyrsa", str(folder), stdout=StringIO())
    company = Company(Authority.objects.get(slug="easy-rsa"), StaffFactory(name="Ada", role=Role.ADMINISTRATOR))
    shared = (folder / "pki" / "ta.key").read_text()
    place = lab.folder()
    server = make_server(company, tls=TlsMode.CRYPT, tls_key=shared, management_address=str(place / "management.sock"))
    host = make_host(company, server, folder=place)
    unpack(installing.take_files(host=host, by=company.ada, new_certificate=False), place)
    for name, source in (("server.crt", "issued/server.crt"), ("server.key", "private/server.key")):
        (place / name).write_text((folder / "pki" / source).read_text())
    site = Site(lab, company, server, host, place)
    site.start()
    people = {name: lab.client(_old_profile(folder / "pki", name, server)) for name in ("alice", "bob")}
    assert all(person.is_up() for person in people.values())
    site.turn()
    assert site.running.connected() == {"alice", "bob"}

    company.revoke(Key.objects.get(common_name="alice"))
    report = site.turn()

    assert report.troubles == []
    assert soon(lambda: "certificate revoked: CN=alice" in site.running.text())
    assert site.running.connected() == {"bob"}
    assert people["bob"].pings(site.address)
    assert not people["alice"].pings(site.address)
    assert [each.name for each in Session.objects.live()] == ["bob"]


def _old_profile(pki: Path, name: str, server: Server) -> str:
    """As the company made them before."""
    address = server.remotes.split()
    certificate = (pki / "issued" / f"{name}.crt").read_text()
    blocks = {
        "ca": (pki / "ca.crt").read_text(),
        "cert": certificate[certificate.index("-----BEGIN") :],
        "key": (pki / "private" / f"{name}.key").read_text(),
        "tls-crypt": server.tls_key,
    }
    lines = ["client", "dev tun", f"remote {' '.join(address)}", "nobind", "remote-cert-tls server"]
    return "\n".join([*lines, *(f"<{tag}>\n{text.strip()}\n</{tag}>" for tag, text in blocks.items()), ""])


def test_lists_of_both_tiers_in_one_file_refuse_whom_either_revoked_and_let_others_in(lab, company):
    site = make_site(lab, company)
    root_key, issuing_key = make_key("ec"), make_key("ec")
    root = make_root(root_key, "Other root")
    issuing = certify_issuing(make_issuing_request(issuing_key, "Other"), root_pem=root.pem, root_key=root_key)
    authority = company.authority
    authority.root_pem, authority.issuing_pem = root.pem, issuing.pem
    authority.encrypted_key_pem = key_pem(issuing_key, PASSPHRASE, rounds=1000)
    authority.save()
    site.server.refresh_from_db()
    fresh = Host.objects.get(pk=site.host.pk)
    unpack(installing.take_files(host=fresh, by=company.ada, passphrase=PASSPHRASE), site.folder)
    alice, bob = company.issue("alice", site.server), company.issue("bob", site.server)
    profiles = {key.common_name: bundling.profile_of(key) for key in (alice, bob)}
    company.revoke(alice)
    of_root = Issuer(root.pem, root_key).make_crl([], number=1)
    (site.folder / "crl.pem").write_text(RevocationList.objects.newest(authority).pem + of_root.pem)
    site.start()

    first, second = (lab.client(profiles[key.common_name]) for key in (alice, bob))

    assert second.is_up()
    assert soon(lambda: "error=certificate revoked: CN=alice-laptop" in site.running.text())
    assert not first.said("Initialization Sequence Completed")
    assert "unable to get certificate CRL" not in site.running.text()
    host = agent.Host({"folder": str(site.folder), "user": "nobody"})
    assert host.examine(authority.issuing_pem + authority.root_pem)["state"] == "fine"


def test_key_to_one_server_does_not_open_another_of_the_same_authority(lab, company):
    site, other = make_site(lab, company, tls=TlsMode.CRYPT), make_server(company, tls=TlsMode.CRYPT)
    site.start()
    alice = company.issue("alice", other)
    site.turn()
    stolen = bundling.profile_of(alice).replace(other.remotes, site.server.remotes)
    stolen = stolen.replace(inner(other.tls_key), inner(site.server.tls_key))

    client = lab.client(stolen)

    assert soon(lambda: "VERIFY SCRIPT ERROR: depth=0, CN=alice-laptop" in site.running.text()), site.running.text()
    assert not client.said("Initialization Sequence Completed")


def inner(key: str) -> str:
    return key[key.index("-----BEGIN") :].strip()
