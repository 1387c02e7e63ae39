"""WireGuard: pairs of keys, addresses, and what a peer's file says.

Keys are Curve25519 (RFC 7748) in base64, as `wg genkey` writes them; the file is that of `wg-quick(8)`.
"""

import base64
import secrets
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_network
from itertools import islice

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.models import Group, Key, Server
from vpn.networks import name_servers_of, networks_of

MOST_ADDRESSES = 65_536


def new_pair() -> tuple[str, str]:
    """A private key and its public one."""
    private = X25519PrivateKey.generate()
    return _encoded(private.private_bytes_raw()), _encoded(private.public_key().public_bytes_raw())


def public_key_of(private_key: str) -> str:
    """Raises ValueError for what is no key."""
    private = X25519PrivateKey.from_private_bytes(base64.b64decode(private_key, validate=True))
    return _encoded(private.public_key().public_bytes_raw())


def new_preshared() -> str:
    return _encoded(secrets.token_bytes(32))


def free_address(network: str, taken: Iterable[str]) -> str:
    """The first address of the network that nobody has; its first one is the server's. Raises Refused."""
    try:
        found = ip_network(network, strict=False)
    except ValueError as error:
        raise Refused(
            _("The server has no network from which addresses are given: write one down, such as 10.8.0.0/24.")
        ) from error
    used: set[str | IPv4Address | IPv6Address] = set(taken)
    for address in islice(found.hosts(), 1, MOST_ADDRESSES):
        if str(address) not in used:
            return str(address)
    raise Refused(_("Every address of the network %(network)s is taken.") % {"network": network})


def peer_config(*, key: Key, server: Server, address: str) -> str:
    """What the device needs, its private key within, with the routes of its owner's groups. Raises Refused where the
    server's row does not say enough."""
    routes = [str(each) for each in networks_of(server.routes)] or [server.network]
    routes += [str(each) for each in networks_of(" ".join(_routes_of_groups(key, server)))]
    lines = ["[Interface]", f"PrivateKey = {key.private_key}", f"Address = {address}/{_length(address)}"]
    if names := name_servers_of(server.dns):
        lines.append(f"DNS = {', '.join(names)}")
    lines += ["", "[Peer]", f"PublicKey = {server.public_key}"]
    if key.preshared_key:
        lines.append(f"PresharedKey = {key.preshared_key}")
    lines += [f"AllowedIPs = {', '.join(dict.fromkeys(routes))}", f"Endpoint = {server.endpoint}"]
    if server.keepalive_seconds:
        lines.append(f"PersistentKeepalive = {server.keepalive_seconds}")
    return "\n".join(lines) + "\n"


def _routes_of_groups(key: Key, server: Server) -> list[str]:
    by_person = Group.objects.filter(server=server).routes_by_person()
    return sorted(by_person.get(key.device.owner_id or 0, ()))


def _length(address: str) -> int:
    return 128 if ":" in address else 32


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode()
