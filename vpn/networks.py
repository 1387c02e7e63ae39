"""Networks and addresses as administrators write them down."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused

Network = IPv4Network | IPv6Network


def networks_of(text: str) -> list[Network]:
    """In their order. Raises Refused for what is no network, and for a network with bits of an address in it."""
    try:
        return [ip_network(each) for each in text.split()]
    except ValueError as error:
        raise Refused(_("A route is a network such as 10.1.0.0/16, one on a line.")) from error


def name_servers_of(text: str) -> list[str]:
    """Addresses between spaces, commas or lines. Raises Refused."""
    try:
        return [str(ip_address(each)) for each in text.replace(",", " ").split()]
    except ValueError as error:
        raise Refused(_("A name server is an address such as 10.1.0.53.")) from error
