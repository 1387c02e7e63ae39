"""An authority with its key at hand, a server on a host of the laboratory, and people's keys to it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from vpn.enums import BlocksBy, Engine, KeyState, Reason, SignerKind, TlsMode
from vpn.models import Access, Authority, Canary, Device, Host, Key, Revocation, RevocationList, Server
from vpn.pki.authority import Issuer, certify_issuing, make_issuing_request, make_root
from vpn.pki.bundles import Material, inline_config
from vpn.pki.bundles import TlsMode as Mode
from vpn.pki.certificates import Use
from vpn.pki.private_keys import key_pem, make_key
from vpn.pki.requests import make_request
from vpn.pki.revocation_lists import CRL_DAYS, Revoked
from vpn.pki.tls_keys import make_tls_crypt, make_v2_client_key, make_v2_server_key
from vpn.servers.configuration import not_blocked, server_config
from vpn.servers.host import agent
from vpn.servers.orders import orders_for
from vpn.servers.profiles import remotes_of

numbers = count(1)
PASSPHRASE = "a passphrase of the tests"


def until(days: int = 100) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


@dataclass
class Company:
    """`issuer` signs; `authority` is its row."""

    kind: str
    issuer: Issuer
    root_pem: str
    root_key: object
    authority: Authority
    pairs: dict[int, str] = field(default_factory=dict)

    def certify(self, name: str, use: Use = Use.CLIENT, *, kind: str = ""):
        pair = make_key(kind or self.kind)
        made = self.issuer.sign(make_request(pair, name), common_name=name, use=use, until=until())
        return key_pem(pair), made

    def publish(self, *, now: datetime | None = None, days: int = CRL_DAYS) -> RevocationList:
        """A new list of all that is revoked."""
        entries = [Revoked(int(each.serial), each.at, each.reason) for each in Revocation.objects.order_by("pk")]
        newest = RevocationList.objects.newest(self.authority)
        made = self.issuer.make_crl(entries, number=(newest.number if newest else 0) + 1, now=now, days=days)
        return RevocationList.objects.create(
            authority=self.authority,
            number=made.number,
            pem=made.pem,
            issued_at=made.issued_at,
            next_update=made.next_update,
        )


def make_company(kind: str = "ec") -> Company:
    root_key, issuing_key = make_key(kind), make_key(kind)
    root = make_root(root_key, "Tests root")
    request = make_issuing_request(issuing_key, "Tests issuing")
    issuing = certify_issuing(request, root_pem=root.pem, root_key=root_key)
    authority = Authority.objects.create(
        name=f"Authority {next(numbers)}",
        slug=f"authority-{next(numbers)}",
        key_type=kind,
        root_pem=root.pem,
        issuing_pem=issuing.pem,
        signer=SignerKind.PASSPHRASE,
        encrypted_key_pem=key_pem(issuing_key, PASSPHRASE),
    )
    return Company(kind, Issuer(issuing.pem, issuing_key, (root.pem,)), root.pem, root_key, authority)


@dataclass
class Site:
    """A server of the company, its host's folder, and OpenVPN that runs with the files we give to administrators."""

    lab: object
    company: Company
    server: Server
    host: Host
    folder: Path
    running: object = None

    def start(self, config: str = "") -> None:
        self.running = self.lab.server(
            config or server_config(self.server, self.host), address=self.address, folder=self.folder
        )

    @property
    def address(self) -> str:
        return self.server.network.replace(".0/24", ".1")

    def told(self, **more: object) -> dict[str, object]:
        return {
            "folder": str(self.folder),
            "management": str(self.folder / "management.sock"),
            "user": "nobody",
            "openvpn": [*self.lab.in_client, "openvpn"],
            **more,
        }

    def turn(self, **more: object) -> dict:
        """What the host does with the orders of now; what it found."""
        self.host.refresh_from_db()
        return agent.Host(self.told(**more)).carry_out(orders_for(self.host))

    def profile_of(self, key: Key) -> str:
        return inline_config(self.material_of(key))

    def material_of(self, key: Key) -> Material:
        authority = self.company.authority
        return Material(
            common_name=key.common_name,
            private_key_pem=key.private_key,
            certificate_pem=key.certificate_pem,
            chain_pem=authority.issuing_pem + authority.root_pem,
            tls_mode=Mode(self.server.tls_mode),
            tls_key=key.tls_client_key or self.server.tls_key,
            remotes=remotes_of(self.server),
            server_name=self.server.server_name,
        )


def make_site(lab, company: Company, *, tls: str = TlsMode.V2, blocks_by: str = BlocksBy.SCRIPT) -> Site:
    number = next(numbers)
    folder = lab.folder()
    server = Server.objects.create(
        name=f"Server {number}",
        slug=f"server-{number}",
        authority=company.authority,
        network=f"10.66.{lab.number() % 250}.0/24",
        remotes=f"10.77.0.1 {20000 + lab.number()} udp",
        server_name="server",
        tls_mode=tls,
        tls_key=make_v2_server_key() if tls == TlsMode.V2 else make_tls_crypt(),
        management_address=str(folder / "management.sock"),
    )
    host = Host.objects.create(server=server, folder=str(folder), blocks_by=blocks_by)
    key, certificate = company.certify("server", Use.SERVER)
    authority = company.authority
    files = {
        "ca.crt": authority.issuing_pem + authority.root_pem,
        "server.crt": certificate.pem,
        "server.key": key,
        "tls.key": server.tls_key,
        "not_blocked": not_blocked(host),
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    (folder / "not_blocked").chmod(0o755)
    for name in ("server.key", "tls.key"):
        (folder / name).chmod(0o600)
    (folder / "blocked").mkdir()
    return Site(lab, company, server, host, folder)


def make_site_key(site: Site, name: str, *, kind: str = "") -> Key:
    private, certificate = site.company.certify(name, kind=kind)
    device = Device.objects.create(login=name, name=name, common_name=name, skeleton=name)
    key = Key.objects.create(
        device=device,
        engine=Engine.OPENVPN,
        authority=site.company.authority,
        common_name=name,
        serial=str(certificate.serial),
        fingerprint=certificate.fingerprint,
        certificate_pem=certificate.pem,
        private_key=private,
        tls_client_key=make_v2_client_key(site.server.tls_key) if site.server.tls_mode == TlsMode.V2 else "",
        not_before=certificate.not_before,
        not_after=certificate.not_after,
    )
    Access.objects.create(key=key, server=site.server)
    return key


def revoked(key: Key) -> Key:
    """As `vpn.actions.revoking` leaves it, without telling anybody."""
    key.state, key.private_key = KeyState.REVOKED, ""
    key.save(update_fields=["state", "private_key"])
    Revocation.objects.create(key=key, serial=key.serial, reason=Reason.SUPERSEDED, at=datetime.now(UTC))
    return key


def make_site_canary(site: Site) -> Canary:
    key = make_site_key(site, f"canary-{site.server.slug}")
    canary = Canary(server=site.server, key=key, private_key=key.private_key, tls_client_key=key.tls_client_key)
    revoked(key)
    canary.save()
    return canary
