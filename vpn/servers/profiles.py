"""With what the canary connects."""

from vpn.bundling import remotes_of
from vpn.models import Canary, Server
from vpn.pki.bundles import Material, TlsMode, inline_config
from vpn.signing import chain_of


def canary_profile(server: Server, canary: Canary) -> str:
    """The profile of somebody who must be refused."""
    key, authority = canary.key, server.authority
    assert authority is not None, "vpn_server_has_what_its_engine_needs"
    material = Material(
        common_name=key.common_name,
        private_key_pem=canary.private_key,
        certificate_pem=key.certificate_pem,
        chain_pem=chain_of(authority),
        tls_mode=TlsMode(server.tls_mode),
        tls_key=canary.tls_client_key or server.tls_key,
        remotes=remotes_of(server),
        server_name=server.server_name or "server",
    )
    return inline_config(material)
