"""The line to a directory's server: a connected socket, encrypted where asked for, every step within the time-out.

The library's own TLS (libldap over GnuTLS, as Debian builds it) waits without end, and with a whole core, for a server
that is silent in the middle of the handshake, and says of a bad certificate nothing that people understand. So Python's
`ssl` speaks TLS, and the library is handed the clear end of it, on this machine.
"""

import selectors
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from helpdesk.accounts.directory.enums import Security
from helpdesk.accounts.directory.faults import DirectoryFault

# RFC 4511, 4.14: an ExtendedRequest with the OID of StartTLS, as the first message.
START_TLS = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037"
MOST_BYTES = 65536
PORTS = {"ldap": 389, "ldaps": 636}
# OpenSSL's verify results, https://docs.openssl.org/master/man1/openssl-verification-options/
VERDICTS = {
    9: "certificate_not_yet",
    10: "certificate_expired",
    62: "certificate_wrong_name",
    64: "certificate_wrong_name",
}


@dataclass(frozen=True, slots=True)
class Server:
    """One address of a directory. Raises DirectoryFault from `parse` for what is none."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, uri: str) -> "Server":
        try:
            found = urlsplit(uri.strip())
            scheme, host, port = found.scheme, found.hostname, found.port
        except ValueError:
            raise DirectoryFault("address", uri=uri) from None
        if scheme not in PORTS or not host or found.path not in ("", "/") or found.query or found.username:
            raise DirectoryFault("address", uri=uri)
        return cls(scheme, host, port or PORTS[scheme])

    def fault(self, kind: str, **values: object) -> DirectoryFault:
        return DirectoryFault(kind, host=self.host, port=self.port, **values)


def trusting(pem: str) -> ssl.SSLContext:
    """TLS 1.2 or newer, trusting the given authority or, without one, those of this machine. Raises DirectoryFault."""
    try:
        context = ssl.create_default_context(cadata=pem.strip() or None)
    except (ssl.SSLError, ValueError):
        raise DirectoryFault("authority") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # An authority of the company's own may lack what public ones must have (RFC 5280, 4.2.1): OpenSSL asks by choice.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
    return context


def open_channel(server: Server, *, security: str, authority: str, seconds: float) -> socket.socket:
    """A socket on which LDAP can be spoken in the clear. Raises DirectoryFault within the time-out of each step."""
    context = trusting(authority) if security != Security.PLAIN else None
    line = _connected(server, seconds)
    try:
        if context is None:
            line.settimeout(None)
            return line
        if security == Security.STARTTLS:
            _start_tls(line, server, seconds)
        return _relayed(_encrypted(line, server, context, seconds))
    except BaseException:
        line.close()
        raise


def _connected(server: Server, seconds: float) -> socket.socket:
    try:
        line = socket.create_connection((server.host, server.port), timeout=seconds)
    except socket.gaierror:
        raise server.fault("resolve") from None
    except UnicodeError:
        raise server.fault("resolve") from None
    except ConnectionRefusedError:
        raise server.fault("refused") from None
    except TimeoutError:
        raise server.fault("timed_out", seconds=f"{seconds:g}") from None
    except OSError as error:
        raise server.fault("unreachable", detail=error.strerror or type(error).__name__) from None
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def _start_tls(line: socket.socket, server: Server, seconds: float) -> None:
    """Ask for TLS and read the one answer: resultCode is the first element of the ExtendedResponse (RFC 4511, 4.12)."""
    try:
        line.sendall(START_TLS)
        head = _read(line, 2)
        length = head[1]
        if length & 0x80:
            length = int.from_bytes(_read(line, length & 0x7F), "big")
        answer = _read(line, min(length, MOST_BYTES))
    except TimeoutError:
        raise server.fault("timed_out", seconds=f"{seconds:g}") from None
    except OSError:
        raise server.fault("lost") from None
    at = answer.find(b"\x0a\x01")
    code = answer[at + 2] if 0 <= at < len(answer) - 2 else -1
    if code != 0:
        raise server.fault("starttls", detail=f"result {code}")


def _read(line: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        more = line.recv(count - len(found))
        if not more:
            raise ConnectionResetError
        found += more
    return found


def _encrypted(line: socket.socket, server: Server, context: ssl.SSLContext, seconds: float) -> ssl.SSLSocket:
    try:
        return context.wrap_socket(line, server_hostname=server.host)
    except ssl.SSLCertVerificationError as error:
        raise server.fault(VERDICTS.get(error.verify_code, "certificate_not_trusted")) from None
    except TimeoutError:
        raise server.fault("timed_out", seconds=f"{seconds:g}") from None
    except ssl.SSLError as error:
        raise server.fault("tls", detail=error.reason or "no TLS") from None
    except OSError:
        raise server.fault("tls", detail="the connection was broken off") from None


def _relayed(safe: ssl.SSLSocket) -> socket.socket:
    """The clear end of the encrypted line; it lives as long as either end does."""
    ours, theirs = socket.socketpair()
    threading.Thread(target=_relay, args=(safe, theirs), name="directory-line", daemon=True).start()
    return ours


def _relay(safe: ssl.SSLSocket, clear: socket.socket) -> None:
    """Carry bytes both ways until one end is closed."""
    with safe, clear, selectors.DefaultSelector() as selector:
        safe.settimeout(0.0)
        selector.register(safe, selectors.EVENT_READ)
        selector.register(clear, selectors.EVENT_READ)
        while True:
            for key, _events in selector.select():
                try:
                    is_open = _incoming(safe, clear) if key.fileobj is safe else _outgoing(safe, clear)
                except OSError:
                    return
                if not is_open:
                    with suppress(OSError):
                        clear.shutdown(socket.SHUT_RDWR)
                    return


def _incoming(safe: ssl.SSLSocket, clear: socket.socket) -> bool:
    """All that the encrypted line has decrypted by now; False at its end."""
    while True:
        try:
            piece = safe.recv(MOST_BYTES)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return True
        if not piece:
            return False
        clear.sendall(piece)


def _outgoing(safe: ssl.SSLSocket, clear: socket.socket) -> bool:
    piece: Any = clear.recv(MOST_BYTES)
    if not piece:
        return False
    safe.settimeout(30.0)
    safe.sendall(piece)
    safe.settimeout(0.0)
    return True
