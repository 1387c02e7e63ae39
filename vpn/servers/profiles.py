"""With what the canary connects."""

from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.models import Canary, Server
from vpn.pki.bundles import Material, Remote, TlsMode, inline_config

PROTOCOLS = {"udp": "udp", "tcp": "tcp", "tcp-client": "tcp"}


def remotes_of(server: Server) -> tuple[Remote, ...]:
    """Where clients find it, in their order. Raises Refused for lines that are no addresses."""
    return tuple(_remote(line) for line in server.remotes.splitlines() if line.strip())


def _remote(line: str) -> Remote:
    words = line.split()
    proto = PROTOCOLS.get(words[2] if len(words) > 2 else "udp", "")
    port = int(words[1]) if len(words) > 1 and words[1].isascii() and words[1].isdigit() else 0
    if not proto or not 0 < port < 65536 or len(words) > 3:
        raise Refused(_("Say where clients find the server: host, port and udp or tcp on one line."))
    return Remote(words[0], port, proto)


def canary_profile(server: Server, canary: Canary) -> str:
    """The profile of somebody who must be refused."""
    key, authority = canary.key, server.authority
    assert authority is not None, "vpn_server_has_what_its_engine_needs"
    material = Material(
        common_name=key.common_name,
        private_key_pem=canary.private_key,
        certificate_pem=key.certificate_pem,
        chain_pem=f"{authority.issuing_pem.strip()}\n{authority.root_pem.strip()}\n",
        tls_mode=TlsMode(server.tls_mode),
        tls_key=canary.tls_client_key or server.tls_key,
        remotes=remotes_of(server),
        server_name=server.server_name or "server",
    )
    return inline_config(material)
