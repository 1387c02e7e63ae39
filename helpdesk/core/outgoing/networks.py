"""Which addresses of the Internet are everybody's, and so may be asked for whom anybody names."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings

Address = IPv4Address | IPv6Address

# Reachable by the letter of the registries (https://www.iana.org/assignments/iana-ipv4-special-registry/ and its twin
# for IPv6), or by what an older Python knows of them, and nobody's public server all the same.
NOT_PUBLIC = tuple(
    ip_network(each)
    for each in (
        "168.63.129.16/32",  # what Azure tells its machines
        "192.0.0.0/24",  # protocols' own; some clouds tell their machines things there
        "192.88.99.0/24",  # relays of 6to4
        "64:ff9b:1::/48",  # a network's own translation to IPv4
        "100::/64",  # to be discarded
        "2001::/23",  # protocols' own, Teredo among them
        "3fff::/20",  # for documentation
        "5f00::/16",  # segments of routes
        "fec0::/10",  # a site's own, as it was once
    )
)
TRANSLATED = ip_network("64:ff9b::/96")
"""Leads to the IPv4 address in its last 32 bits (RFC 6052)."""


def may_connect(address: str) -> bool:
    """Whether a server there is everybody's, or the administrator opened its network."""
    found = _behind(ip_address(address.partition("%")[0]))
    return is_opened(address) or _is_public(found)


def is_opened(address: str) -> bool:
    """Whether it lies in `OUTGOING_ALLOWED_NETWORKS`."""
    found = _behind(ip_address(address.partition("%")[0]))
    return any(found in ip_network(each) for each in settings.OUTGOING_ALLOWED_NETWORKS)


def _behind(address: Address) -> Address:
    """The IPv4 address to which one of IPv6 leads, where it does; else itself."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if address in TRANSLATED:
        inner = IPv4Address(address.packed[-4:])
    return inner or address


def _is_public(address: Address) -> bool:
    is_special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not is_special and not any(address in each for each in NOT_PUBLIC)
