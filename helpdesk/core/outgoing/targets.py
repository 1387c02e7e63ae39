"""An address that somebody gave, read strictly and resolved to where we may go."""

import re
import socket
from collections.abc import Collection
from dataclasses import dataclass
from threading import Thread
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.core.outgoing.errors import AddressForbidden, Unreachable
from helpdesk.core.outgoing.networks import is_opened, may_connect

LONGEST_URL = 2000
PORTS = {"https": 443, "http": 80}
VISIBLE = re.compile(r"[!-\[\]-~]+")
"""ASCII that is seen, and no backslash: readers of URLs disagree about all the rest."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a URL says. `path` begins with a slash and holds the query; `host` is in ASCII, as on a certificate."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """The value of the header `Host`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Read a URL; nothing is resolved yet, so forms may ask this. Raises AddressForbidden."""
    try:
        if len(url) > LONGEST_URL or not VISIBLE.fullmatch(_in_ascii(url)):
            raise ValueError
        parts = urlsplit(_in_ascii(url))
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressForbidden(_("This is no web address: write it as https://host/path.")) from error
    if parts.scheme not in PORTS or not host:
        raise AddressForbidden(_("Write the address as https://host/path."))
    if "@" in parts.netloc:
        raise AddressForbidden(_("Leave user and password out of the address: they would be seen by others."))
    if "%" in host:
        raise AddressForbidden(_("Write the host by its name or its address alone."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, PORTS[parts.scheme] if port is None else port, path)


def addresses_of(target: Target, *, seconds: float, ports: Collection[int] = ()) -> list[str]:
    """Where the name leads, checked; the connection is to go to one of these and to nothing else. `ports` may be asked
    beside those of the setting.

    One forbidden address is enough to refuse: who answers with a good and a bad one tries what happens. Raises
    AddressForbidden, and Unreachable when the name is unknown or nobody says within `seconds`.
    """
    found = checked_addresses(target.host, target.port, seconds=seconds)
    if all(is_opened(each) for each in found):
        return found
    if target.scheme != "https":
        raise AddressForbidden(_("Only https:// goes out into the Internet."))
    if target.port not in {*settings.OUTGOING_ALLOWED_PORTS, *ports}:
        words = _("Port %(port)s is not among those that may be asked: OUTGOING_ALLOWED_PORTS can open it.")
        raise AddressForbidden(words % {"port": target.port})
    return found


def checked_addresses(host: str, port: int, *, seconds: float) -> list[str]:
    """The same for what is no HTTP: the addresses of `host`, none of them forbidden. Raises AddressForbidden,
    Unreachable."""
    found = _resolved(host, port, seconds)
    forbidden = [each for each in found if not may_connect(each)]
    if forbidden:
        words = _("%(host)s leads to %(address)s, which is no public address. OUTGOING_ALLOWED_NETWORKS can open it.")
        raise AddressForbidden(words % {"host": host, "address": forbidden[0]})
    return found


def _in_ascii(url: str) -> str:
    """With the host as names are asked for (RFC 3490); raises ValueError for what can't be a name."""
    if url.isascii():
        return url
    scheme, mark, rest = url.partition("://")
    host = re.match(r"[^/?#:]*", rest)
    name = host[0] if host else ""
    return f"{scheme}{mark}{name.encode('idna').decode()}{rest[len(name) :]}"


def _resolved(host: str, port: int, seconds: float) -> list[str]:
    """The system's resolver has no time limit that we could set, so it is asked beside and left alone when it hangs."""
    answers: list[list[str] | OSError | UnicodeError] = []

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.append(list(dict.fromkeys(str(row[4][0]) for row in rows)))
        except (OSError, UnicodeError) as error:
            answers.append(error)

    asking = Thread(target=ask, daemon=True, name="resolver")
    asking.start()
    asking.join(seconds)
    if not answers or not isinstance(answers[0], list) or not answers[0]:
        words = _("The name %(host)s is unknown to the name servers, or they don't answer.")
        raise Unreachable(words % {"host": host})
    return answers[0]
