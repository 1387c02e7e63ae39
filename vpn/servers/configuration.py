"""The configuration of an OpenVPN server: fixed directives, so that nothing that somebody types becomes one."""

from ipaddress import IPv4Network, ip_network
from string import Template

from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from vpn.bundling import remotes_of
from vpn.enums import BlocksBy, TlsMode
from vpn.models import Host, Server
from vpn.networks import Network, name_servers_of, networks_of
from vpn.pki.bundles import CIPHERS

MANAGEMENT = "management.sock"
TLS = {
    TlsMode.V2: "tls-crypt-v2 $folder/tls.key",
    TlsMode.CRYPT: "tls-crypt $folder/tls.key",
    TlsMode.AUTH: "tls-auth $folder/tls.key 0",
}
CHECKS = {
    BlocksBy.SCRIPT: "crl-verify $folder/crl.pem\nscript-security 2\ntls-verify $folder/not_blocked",
    BlocksBy.DIRECTORY: "crl-verify $folder/blocked dir",
}
CONFIG = """\
port $port
proto $proto
dev tun
topology subnet
server $network $mask
ca $folder/ca.crt
cert $folder/server.crt
key $folder/server.key
dh none
$tls
$checks
remote-cert-tls client
verify-client-cert require
tls-version-min 1.2
data-ciphers $ciphers
auth SHA256
keepalive 10 60
user $user
group $group
persist-key
persist-tun
management $management
client-config-dir $folder/clients
verb 3
"""
NOT_BLOCKED = """\
#!/bin/sh
# OpenVPN asks for each certificate that a client shows (tls-verify); 0 is the client's own. Who can't look refuses.
[ "$$1" = 0 ] || exit 0
[ -n "$$tls_serial_0" ] && cd $folder/blocked && [ ! -e "$$tls_serial_0" ]
"""
UNIT = """\
[Unit]
Description=Keeps the VPN server $server as Helpdesk wants it
After=network-online.target
Wants=network-online.target

[Service]
ExecStart=/usr/bin/python3 $folder/$program $folder/host.json
Restart=always
RestartSec=10
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=$folder
ProtectHome=yes
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
"""


def server_config(server: Server, host: Host) -> str:
    """`server.conf` of this server: certificates of its authority alone, TLS 1.2 and AEAD, dropped to a user without
    rights, and a revocation list that this user can read. Raises Refused where its row does not say enough."""
    network = network_of(server)
    port, proto = _listens(server)
    return Template(CONFIG).substitute(
        port=port,
        proto=proto,
        network=network.network_address,
        mask=network.netmask,
        folder=folder_of(host),
        tls=Template(TLS[TlsMode(server.tls_mode)]).substitute(folder=folder_of(host)),
        checks=Template(CHECKS[BlocksBy(host.blocks_by)]).substitute(folder=folder_of(host)),
        ciphers=CIPHERS,
        user=host.runs_as or "nobody",
        group="nogroup" if (host.runs_as or "nobody") == "nobody" else host.runs_as,
        management=_management(server, host),
    ) + "".join(f'push "{each}"\n' for each in _pushed(server))


def not_blocked(host: Host) -> str:
    """The script that the configuration names."""
    return Template(NOT_BLOCKED).substitute(folder=folder_of(host))


def unit(host: Host, program: str) -> str:
    """What systemd runs on the host (systemd.exec(5)): root, for it looks at files as another user, and writes in one
    folder alone."""
    return Template(UNIT).substitute(server=host.server.slug, folder=folder_of(host), program=program)


def folder_of(host: Host) -> str:
    """Raises Refused for a path that could be read as more than one word."""
    folder = host.folder.rstrip("/")
    if not folder.startswith("/") or not all(each.isalnum() or each in "/._-" for each in folder):
        raise Refused(_("The folder on the host is a path of Latin letters, digits, dots and hyphens."))
    return folder


def network_of(server: Server) -> IPv4Network:
    """Raises Refused."""
    try:
        network = ip_network(server.network.strip())
    except ValueError as error:
        raise Refused(_("Say which network the clients get, such as 10.8.0.0/24.")) from error
    if not isinstance(network, IPv4Network) or network.prefixlen > 29:
        raise Refused(_("The network of OpenVPN's clients is one of IPv4 with at least eight addresses."))
    return network


def _listens(server: Server) -> tuple[int, str]:
    """Port and protocol of the first address."""
    remotes = remotes_of(server)
    if not remotes:
        raise Refused(_("Say where clients find the server: host, port and udp or tcp on one line."))
    return remotes[0].port, "udp" if remotes[0].proto.startswith("udp") else "tcp-server"


def _management(server: Server, host: Host) -> str:
    """Raises Refused for an address that could be read as more than one word."""
    address = server.management_address or f"{folder_of(host)}/{MANAGEMENT}"
    if not all(each.isalnum() or each in "/._-:[]" for each in address):
        raise Refused(_("The management socket is a path, or host:port."))
    if "/" in address:
        return f"{address} unix"
    name, _colon, port = address.rpartition(":")
    return f"{name} {port} {folder_of(host)}/management.password"


def pushed_route(network: Network) -> str:
    """As `push` of OpenVPN takes it."""
    if network.version == 4:
        return f"route {network.network_address} {network.netmask}"
    return f"route-ipv6 {network}"


def _pushed(server: Server) -> list[str]:
    routes = [pushed_route(each) for each in networks_of(server.routes)]
    return routes + [f"dhcp-option DNS {each}" for each in name_servers_of(server.dns)]
