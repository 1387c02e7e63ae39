"""What an administrator takes to a host: everything that it needs, in one archive."""

import gzip
import io
import json
import tarfile
import time
import zipfile
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from vpn.enums import Engine
from vpn.models import Host, RevocationList, Server
from vpn.pki.certificates import Certificate, Use
from vpn.pki.private_keys import KeyType, key_pem, make_key
from vpn.pki.requests import make_request
from vpn.servers.actions.hosting import digest, new_token
from vpn.servers.configuration import folder_of, not_blocked, server_config, unit
from vpn.servers.host import agent
from vpn.servers.permissions import can_keep_servers
from vpn.servers.turning import told
from vpn.signing import chain_of, signer_of

PROGRAM = "helpdesk_vpn_host.pyz"
MAIN = "import sys\n\nfrom vpn.servers.host.agent import main\n\nsys.exit(main(sys.argv[1:]))\n"
MANAGEMENT_PASSWORD = "management.password"  # noqa: S105 - the name of a file


@dataclass(frozen=True, slots=True)
class File:
    """`mode` as on the host."""

    content: str | bytes
    mode: int = 0o644


def take_files(*, host: Host, by: User, new_certificate: bool = True, passphrase: str = "") -> bytes:
    """A tar.gz for the host: OpenVPN's configuration and keys, the revocation list, the program that keeps them, and a
    new token for it (the one before counts no more). The server's private key is in it and nowhere else.

    Without `new_certificate` the server keeps the certificate it has. Raises NotAllowed; Refused where the row does not
    say enough, or the authority does not sign for servers.
    """
    ensure(can_keep_servers(by))
    server = host.server
    files = _wireguard(host) if server.engine == Engine.WIREGUARD else _openvpn(host)
    certificate = None
    if server.engine == Engine.OPENVPN and new_certificate:
        pair, certificate = _certified(server, passphrase)
        files |= {"server.crt": File(_with_issuer(server, certificate)), "server.key": File(pair, 0o600)}
    return packed(server.slug, files | _program(host, _keep(host, certificate, by)))


def packed(folder: str, files: dict[str, File]) -> bytes:
    """A tar.gz of one folder; what belongs to root alone is for root alone."""
    now, out = int(time.time()), io.BytesIO()
    with (
        gzip.GzipFile(fileobj=out, mode="wb", mtime=now) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for name in ("", "/blocked", "/clients"):
            made = tarfile.TarInfo(f"{folder}{name}")
            made.type, made.mode, made.mtime = tarfile.DIRTYPE, 0o755, now
            tar.addfile(made)
        for name, file in files.items():
            content = file.content.encode() if isinstance(file.content, str) else file.content
            member = tarfile.TarInfo(f"{folder}/{name}")
            member.size, member.mode, member.mtime = len(content), file.mode, now
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def program() -> bytes:
    """What hosts run: the modules of `vpn.servers.host` in one file, the same bytes each time."""
    out = io.BytesIO()
    out.write(b"#!/usr/bin/env python3\n")
    folder = Path(agent.__file__).parent
    files = {f"vpn/servers/host/{each.name}": each.read_text() for each in sorted(folder.glob("*.py"))}
    files |= {"__main__.py": MAIN, "vpn/__init__.py": "", "vpn/servers/__init__.py": ""}
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packing:
        for name, content in files.items():
            packing.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _openvpn(host: Host) -> dict[str, File]:
    server, authority = host.server, host.server.authority
    assert authority is not None, "vpn_server_has_what_its_engine_needs"
    newest = RevocationList.objects.newest(authority)
    if newest is None:
        raise Refused(_("The authority has no revocation list yet, without which OpenVPN does not start: publish one."))
    files = {
        "server.conf": File(server_config(server, host)),
        "ca.crt": File(chain_of(authority)),
        "tls.key": File(server.tls_key, 0o600),
        "crl.pem": File(newest.pem),
        "not_blocked": File(not_blocked(host), 0o755),
    }
    if server.management_password:
        files[MANAGEMENT_PASSWORD] = File(server.management_password + "\n", 0o600)
    return files


def _wireguard(host: Host) -> dict[str, File]:
    """The interface as wg-quick(8) reads it; its peers come from Helpdesk."""
    server, _host, port = host.server, *host.server.endpoint.rpartition(":")[::2]
    if not port.isdigit() or not server.private_key or not server.network:
        raise Refused(_("Say the server's endpoint (host:port), its network, and give it a key first."))
    address = f"{first_address(server.network)}/{server.network.partition('/')[2]}"
    lines = ["[Interface]", f"PrivateKey = {server.private_key}", f"Address = {address}", f"ListenPort = {port}", ""]
    return {f"{host.interface or 'wg0'}.conf": File("\n".join(lines), 0o600)}


def first_address(network: str) -> str:
    """That of the server itself. Raises Refused."""
    try:
        return str(next(iter(ip_network(network.strip(), strict=False).hosts())))
    except (ValueError, StopIteration) as error:
        raise Refused(_("Say which network the clients get, such as 10.8.0.0/24.")) from error


def _certified(server: Server, passphrase: str) -> tuple[str, Certificate]:
    """A new pair for the server. Nothing is written."""
    authority = server.authority
    assert authority is not None, "vpn_server_has_what_its_engine_needs"
    pair = make_key(KeyType(authority.key_type))
    name = server.server_name or "server"
    certificate = signer_of(authority, passphrase).certify(
        request_pem=make_request(pair, name),
        common_name=name,
        use=Use.SERVER,
        until=timezone.now() + timedelta(days=authority.client_days),
    )
    return key_pem(pair), certificate


def _with_issuer(server: Server, certificate: Certificate) -> str:
    assert server.authority is not None, "as above"
    return certificate.pem + server.authority.issuing_pem


@transaction.atomic
def _keep(host: Host, certificate: Certificate | None, by: User) -> str:
    """The new token; only its digest is kept."""
    server = Server.objects.select_for_update(of=("self",)).get(pk=host.server_id)
    token = new_token()
    server.pull_token_hash = digest(token)
    if certificate is not None:
        server.certificate_pem = certificate.pem
    server.save(update_fields=["pull_token_hash", "certificate_pem"])
    serial = str(certificate.serial) if certificate else ""
    record(verb="vpn_host_files_taken", subject=server, by=by, serial=serial)
    return token


def _program(host: Host, token: str) -> dict[str, File]:
    """The file that hosts run, its settings, and a unit of systemd."""
    server = host.server
    facts = told(host) | {"url": settings.SITE_URL, "token": token}
    facts.pop("password", None)
    for name in ("wg", "openvpn"):
        facts.pop(name, None)
    if server.engine == Engine.OPENVPN:
        facts["management"] = server.management_address or f"{folder_of(host)}/management.sock"
        if server.management_password:
            facts["password_file"] = f"{folder_of(host)}/{MANAGEMENT_PASSWORD}"
    else:
        facts["interface"] = host.interface or "wg0"
    read_me = render_to_string("vpn/host/read_me.txt", {"server": server, "host": host, "program": PROGRAM})
    return {
        PROGRAM: File(program(), 0o755),
        "host.json": File(json.dumps(facts, indent=2) + "\n", 0o600),
        "helpdesk-vpn-host.service": File(unit(host, PROGRAM)),
        "README.txt": File(read_me),
    }
