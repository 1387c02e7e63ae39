"""A company with an authority whose passphrase is known, servers on hosts of the laboratory, and people with keys."""

import io
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from tests.factories import StaffFactory
from vpn import bundling
from vpn.actions import issuing, publishing, revoking
from vpn.enums import BlocksBy, Engine, Reason, SignerKind, TlsMode
from vpn.models import Authority, Host, Key, RevocationList, Server
from vpn.pki.authority import certify_issuing, make_issuing_request, make_root
from vpn.pki.private_keys import key_pem, make_key
from vpn.pki.tls_keys import make_tls_crypt, make_v2_server_key
from vpn.servers import turning
from vpn.servers.actions import canaries, hosting, installing
from vpn.servers.actions.hosting import HostDetails
from vpn.servers.reports import Report

numbers = count(1)
PASSPHRASE = "a passphrase of the tests"


@lru_cache
def made_authority(kind: str) -> tuple[str, str, str]:
    """Root, issuing certificate and its sealed key: as good for every test as for one."""
    root_key, issuing_key = make_key(kind), make_key(kind)
    root = make_root(root_key, "Tests root")
    request = make_issuing_request(issuing_key, "Tests issuing")
    issuing_certificate = certify_issuing(request, root_pem=root.pem, root_key=root_key)
    return root.pem, issuing_certificate.pem, key_pem(issuing_key, PASSPHRASE, rounds=1000)


@dataclass
class Company:
    authority: Authority
    ada: User
    people: dict[str, User] = field(default_factory=dict)

    def issue(self, name: str, *servers: Server) -> Key:
        person = self.people.setdefault(name, StaffFactory(name=name.title()))
        return issuing.issue_key(
            person=person, login=name, device="laptop", servers=servers, by=self.ada, passphrase=PASSPHRASE
        )

    def revoke(self, key: Key) -> None:
        revoking.revoke_key(key=key, reason=Reason.KEY_COMPROMISE, by=self.ada)
        self.publish()

    def publish(self) -> RevocationList:
        return publishing.publish_list(authority=self.authority, passphrase=PASSPHRASE)


def make_company(kind: str = "ec") -> Company:
    root_pem, issuing_pem, sealed = made_authority(kind)
    number = next(numbers)
    authority = Authority.objects.create(
        name=f"Authority {number}",
        slug=f"authority-{number}",
        key_type=kind,
        root_pem=root_pem,
        issuing_pem=issuing_pem,
        signer=SignerKind.PASSPHRASE,
        encrypted_key_pem=sealed,
    )
    return Company(authority, StaffFactory(name="Ada", role=Role.ADMINISTRATOR))


def make_server(company: Company, *, tls: str = TlsMode.V2, **more: object) -> Server:
    number = next(numbers)
    usual = {
        "name": f"Server {number}",
        "slug": f"server-{number}",
        "authority": company.authority,
        "network": f"10.66.{number % 250}.0/24",
        "remotes": f"10.77.0.1 {20000 + number} udp",
        "server_name": "server",
        "tls_mode": tls,
        "tls_key": make_v2_server_key() if tls == TlsMode.V2 else make_tls_crypt(),
    }
    return Server.objects.create(**{**usual, **more})


def make_host(company: Company, server: Server, *, folder: Path, **details: object) -> Host:
    """One that Helpdesk reaches itself."""
    told = HostDetails(**{"is_direct": True, "folder": str(folder), **details})
    return hosting.set_up(server=server, details=told, by=company.ada)


@dataclass
class Site:
    """A server that runs with the files that administrators take, in the folder of its host."""

    lab: object
    company: Company
    server: Server
    host: Host
    folder: Path
    running: object = None

    def start(self, config: str = "") -> None:
        self.running = self.lab.server(
            config or (self.folder / "server.conf").read_text(), address=self.address, folder=self.folder
        )

    @property
    def address(self) -> str:
        return self.server.network.replace(".0/24", ".1")

    def turn(self) -> Report:
        report = turning.turn(Host.objects.get(pk=self.host.pk))
        self.host.refresh_from_db()
        assert report is not None
        return report

    def connect(self, key: Key, *more: str) -> object:
        """With the one file that people get."""
        return self.lab.client(bundling.profile_of(key), *more)

    def connect_by_archive(self, key: Key, passphrase: str = "") -> object:
        """With what the tar.gz holds, unpacked."""
        folder = self.lab.folder()
        content = bundling.bundle(key, "archive").content
        with tarfile.open(fileobj=io.BytesIO(content)) as packed:
            packed.extractall(folder, filter="data")
        inside = folder / key.common_name
        (profile,) = inside.glob("*.ovpn")
        # the company's template leaves the servers to be written in
        return self.lab.client(profile.read_text(), folder=inside)

    def connect_by_pkcs12(self, key: Key) -> object:
        folder = self.lab.folder()
        (folder / "key.p12").write_bytes(bundling.bundle(key, "pkcs12", "a long passphrase").content)
        (folder / "word").write_text("a long passphrase\n")
        is_own = self.server.tls_mode == TlsMode.V2
        (folder / "ta.key").write_text(key.tls_client_key if is_own else self.server.tls_key)
        lines, skipping = [], ""
        for line in bundling.profile_of(key).splitlines():
            if line.startswith("<") and not skipping:
                skipping = line[1:-1]
            elif line == f"</{skipping}>":
                skipping = ""
            elif not skipping:
                lines.append(line)
        direction = ["1"] if self.server.tls_mode == TlsMode.AUTH else []
        channel = "tls-crypt-v2" if is_own else f"tls-{self.server.tls_mode}"
        lines += ["pkcs12 key.p12", " ".join([f"{channel} ta.key", *direction])]
        return self.lab.client("\n".join([*lines, ""]), "--askpass", "word", folder=folder)


def make_site(
    lab: object,
    company: Company,
    *,
    tls: str = TlsMode.V2,
    blocks_by: str = BlocksBy.SCRIPT,
    canary: bool = True,
    **more: object,
) -> Site:
    folder = lab.folder()
    server = make_server(company, tls=tls, management_address=str(folder / "management.sock"), **more)
    host = make_host(company, server, folder=folder, blocks_by=blocks_by)
    if canary:
        canaries.make_canary(server=server, by=company.ada, passphrase=PASSPHRASE)
    company.publish()
    unpack(installing.take_files(host=host, by=company.ada, passphrase=PASSPHRASE), folder)
    return Site(lab, company, server, host, folder)


def unpack(content: bytes, folder: Path) -> None:
    """As an administrator does, as root."""
    subprocess.run(
        ["tar", "-xz", "-p", "--no-same-owner", "--strip-components=1", "-C", str(folder)], input=content, check=True
    )


def make_wireguard(company: Company, *, folder: Path, interface: str, **more: object) -> tuple[Server, Host]:
    number = next(numbers)
    server = Server.objects.create(
        **{
            "name": f"Guard {number}",
            "slug": f"guard-{number}",
            "engine": Engine.WIREGUARD,
            "network": f"10.88.{number % 250}.0/24",
            **more,
        }
    )
    return server, make_host(company, server, folder=folder, interface=interface)


def names_of(files: Sequence[Path]) -> set[str]:
    return {each.name for each in files}
