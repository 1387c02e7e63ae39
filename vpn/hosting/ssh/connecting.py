"""A connection to a server whose key a person has confirmed."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncssh
from django.utils.translation import gettext as _

from helpdesk.core import outgoing
from helpdesk.core.errors import Refused
from vpn.hosting.connectors.base import Door, HostKeyChanged, HostKeyUnknown

SECONDS = 30.0
"""How long one visit may take together."""
STEP = 10.0
"""How long connecting and signing in may take each."""
VERSION = re.compile(r"OpenSSH_(\d{1,3})\.(\d{1,3})")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    host: str
    port: int


def place_of(address: str) -> Place:
    """Of `host`, `host:port` or `ssh://host:port`. Raises Refused."""
    written = address.strip()
    if "://" in written and not written.startswith("ssh://"):
        raise Refused(_("Write the server as ssh://host or ssh://host:port, and the login beside it."))
    target = outgoing.target_of("https://" + written.removeprefix("ssh://").rstrip("/"))
    if target.path != "/":
        raise Refused(_("Write the server as ssh://host or ssh://host:port, and the login beside it."))
    port = urlsplit("https://" + written.removeprefix("ssh://")).port
    return Place(target.host, port or 22)


def fingerprint(key: str) -> str:
    """As OpenSSH shows it: `SHA256:…`. Raises Refused for what is no key."""
    try:
        return asyncssh.import_public_key(key).get_fingerprint()
    except asyncssh.KeyImportError as error:
        raise Refused(_("This is no host key.")) from error


def visit(work: Coroutine[Any, Any, T]) -> T:
    """Do `work` to its end, or leave it after SECONDS; whatever goes wrong is one sentence. Raises Refused."""
    try:
        return asyncio.run(asyncio.wait_for(work, SECONDS))
    except Refused:
        raise
    except TimeoutError as error:
        raise outgoing.Unreachable(_("The server did not answer in time.")) from error
    except asyncssh.PermissionDenied as error:
        raise Refused(_("The server does not accept the login or its key.")) from error
    except asyncssh.SFTPError as error:
        raise Refused(_("The server refuses: %(why)s.") % {"why": _short(error.reason)}) from error
    except (OSError, asyncssh.Error, ValueError) as error:
        words = _("The connection to the server broke off: %(why)s.")
        raise outgoing.Unreachable(words % {"why": _short(getattr(error, "reason", "") or error)}) from error


@asynccontextmanager
async def connected(door: Door) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """Signed in as the door's login. Raises HostKeyUnknown as long as nobody has confirmed the server's key,
    HostKeyChanged when it is another, and whatever `visit` explains."""
    place = place_of(door.address)
    if not door.host_key:
        shown = await _shown_key(place)
        words = _("The server shows the host key %(fingerprint)s. Compare it with the server's own and confirm it.")
        raise HostKeyUnknown(words % {"fingerprint": fingerprint(shown)}, shown)
    trusted, proofs = asyncssh.import_public_key(door.host_key), _proofs(door)
    try:
        connection = await asyncssh.connect(
            place.host,
            place.port,
            sock=_line(place),
            username=door.login,
            known_hosts=([trusted], [], []),
            config=None,
            agent_path=None,
            connect_timeout=STEP,
            login_timeout=STEP,
            preferred_auth="publickey,password,keyboard-interactive",
            **proofs,
        )
    except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed) as error:
        raise await _changed(place, door) from error
    async with connection:
        yield connection


def version_of(connection: asyncssh.SSHClientConnection) -> tuple[int, int] | None:
    """Of OpenSSH; None for servers of another make."""
    found = VERSION.search(str(connection.get_extra_info("server_version") or ""))
    return (int(found[1]), int(found[2])) if found else None


def _proofs(door: Door) -> dict[str, Any]:
    """The secret is a private key or a password; no key of this machine is tried."""
    if "-----BEGIN" not in door.secret:
        return {"password": door.secret, "client_keys": None}
    try:
        return {"client_keys": [asyncssh.import_private_key(door.secret.strip() + "\n")], "password": None}
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise Refused(_("The private key can't be read, or a passphrase locks it.")) from error


async def _changed(place: Place, door: Door) -> HostKeyChanged:
    shown = await _shown_key(place)
    words = _("The server shows another host key than before: %(new)s in place of %(old)s. Nothing was sent to it.")
    told = {"new": fingerprint(shown), "old": fingerprint(door.host_key)}
    return HostKeyChanged(words % told, shown)


async def _shown_key(place: Place) -> str:
    """The server's key, asked without signing in."""
    key = await asyncssh.get_server_host_key(place.host, place.port, sock=_line(place), config=None)
    if key is None:
        raise outgoing.Unreachable(_("The server shows no host key."))
    return key.export_public_key("openssh").decode("ascii").strip()


def _line(place: Place) -> socket.socket:
    """A connected socket to a checked address. Raises OutgoingError."""
    ends = time.monotonic() + STEP
    addresses = outgoing.checked_addresses(place.host, place.port, seconds=STEP)
    for each in addresses[:3]:
        try:
            return socket.create_connection((each, place.port), timeout=max(ends - time.monotonic(), 0.5))
        except OSError as error:
            failure = error
    words = _("%(host)s does not answer on port %(port)s.")
    raise outgoing.Unreachable(words % {"host": place.host, "port": place.port}) from failure


def _short(why: object) -> str:
    return " ".join(str(why).split()).rstrip(".")[:200] or "?"
