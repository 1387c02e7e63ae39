"""Opening connections to mail servers, with every failure said in one sentence."""

import imaplib
import poplib
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError, LoginError

from tickets.mail.enums import Security
from tickets.mail.fetching.errors import ServerFailed
from tickets.mail.models import Mailbox

TIMEOUT_SECONDS = 30
_WRITTEN_BYTES = re.compile(r"b(['\"])(.*)\1", re.DOTALL)
# The libraries refuse long lines, and both occur: mails with their HTML in one line, searches in folders of 200,000.
poplib._MAXLINE = 16 * 1024 * 1024  # type: ignore[attr-defined]
imaplib._MAXLINE = 64 * 1024 * 1024  # type: ignore[attr-defined]

# OpenSSL's verify results, https://docs.openssl.org/master/man1/openssl-verification-options/
EXPIRED, NOT_YET, SELF_SIGNED, SELF_SIGNED_CHAIN, NO_ISSUER, NO_FIRST, WRONG_NAME, WRONG_ADDRESS = (
    10, 9, 18, 19, 20, 21, 62, 64,
)  # fmt: skip
TRUST_IT = "add the authority to this machine's trusted ones, or switch off the check for this mailbox"


def tls_context(*, verify: bool) -> ssl.SSLContext:
    """TLS 1.2 or newer; unless `verify`, any certificate is taken."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _context_for(mailbox: Mailbox) -> ssl.SSLContext | None:
    """None without encryption: to read this machine's authorities takes longer than a round of fetching."""
    return tls_context(verify=mailbox.verify_certificate) if mailbox.in_security != Security.PLAIN else None


def open_imap(mailbox: Mailbox) -> IMAPClient:
    """A signed-in connection to the mailbox's server. Raises ServerFailed."""
    context = _context_for(mailbox)
    with failures("connection", mailbox):
        client = IMAPClient(
            mailbox.in_host,
            mailbox.in_port,
            ssl=mailbox.in_security == Security.TLS,
            ssl_context=context,
            timeout=TIMEOUT_SECONDS,
        )
    try:
        keep_alive(client.socket())
        if mailbox.in_security == Security.STARTTLS:
            with failures("encryption", mailbox):
                client.starttls(context)
        with failures("sign-in", mailbox):
            _sign_in(client, mailbox)
    except BaseException:
        hang_up(client)
        raise
    return client


def _sign_in(client: IMAPClient, mailbox: Mailbox) -> None:
    if (mailbox.in_username + mailbox.in_password).isascii():
        client.login(mailbox.in_username, mailbox.in_password)
    else:
        client.plain_login(mailbox.in_username, mailbox.in_password)


def hang_up(client: IMAPClient) -> None:
    """Close the socket without a word, whatever state the connection is in."""
    try:
        client.shutdown()
    except (OSError, imaplib.IMAP4.error):
        return


def open_pop3(mailbox: Mailbox) -> poplib.POP3:
    """A signed-in POP3 connection. Raises ServerFailed."""
    context = _context_for(mailbox)
    with failures("connection", mailbox):
        if mailbox.in_security == Security.TLS:
            client: poplib.POP3 = poplib.POP3_SSL(
                mailbox.in_host, mailbox.in_port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            client = poplib.POP3(mailbox.in_host, mailbox.in_port, timeout=TIMEOUT_SECONDS)
    try:
        keep_alive(client.sock)
        if mailbox.in_security == Security.STARTTLS:
            with failures("encryption", mailbox):
                client.stls(context)
        with failures("sign-in", mailbox):
            if not (mailbox.in_username + mailbox.in_password).isascii():
                client.utf8()
            client.user(mailbox.in_username)
            client.pass_(mailbox.in_password)
    except BaseException:
        client.close()
        raise
    return client


def keep_alive(connection: socket.socket) -> None:
    """Let the kernel find out within two minutes that the other side of an idle connection is gone."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4)


@contextmanager
def failures(stage: str, mailbox: Mailbox, *, outgoing: bool = False) -> Iterator[None]:
    """Turn what the libraries raise in the block into ServerFailed, without the password."""
    try:
        yield
    except (OSError, IMAPClientError, imaplib.IMAP4.error, poplib.error_proto, smtplib.SMTPException) as error:
        host, port = (mailbox.out_host, mailbox.out_port) if outgoing else (mailbox.in_host, mailbox.in_port)
        sentence = explain(error, stage=stage, host=host, port=port)
        for secret in (mailbox.in_password, mailbox.out_password):
            if secret:
                sentence = sentence.replace(secret, "[hidden]")
        # The library's error may quote what we sent; it must not follow us into a traceback.
        raise ServerFailed(stage, sentence) from None


def explain(error: Exception, *, stage: str, host: str, port: int) -> str:
    """One sentence: what failed, and how to mend it."""
    where = f"{host}:{port}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate_problem(error, host)
    if isinstance(error, ssl.SSLError):
        return f"TLS with {where} failed ({error.reason or error}); check the port and the kind of encryption."
    if isinstance(error, socket.gaierror):
        return f"The name {host} can't be resolved ({error.strerror}); check its spelling and this machine's DNS."
    if isinstance(error, TimeoutError):
        return f"{where} did not answer within {TIMEOUT_SECONDS} s; check host, port and firewall."
    if isinstance(error, ConnectionRefusedError):
        return f"Nothing accepts connections at {where}; check host and port, and that the server runs."
    if isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return f"The connection to {where} broke ({error.strerror or error or type(error).__name__})."
    said = _said(error)
    if isinstance(error, LoginError | smtplib.SMTPAuthenticationError) or stage == "sign-in":
        return f"{host} refused the user name or password ({said}); check both."
    if isinstance(error, imaplib.IMAP4.abort) or "eof" in said.lower():
        return f"{where} closed the connection ({said})."
    return f"{where} answered: {said}."


def _said(error: Exception) -> str:
    """What the server said, in one line."""
    raw: object = error.args[0] if error.args else error
    if isinstance(error, smtplib.SMTPResponseException):
        raw = f"{error.smtp_code} {_text(error.smtp_error)}"
    return " ".join(_text(raw).split()).rstrip(".")[:300] or type(error).__name__


def _text(value: object) -> str:
    """As a person reads it; the IMAP library makes words of the server's bytes as Python writes them, `b'...'`."""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    written = _WRITTEN_BYTES.fullmatch(text)
    return written[2] if written else text


def _certificate_problem(error: ssl.SSLCertVerificationError, host: str) -> str:
    code = error.verify_code
    if code == EXPIRED:
        return f"The certificate of {host} has expired; renew it on the server."
    if code == NOT_YET:
        return f"The certificate of {host} is not valid yet; check the clocks of both machines."
    if code in (WRONG_NAME, WRONG_ADDRESS):
        return f"The certificate is not made out to {host} ({error.verify_message}); use the name it is made out to."
    if code in (SELF_SIGNED, SELF_SIGNED_CHAIN, NO_ISSUER, NO_FIRST):
        return f"The certificate of {host} is signed by nobody this machine knows ({error.verify_message}); {TRUST_IT}."
    return f"The certificate of {host} was refused ({error.verify_message})."
