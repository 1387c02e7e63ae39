"""OpenLDAP's server for tests: one with TLS and a few people for the run, others for those who spoil theirs."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from helpdesk.accounts.directory.models import Directory, GroupRule
from helpdesk.operations.bench import openldap
from helpdesk.operations.bench.openldap import PASSWORD, READER, SUFFIX, Entry, OpenLdap, ground, group, person

PEOPLE = f"ou=people,{SUFFIX}"
GROUPS = f"ou=groups,{SUFFIX}"
StartSlapd = Callable[..., OpenLdap]


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the test's own."""

    folder: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, name: str = "localhost", *, ended_days_ago: int = -30) -> tuple[Path, Path]:
        """A server's certificate and key as files."""
        key = ec.generate_private_key(ec.SECP256R1())
        ends = datetime.now(UTC) - timedelta(days=ended_days_ago)
        signed = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(ends - timedelta(days=60))
            .not_valid_after(ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        stem = self.folder / f"{name}-{signed.serial_number}"
        files = stem.with_suffix(".pem"), stem.with_suffix(".key")
        files[0].write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        plain = serialization.NoEncryption()
        files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
        return files


def make_authority(folder: Path) -> Authority:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of the tests")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=100))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(folder, certificate, key)


def company() -> list[Entry]:
    """Paula and Pavel are agents, Nadia leads line 1, Timur is in no group."""
    return [
        *ground(),
        person("paula", "Paula Petrova", telephoneNumber="+49 30 1234567", preferredLanguage="ru-RU", title="Engineer"),
        person("pavel", "Павел Кузнецов"),
        person("nadia", "Nadia Novak"),
        person("timur", "Timur Aslan"),
        group("agents", "paula", "pavel", "nadia"),
        group("leads", "nadia"),
    ]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def slapd(authority: Authority) -> Iterator[OpenLdap]:
    """One for the run, which nobody changes."""
    skip_without()
    certificate, key = authority.issue()
    with openldap.running(company(), certificate=certificate, key=key) as server:
        yield server


@pytest.fixture
def start_slapd() -> Iterator[StartSlapd]:
    """Starts servers of the test's own: entries, and what OpenLdap takes."""
    skip_without()
    with ExitStack() as stack:
        yield lambda entries=None, **options: stack.enter_context(openldap.running(entries or company(), **options))


@pytest.fixture
def own_slapd(start_slapd: StartSlapd) -> OpenLdap:
    """The same people on a server that the test may spoil."""
    return start_slapd()


def skip_without() -> None:
    if reason := openldap.missing():
        pytest.skip(reason)
    pytest.importorskip("ldap", reason="python-ldap is not installed (the extra ldap)")


def fields_of(server: OpenLdap | None, **fields: object) -> dict[str, object]:
    """Of a directory that reads this server without encryption."""
    usual = {
        "name": "Corp",
        "uris": [server.uri] if server else [],
        "security": "plain",
        "bind_dn": READER,
        "bind_password": PASSWORD,
        "person_bases": [PEOPLE],
        "group_bases": [GROUPS],
        "is_active": True,
        "timeout_seconds": 5,
    }
    return {**usual, **fields}


def make_directory(server: OpenLdap | None, *, rules: dict[str, str] | None = None, **fields: object) -> Directory:
    """A directory of this server, or of the addresses in `fields`. By default its agents are agents, its leads lead a
    line."""
    directory = Directory(**fields_of(server, **fields))
    fill(directory)
    directory.save()
    mapped = {"leads": "line_lead", "agents": "agent"} if rules is None else rules
    for priority, (name, role) in enumerate(mapped.items(), 1):
        GroupRule.objects.create(directory=directory, group_dn=f"cn={name},{GROUPS}", role=role, priority=priority)
    return directory


def fill(directory: Directory) -> None:
    from helpdesk.accounts.directory.presets import PRESETS

    for name, value in PRESETS[directory.kind].items():
        setattr(directory, name, getattr(directory, name) or value)


@contextmanager
def silent(server: OpenLdap) -> Iterator[None]:
    with server.standing_still():
        yield
