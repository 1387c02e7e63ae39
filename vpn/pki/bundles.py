"""What a person takes along: one profile with everything in it, the archive of the company's process, PKCS#12.

The profile is a fixed set of directives: it names the server it trusts, takes TLS 1.2 and AEAD ciphers only, and has
none that runs a command.
"""

import gzip
import io
import tarfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES, serialize_key_and_certificates
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.pki import sealed_zip
from vpn.pki.certificates import is_self_signed, parse, read_certificate, split_chain
from vpn.pki.private_keys import read_key
from vpn.pki.profile_templates import DEFAULTS, PROFILE, check_template, fill_template

CIPHERS = "AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305"
P12_ROUNDS = 60_000


class TlsMode(StrEnum):
    """How the control channel is guarded; the values are what is stored."""

    V2 = "v2"
    CRYPT = "crypt"
    AUTH = "auth"


DIRECTIVES = {TlsMode.V2: "tls-crypt-v2", TlsMode.CRYPT: "tls-crypt", TlsMode.AUTH: "tls-auth"}


@dataclass(frozen=True, slots=True)
class Remote:
    """Where a server listens; `proto` is `udp` or `tcp`."""

    host: str
    port: int = 1194
    proto: str = "udp"


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that a bundle is made of.

    `private_key_pem` may be encrypted; `chain_pem` is the issuing certificate and those above it; `tls_key` is the
    client's own for tls-crypt-v2, else the shared one; `server_name` is the common name of the server's certificate.
    """

    common_name: str
    private_key_pem: str
    certificate_pem: str
    chain_pem: str
    tls_mode: TlsMode
    tls_key: str
    remotes: tuple[Remote, ...]
    server_name: str = "server"
    company: str = "mycompany"
    passphrase: str = field(default="", repr=False)


def inline_config(material: Material) -> str:
    """The profile with certificate and keys in it, which every OpenVPN client imports as one file."""
    mode = TlsMode(material.tls_mode)
    blocks = [
        ("ca", "".join(split_chain(material.chain_pem))),
        ("cert", own_chain(material)),
        ("key", material.private_key_pem),
        (DIRECTIVES[mode], _without_comments(material.tls_key)),
    ]
    lines = _directives(material)
    if mode is TlsMode.AUTH:
        lines.append("key-direction 1")
    inline = [f"<{name}>\n{content.strip()}\n</{name}>" for name, content in blocks]
    return "\n".join([*lines, *inline, ""])


def profile(material: Material) -> str:
    """The same directives with the files of the archive beside it."""
    user, mode = material.common_name, TlsMode(material.tls_mode)
    files = ["ca ca.crt", f"cert {user}.crt", f"key {user}.key", _tls_line(mode)]
    return "\n".join([*_directives(material), *files, ""])


def own_chain(material: Material) -> str:
    """The client's certificate and the issuing one, for servers that have only the root."""
    between = [pem for pem in split_chain(material.chain_pem) if not is_self_signed(pem)]
    return "".join([read_certificate(material.certificate_pem).pem, *between])


def files(material: Material, templates: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """The archive's files by name.

    `templates` are those of the company, by the names of `profile_templates.DEFAULTS`; without one for the profile it
    is `profile`. Raises Refused for a template that `check_template` refuses.
    """
    user, mode = material.common_name, TlsMode(material.tls_mode)
    found = {**DEFAULTS, **(templates or {})}
    texts = {
        f"{user}.key": material.private_key_pem,
        f"{user}.crt": own_chain(material),
        "ca.crt": "".join(split_chain(material.chain_pem)),
        "ta.key": material.tls_key,
        "openssl.cnf": _filled(found, "openssl.cnf", user),
        "server.conf": _with_tls_line(_filled(found, "server.conf", user), mode),
        f"{material.company}_vpn_{user}.ovpn": (
            _with_tls_line(_filled(found, PROFILE, user), mode) if PROFILE in found else profile(material)
        ),
        "readme_vpn_win.txt": _as_windows(_filled(found, "readme_vpn_win.txt", user)),
    }
    return {name: text.encode() for name, text in texts.items()}


def archive(material: Material, templates: Mapping[str, str] | None = None) -> bytes:
    """A tar.gz of one folder named after the key, each file for its owner alone (0600)."""
    now = int(time.time())
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", mtime=now) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        folder = tarfile.TarInfo(material.common_name)
        folder.type, folder.mode, folder.mtime = tarfile.DIRTYPE, 0o700, now
        tar.addfile(folder)
        for name, content in files(material, templates).items():
            member = tarfile.TarInfo(f"{material.common_name}/{name}")
            member.size, member.mode, member.mtime = len(content), 0o600, now
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def encrypted_archive(material: Material, templates: Mapping[str, str] | None, passphrase: str) -> bytes:
    """The same files as a ZIP sealed with AES-256, which 7-Zip, WinZip, WinRAR and bsdtar open.

    Names and sizes stand in it for everybody to read. Raises Refused for a passphrase below 12 characters: somebody
    who has the file can try as many as he likes.
    """
    named = {f"{material.common_name}/{name}": content for name, content in files(material, templates).items()}
    return sealed_zip.make(named, _strong(passphrase))


def pkcs12(material: Material, passphrase: str) -> bytes:
    """Key, certificate and chain in one file for iOS, macOS and NetworkManager (RFC 7292), sealed with PBES2 and AES.

    Raises Refused for a passphrase below 12 characters.
    """
    key = read_key(material.private_key_pem, material.passphrase)
    sealing = (
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(P12_ROUNDS)
        .key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(_strong(passphrase).encode())
    )
    chain = [parse(pem) for pem in split_chain(material.chain_pem)]
    name = material.common_name.encode()
    return serialize_key_and_certificates(name, key, parse(material.certificate_pem), chain, sealing)


def _directives(material: Material) -> list[str]:
    """The first remote's protocol is everybody's default; OpenVPN tries the remotes from top to bottom."""
    remotes = [f"remote {remote.host} {remote.port} {remote.proto}" for remote in material.remotes]
    return [
        "client",
        "dev tun",
        *remotes,
        "nobind",
        "persist-key",
        "persist-tun",
        "resolv-retry infinite",
        "remote-cert-tls server",
        f"verify-x509-name {material.server_name} name",
        "tls-version-min 1.2",
        f"data-ciphers {CIPHERS}",
        "auth SHA256",
        "auth-nocache",
        "verb 3",
    ]


def _filled(templates: Mapping[str, str], name: str, user: str) -> str:
    check_template(name, templates[name])
    return fill_template(templates[name], user)


def _tls_line(mode: TlsMode) -> str:
    return f"{DIRECTIVES[mode]} ta.key" + (" 1" if mode is TlsMode.AUTH else "")


def _with_tls_line(text: str, mode: TlsMode) -> str:
    """Whatever way of guarding the template names, the one of this key."""
    directives = set(DIRECTIVES.values())
    lines = [_tls_line(mode) if line.split(" ", 1)[0] in directives else line for line in text.splitlines()]
    return "\n".join([*lines, ""])


def _as_windows(text: str) -> str:
    return "\r\n".join([*text.splitlines(), ""])


def _without_comments(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _strong(passphrase: str) -> str:
    if len(passphrase) < 12:
        raise Refused(_("The passphrase of a file that leaves the house has at least 12 characters."))
    return passphrase
