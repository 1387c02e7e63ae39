"""One request to one checked address, with an end in time and in size."""

import socket
import ssl
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from typing import Any, cast

import structlog
from django.utils.translation import gettext as _

from helpdesk.core.outgoing.errors import AddressForbidden, TooMuch, Unreachable
from helpdesk.core.outgoing.targets import Target, addresses_of, target_of

log = structlog.get_logger(__name__)
SECONDS = 10.0
"""How long everything may take together: resolving, connecting, sending, and the answer to its last byte."""
MOST = 1024 * 1024
"""Bytes of an answer's body."""
TRIED = 3
"""Addresses of one name, of those that do not answer."""
USER_AGENT = "Helpdesk"


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` by their names in small letters; `body` as it came, packed or not; `is_whole` is False when it was cut.
    A redirect is an answer like any other."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool = True

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def get(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    most: int = MOST,
    authority: str = "",
    ports: Collection[int] = (),
) -> Answer:
    """Ask `url` for what it holds. `authority`: certificates in PEM that vouch for this server in place of the
    system's; `ports`: those that may be asked on the Internet beside OUTGOING_ALLOWED_PORTS. Raises OutgoingError."""
    limits = _Limits(time.monotonic() + seconds, most, cuts=False, authority=authority, ports=ports)
    return _ask("GET", url, None, headers or {}, limits)


def post(
    url: str,
    *,
    body: bytes,
    headers: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
    most: int = MOST,
    cuts: bool = False,
    authority: str = "",
    ports: Collection[int] = (),
) -> Answer:
    """Send `body` to `url`. `cuts`: of an answer over `most` bytes its beginning is enough; the rest as of `get`.
    Raises OutgoingError."""
    limits = _Limits(time.monotonic() + seconds, most, cuts=cuts, authority=authority, ports=ports)
    return _ask("POST", url, body, headers or {}, limits)


@dataclass(frozen=True, slots=True)
class _Limits:
    ends: float
    most: int
    cuts: bool
    authority: str = ""
    ports: Collection[int] = ()

    def left(self) -> float:
        """Seconds until the end; raises TimeoutError after it."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def _ask(method: str, url: str, body: bytes | None, headers: Mapping[str, str], limits: _Limits) -> Answer:
    target = target_of(url)
    addresses = addresses_of(target, seconds=limits.left(), ports=limits.ports)
    try:
        return _exchange(_connected(target, addresses, limits), method, target, body, headers, limits)
    except TimeoutError as error:
        raise Unreachable(_("%(host)s did not answer in time.") % {"host": target.host}) from error
    except ssl.SSLCertVerificationError as error:
        words = _("The certificate of %(host)s is not good: %(why)s.")
        raise Unreachable(words % {"host": target.host, "why": error.verify_message}) from error
    except (OSError, HTTPException) as error:
        log.info("outgoing_failed", host=target.host, error=type(error).__name__, why=str(error)[:200])
        words = _("%(host)s does not answer as a web server does: %(why)s.")
        why = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
        raise Unreachable(words % {"host": target.host, "why": why}) from error
    except ValueError as error:  # a header or path that http.client refuses to send
        words = _("This can't be sent: a header or the address holds what may not stand there.")
        raise AddressForbidden(words) from error


def _connected(target: Target, addresses: list[str], limits: _Limits) -> socket.socket:
    failure: OSError = TimeoutError()
    if target.scheme == "https":
        _context(limits.authority)  # one that can't be read is told before anybody is asked
    for address in addresses[:TRIED]:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        plain = _TimedSocket(family, socket.SOCK_STREAM)
        plain.limits = limits
        try:
            plain.connect((address, target.port))
            return _encrypted(plain, target, limits) if target.scheme == "https" else plain
        except OSError as error:
            plain.close()
            failure = error
    raise failure


def _encrypted(plain: socket.socket, target: Target, limits: _Limits) -> socket.socket:
    plain.settimeout(limits.left())
    encrypted = cast(_TimedTls, _context(limits.authority).wrap_socket(plain, server_hostname=target.host))
    encrypted.limits = limits
    return encrypted


def _exchange(
    connected: socket.socket,
    method: str,
    target: Target,
    body: bytes | None,
    headers: Mapping[str, str],
    limits: _Limits,
) -> Answer:
    connection = HTTPConnection(target.host, target.port)
    connection.sock = connected
    try:
        ours = {"Host": target.named, "User-Agent": USER_AGENT, "Accept-Encoding": "identity", "Connection": "close"}
        connection.request(method, target.path, body, {**ours, **headers})
        response = connection.getresponse()
        content = _content(response, limits)
        if len(content) > limits.most and not limits.cuts:
            raise TooMuch(_("%(host)s answers with more than can be taken.") % {"host": target.host})
        told = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, told, content[: limits.most], is_whole=len(content) <= limits.most)
    finally:
        connection.close()


def _content(response: HTTPResponse, limits: _Limits) -> bytes:
    """The body, and one byte more than is wanted where there is more."""
    pieces: list[bytes] = []
    wanted = limits.most + 1
    while wanted > 0 and (piece := response.read(min(wanted, 65_536))):
        pieces.append(piece)
        wanted -= len(piece)
    if wanted > 0 and response.length:  # which http.client passes over when it is read in pieces
        raise IncompleteRead(pieces[-1] if pieces else b"", response.length)
    return b"".join(pieces)


class _Timed:
    """A socket that ends in time however slowly bytes come: a time limit of sockets is one for each single call."""

    limits: _Limits

    def connect(self, address: Any) -> None:
        self.settimeout(self.limits.left())  # type: ignore[attr-defined]
        super().connect(address)  # type: ignore[misc]

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.limits.left())  # type: ignore[attr-defined]
        return super().recv_into(*args, **kwargs)  # type: ignore[misc]

    def send(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.limits.left())  # type: ignore[attr-defined]
        return super().send(*args, **kwargs)  # type: ignore[misc]

    def sendall(self, content: Any, flags: int = 0, /) -> None:
        rest = memoryview(content)
        while rest:
            rest = rest[self.send(rest[:65_536]) :]


class _TimedSocket(_Timed, socket.socket):
    pass


class _TimedTls(_Timed, ssl.SSLSocket):
    """Its handshake is over before it has limits of its own: that keeps to the time limit of the plain socket."""


@lru_cache(maxsize=64)
def _context(authority: str = "") -> ssl.SSLContext:
    """The system's authorities, or those that OpenSSL's `SSL_CERT_FILE` names: a company's own among them. With an
    authority in PEM that one alone. Raises AddressForbidden when it can't be read."""
    try:
        context = ssl.create_default_context(cadata=authority.strip() or None)
    except (ssl.SSLError, ValueError) as error:
        raise AddressForbidden(_("The authority's certificate can't be read: paste it whole, in PEM form.")) from error
    if authority:  # one of somebody's own may lack what public ones must have (RFC 5280, 4.2.1)
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _TimedTls
    return context
