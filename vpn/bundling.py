"""A key as something to take along."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from helpdesk.core.prepared import Prepared
from vpn import wireguard
from vpn.enums import BundleFormat, Engine, TlsMode
from vpn.models import Key, ProfileTemplate, Server
from vpn.pki import bundles
from vpn.pki.qr import fits, qr_svg
from vpn.signing import chain_of


@dataclass(frozen=True, slots=True)
class Bundle:
    """A file to hand out; as a QR code its `content` is an SVG picture."""

    name: str
    content_type: str
    content: bytes


def formats_of(engine: str) -> tuple[BundleFormat, ...]:
    """In what a key of this engine is handed out; first what every device takes."""
    if engine == Engine.WIREGUARD:
        return (BundleFormat.PROFILE, BundleFormat.QR)
    return (BundleFormat.PROFILE, BundleFormat.ARCHIVE, BundleFormat.PKCS12, BundleFormat.QR)


def offered(key: Key) -> tuple[BundleFormat, ...]:
    """The same for this key, which has its private part still: a code only where it fits into one."""
    formats = formats_of(key.engine)
    return formats if fits(profile_of(key)) else tuple(each for each in formats if each != BundleFormat.QR)


def bundle(key: Key, wanted: BundleFormat, passphrase: str = "") -> Bundle:
    """The key in the form that is wanted; a passphrase seals PKCS#12. Raises Refused for a form that its engine has
    not, for a code that does not fit, and for a passphrase that is too short."""
    if wanted not in formats_of(key.engine):
        raise Refused(_("This key is not handed out in this form: choose another."))
    if wanted == BundleFormat.ARCHIVE:
        content = bundles.archive(material_of(key), _templates())
        return Bundle(f"{key.common_name}.tar.gz", "application/gzip", content)
    if wanted == BundleFormat.PKCS12:
        content = bundles.pkcs12(material_of(key), passphrase)
        return Bundle(f"{key.common_name}.p12", "application/x-pkcs12", content)
    profile = profile_of(key)
    if wanted == BundleFormat.PROFILE:
        return Bundle(f"{key.common_name}.{_ending(key)}", _type_of(key), profile.encode())
    picture = qr_svg(profile)
    if picture is None:
        raise Refused(_("The key does not fit into a QR code: choose a file."))
    return Bundle(f"{key.common_name}.svg", "image/svg+xml", picture.encode())


def sealed_archive(key: Key, passphrase: str) -> Bundle:
    """The archive as a ZIP that opens by the passphrase."""
    content = bundles.encrypted_archive(material_of(key), _templates(), passphrase)
    return Bundle(f"{key.common_name}.zip", "application/zip", content)


def profile_of(key: Key) -> str:
    """One file with everything in it."""
    if key.engine == Engine.OPENVPN:
        return bundles.inline_config(material_of(key))
    access = key.accesses.select_related("server").order_by("pk").first()
    if access is None or not access.address:
        raise Refused(_("The key has no address on its server any more: issue a new one."))
    return wireguard.peer_config(key=key, server=access.server, address=access.address)


def _build_servers(*, key: int) -> QuerySet[Server]:
    return Server.objects.filter(accesses__key=key).order_by("name", "pk")


_servers: Prepared[Server] = Prepared(_build_servers)


def material_of(key: Key) -> bundles.Material:
    """What `vpn.pki.bundles` makes files of. The key has its private part still."""
    servers = _servers(key=key.pk)
    if not servers or key.authority is None:
        raise Refused(_("The key has no server: it came from elsewhere and can't be handed out here."))
    first = servers[0]
    return bundles.Material(
        common_name=key.common_name,
        private_key_pem=key.private_key,
        certificate_pem=key.certificate_pem,
        chain_pem=chain_of(key.authority),
        tls_mode=bundles.TlsMode(first.tls_mode),
        tls_key=key.tls_client_key if first.tls_mode == TlsMode.V2 else first.tls_key,
        remotes=tuple(remote for server in servers for remote in remotes_of(server)),
        server_name=first.server_name,
        company=settings.VPN_COMPANY,
    )


def remotes_of(server: Server) -> tuple[bundles.Remote, ...]:
    """Where clients find the server. Raises Refused for a line that is no address."""
    return tuple(_remote(line) for line in server.remotes.splitlines() if line.strip())


def _remote(line: str) -> bundles.Remote:
    parts = line.split()
    port, proto = (parts + ["1194", "udp"][len(parts) - 1 :])[1:3] if parts else ("", "")
    good = 1 <= len(parts) <= 3 and parts[0][0] != "-" and port.isascii() and port.isdecimal() and 0 < int(port) < 65536
    if not good or proto not in PROTOCOLS or not set(parts[0]) <= HOST_LETTERS:
        raise Refused(_("“%(line)s” is no address of a server: write host, port and protocol.") % {"line": line[:80]})
    return bundles.Remote(parts[0], int(port), proto)


PROTOCOLS = frozenset({"udp", "udp4", "udp6", "tcp", "tcp4", "tcp6", "tcp-client"})
HOST_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:")


def _templates() -> Mapping[str, str]:
    return dict(ProfileTemplate.objects.order_by("pk").values_list("name", "text"))


def _ending(key: Key) -> str:
    return "ovpn" if key.engine == Engine.OPENVPN else "conf"


def _type_of(key: Key) -> str:
    return "application/x-openvpn-profile" if key.engine == Engine.OPENVPN else "text/plain; charset=utf-8"
