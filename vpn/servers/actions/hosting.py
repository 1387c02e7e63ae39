"""Setting hosts up."""

import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from vpn.enums import BlocksBy, Engine
from vpn.models import Host, Server
from vpn.servers.configuration import folder_of
from vpn.servers.permissions import can_keep_servers


@dataclass(frozen=True, slots=True)
class HostDetails:
    """What is said of a host; see `Host`."""

    is_direct: bool = False
    folder: str = "/etc/openvpn/helpdesk"
    interface: str = ""
    runs_as: str = "nobody"
    blocks_by: str = BlocksBy.SCRIPT
    canary_remote: str = ""


@transaction.atomic
def set_up(*, server: Server, details: HostDetails, by: User) -> Host:
    """From now on the server's host is watched. Raises NotAllowed, Refused."""
    ensure(can_keep_servers(by))
    server = Server.objects.select_for_update(of=("self",)).get(pk=server.pk)
    if Host.objects.filter(server=server).exists():
        raise Refused(_("This server has a host already."))
    host = Host.objects.create(server=server, **_columns(sound(server, details)))
    record(verb="vpn_host_set_up", subject=server, by=by, after=_columns(details))
    return host


@transaction.atomic
def change(*, host: Host, details: HostDetails, by: User) -> Host:
    """The host is as `details` say. Raises NotAllowed, Refused."""
    ensure(can_keep_servers(by))
    host = Host.objects.select_for_update(of=("self",)).select_related("server").get(pk=host.pk)
    before, after = _columns(host), _columns(sound(host.server, details))
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return host
    for name in changed:
        setattr(host, name, after[name])
    host.save(update_fields=changed)
    told = {name: before[name] for name in changed}
    record(
        verb="vpn_host_changed", subject=host.server, by=by, before=told, after={name: after[name] for name in changed}
    )
    return host


@transaction.atomic
def renew_token(*, host: Host, by: User) -> str:
    """What the host shows from now on when it asks; the one before counts no more. Kept is its digest, so it is shown
    once. Raises NotAllowed."""
    ensure(can_keep_servers(by))
    token = new_token()
    Server.objects.filter(pk=host.server_id).update(pull_token_hash=digest(token))
    record(verb="vpn_host_token_renewed", subject=host.server, by=by)
    return token


def new_token() -> str:
    """256 bits."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """SHA-256: a token of 256 bits needs nothing slower."""
    return hashlib.sha256(token.encode()).hexdigest()


def host_with(token: str) -> Host | None:
    """Whose token this is, of servers in use."""
    wanted = digest(token)
    host = Host.objects.watched().select_related("server__authority").filter(server__pull_token_hash=wanted).first()
    if host is None or not constant_time_compare(host.server.pull_token_hash, wanted):
        return None
    return host


def sound(server: Server, details: HostDetails) -> HostDetails:
    """The same. Raises Refused."""
    if server.engine == Engine.WIREGUARD:
        if details.is_direct and not details.interface:
            raise Refused(_("Say which interface of WireGuard Helpdesk is to keep, such as wg0."))
        if not all(each.isalnum() or each in "._-" for each in details.interface):
            raise Refused(_("The interface of WireGuard has a name such as wg0."))
        return details
    folder_of(Host(folder=details.folder))
    if details.runs_as and not all(each.isalnum() or each in "._-" for each in details.runs_as):
        raise Refused(_("OpenVPN runs as a user of the host, such as nobody."))
    if details.canary_remote and not _is_remote(details.canary_remote):
        raise Refused(_("Say where the canary connects to: host, port and udp or tcp, with spaces between."))
    return details


def _is_remote(text: str) -> bool:
    words = text.split(" ")
    is_port = len(words) == 3 and words[1].isascii() and words[1].isdigit()
    return is_port and words[2] in ("udp", "tcp") and all(each.isalnum() or each in ".:-" for each in words[0])


def _columns(details: HostDetails | Host) -> dict[str, Any]:
    return {name: getattr(details, name) for name in HostDetails.__slots__}
