"""One connection to one mail server (RFC 5321), step by step, so that we know at each step what the server has."""

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from helpdesk.core.mime import ascii_address
from helpdesk.notifications.answers import Answer, Deferred, RouteTrouble, Silence, trouble_of
from helpdesk.notifications.registries import Transport
from helpdesk.notifications.smtp_lines import PlainSmtp, TlsSmtp

OPENING = 1.5
"""So many times the time limit of one step has a server for all of them until it takes mail: less than a lease."""
STILL_THERE = 5.0
"""Seconds that an open connection has to say so; opening another one is always possible."""
PIECE = 64 * 1024
_LINE_DOT = re.compile(rb"(?m)^\.")
_HOST_NAME = re.compile(r"(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)+", re.I)


class Connection:
    """Open, signed in and ready for mails one after the other. Not to be shared between threads."""

    def __init__(self, transport: Transport) -> None:
        """Connect, encrypt, sign in. Raises RouteTrouble, or Deferred when the server only says: not now."""
        self.transport = transport
        self.mails = 0
        self.makes_sense = True
        self.idle_since = time.monotonic()
        with _opening(transport):
            self._smtp = _connect(transport)
            try:
                # The dot follows the mail in a write of its own: it must not wait for the server's delayed ACK.
                self._sock().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _prepare(self._smtp, transport)
                self._smtp.opens_until = None
            except BaseException:
                self._smtp.close()
                raise

    def is_alive(self) -> bool:
        """Whether the server still answers, and soon; a connection that was cut is found out here and not under a
        mail."""
        try:
            self._sock().settimeout(min(STILL_THERE, self.transport.timeout))
            code, _ = self._smtp.noop()
            self._sock().settimeout(self.transport.timeout)
        except (OSError, smtplib.SMTPException):
            return False
        return code == 250

    def start(self, sender: str, *, size: int) -> None:
        """MAIL FROM. Raises Deferred, Rejected or RouteTrouble."""
        options = [f"SIZE={size}"] if self._smtp.has_extn("size") else []
        with _before_data():
            code, text = self._smtp.mail(sender, options)
        answer = self._heard(code, text)
        if not answer.is_good:
            raise trouble_of(answer)
        self.mails += 1

    def offer(self, address: str) -> Answer:
        """RCPT TO; the answer is about this recipient alone. Raises Deferred when the connection breaks, or what comes
        is no answer: the next ones could be to other recipients than they seem."""
        usable = ascii_address(address)
        if usable is None:
            return Answer(553, "5.1.3 this is not an address that mail servers understand")
        with _before_data():
            code, text = self._smtp.rcpt(usable)
        answer = self._heard(code, text)
        if not answer.is_final:
            raise Deferred(str(answer))
        return answer

    def ask_to_send(self) -> None:
        """DATA. Raises Deferred, Rejected or RouteTrouble; the server has nothing of the mail yet."""
        with _before_data():
            code, text = self._smtp.docmd("DATA")
        if code != 354:
            answer = self._heard(code, text)
            self.makes_sense = self.makes_sense and not answer.is_good
            raise trouble_of(answer)

    def pour(self, content: bytes, *, seconds: float) -> None:
        """The mail, all but the dot that ends it, within so many seconds: a piece at a time, for a large one by a slow
        line takes longer than a step may. Raises Deferred when it breaks off: without the dot no server may take the
        mail (RFC 5321, section 4.1.1.4)."""
        body = _LINE_DOT.sub(b"..", content)
        rest = memoryview(body if body.endswith(b"\r\n") else body + b"\r\n")
        ends = time.monotonic() + seconds
        try:
            while rest:
                self._sock().sendall(rest[:PIECE])
                rest = rest[PIECE:]
                if rest and time.monotonic() > ends:
                    raise TimeoutError
        except OSError as error:
            raise Deferred(f"the connection broke off in the middle of the mail: {_said(error)}") from error

    def finish(self) -> Answer:
        """The dot, and the server's word. Raises Silence when none comes, or what comes is none; Deferred when not even
        the dot could be sent."""
        try:
            sock = self._sock()
            sock.settimeout(self.transport.answer_timeout)
            sock.sendall(b".\r\n")
        except OSError as error:
            raise Deferred(f"the connection broke off in the middle of the mail: {_said(error)}") from error
        try:
            code, text = self._smtp.getreply()
            sock.settimeout(self.transport.timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise Silence(f"no answer after the data: {_said(error)}") from error
        self.idle_since = time.monotonic()
        answer = self._heard(code, text)
        if not answer.is_final:
            raise Silence(f"no answer after the data: {answer}")
        return answer

    def _heard(self, code: int, text: bytes) -> Answer:
        """After a word that is no answer nobody knows which answer is to what: the connection is of no more use."""
        answer = Answer.of(code, text)
        self.makes_sense = self.makes_sense and answer.is_final
        return answer

    def _sock(self) -> socket.socket:
        if self._smtp.sock is None:
            raise ConnectionResetError("the connection is closed")
        return self._smtp.sock

    def reset(self) -> bool:
        """RSET after a mail that did not go out; False when the connection is of no more use."""
        if not self.makes_sense:
            return False
        try:
            code, _ = self._smtp.rset()
        except (OSError, smtplib.SMTPException):
            return False
        self.idle_since = time.monotonic()
        return code == 250

    def close(self) -> None:
        """QUIT if the server still listens, and hang up."""
        try:
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()

    def drop(self) -> None:
        """Hang up without a word."""
        self._smtp.close()


def _connect(transport: Transport) -> PlainSmtp | TlsSmtp:
    opens_until = time.monotonic() + OPENING * transport.timeout
    common: dict[str, Any] = {
        "local_hostname": _our_name(),
        "timeout": transport.timeout,
        "opens_until": opens_until,
    }
    if transport.security == "tls":
        return TlsSmtp(transport.host, transport.port, context=_tls(transport), **common)
    return PlainSmtp(transport.host, transport.port, **common)


def _prepare(smtp: smtplib.SMTP, transport: Transport) -> None:
    smtp.ehlo_or_helo_if_needed()
    if transport.security == "starttls":
        if not smtp.has_extn("starttls"):
            raise RouteTrouble(f"{transport.host} offers no STARTTLS: choose another encryption or another port")
        smtp.starttls(context=_tls(transport))
        smtp.ehlo_or_helo_if_needed()
    if transport.username:
        smtp.login(transport.username, transport.password)


def _tls(transport: Transport) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not transport.verify_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _our_name() -> str:
    """The argument of EHLO: our host name, or an address literal where we have none (RFC 5321, section 4.1.4)."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    return host if _HOST_NAME.fullmatch(host) else "[127.0.0.1]"


@contextmanager
def _opening(transport: Transport) -> Iterator[None]:
    where = f"{transport.host}:{transport.port}"
    try:
        yield
    except smtplib.SMTPConnectError as error:
        answer = Answer.of(error.smtp_code, error.smtp_error)
        if answer.is_temporary:
            raise Deferred(str(answer), status=answer.status) from error
        raise RouteTrouble(f"{where} does not serve us: {answer}", status=answer.status) from error
    except smtplib.SMTPAuthenticationError as error:
        answer = Answer.of(error.smtp_code, error.smtp_error)
        raise RouteTrouble(
            f"{where} refused the sign-in: {answer}", status=answer.status, sign_in=not answer.is_temporary
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise RouteTrouble(f"{where} offers no sign-in that we know", sign_in=True) from error
    except smtplib.SMTPResponseException as error:
        answer = Answer.of(error.smtp_code, error.smtp_error)
        if answer.is_temporary:
            raise Deferred(str(answer), status=answer.status) from error
        raise RouteTrouble(f"{where} does not serve us: {answer}", status=answer.status) from error
    except ssl.SSLError as error:
        raise RouteTrouble(f"no secure connection to {where}: {_said(error)}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise RouteTrouble(f"no connection to {where}: {_said(error)}") from error


@contextmanager
def _before_data() -> Iterator[None]:
    try:
        yield
    except (OSError, smtplib.SMTPException) as error:
        raise Deferred(f"the connection broke off: {_said(error)}") from error


def _said(error: BaseException) -> str:
    if isinstance(error, smtplib.SMTPServerDisconnected) and isinstance(error.__context__, OSError):
        return _said(error.__context__)
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not to be trusted ({error.verify_message})"
    return (str(error) or type(error).__name__).splitlines()[0][:200]
