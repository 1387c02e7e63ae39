"""Trying a mailbox's settings, step by step, so that the one that is wrong can be named."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass

from imapclient import IMAPClient

from tickets.mail.enums import AfterFetch, Protocol, Security
from tickets.mail.fetching.connecting import (
    TIMEOUT_SECONDS,
    explain,
    failures,
    hang_up,
    open_imap,
    open_pop3,
    tls_context,
)
from tickets.mail.fetching.errors import ServerFailed
from tickets.mail.fetching.imap import select
from tickets.mail.fetching.pop3 import listing
from tickets.mail.models import Mailbox

MOST_FOLDERS_NAMED = 30


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was tried. `detail` is a sentence: what was found, or what is wrong and how to mend it."""

    name: str
    ok: bool
    detail: str


def test_connection(mailbox: Mailbox) -> list[Step]:
    """Try receiving, then sending, each up to the first step that fails; changes nothing on the servers.

    Takes up to some 30 s a step, so it belongs into a task. An unsaved mailbox will do.
    """
    steps: list[Step] = []
    if mailbox.protocol != Protocol.NONE:
        steps += _until_failure(_receiving(mailbox), "receiving")
    if mailbox.out_host:
        steps += _until_failure(_sending(mailbox), "sending")
    return steps or [Step("settings", False, "This mailbox has neither a server to fetch from nor one to send by.")]


test_connection.__test__ = False  # type: ignore[attr-defined]  # pytest takes the name for a test


def _until_failure(steps: Iterator[Step], direction: str) -> list[Step]:
    done: list[Step] = []
    try:
        for step in steps:
            done.append(Step(f"{direction}: {step.name}", step.ok, step.detail))
    except ServerFailed as error:
        done.append(Step(f"{direction}: {error.stage}", False, str(error)))
    return done


def _reach(mailbox: Mailbox, host: str, port: int, *, tls: bool) -> Iterator[Step]:
    """Name, port, and where it is so from the first byte, encryption."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ServerFailed("name", explain(error, stage="name", host=host, port=port)) from None
    addresses = sorted({str(entry[4][0]) for entry in found})
    yield Step("name", True, f"{host} is {', '.join(addresses[:4])}.")
    try:
        connection = socket.create_connection((host, port), timeout=TIMEOUT_SECONDS)
    except OSError as error:
        raise ServerFailed("port", explain(error, stage="port", host=host, port=port)) from None
    with connection:
        yield Step("port", True, f"{host}:{port} accepts connections.")
        if tls:
            try:
                with tls_context(verify=mailbox.verify_certificate).wrap_socket(
                    connection, server_hostname=host
                ) as safe:
                    yield _encryption_step(safe, mailbox)
            except OSError as error:
                raise ServerFailed("encryption", explain(error, stage="encryption", host=host, port=port)) from None


def _encryption_step(safe: ssl.SSLSocket, mailbox: Mailbox) -> Step:
    checked = "its certificate is good" if mailbox.verify_certificate else "its certificate is not checked"
    return Step("encryption", True, f"{safe.version()}; {checked}.")


def _receiving(mailbox: Mailbox) -> Iterator[Step]:
    yield from _reach(mailbox, mailbox.in_host, mailbox.in_port, tls=mailbox.in_security == Security.TLS)
    yield from _imap(mailbox) if mailbox.protocol == Protocol.IMAP else _pop3(mailbox)


def _imap(mailbox: Mailbox) -> Iterator[Step]:
    client = open_imap(mailbox)
    try:
        yield Step("sign-in", True, f"{mailbox.in_username} is signed in.")
        yield _folder_step(client, mailbox)
        if client.has_capability("IDLE"):
            yield Step("waiting", True, "The server tells of new mail at once (IDLE).")
        else:
            yield Step("waiting", True, "The server has no IDLE: it is asked every 30 s.")
        if mailbox.after_fetch == AfterFetch.MOVE:
            yield _target_step(client, mailbox)
    finally:
        hang_up(client)


def _folder_step(client: IMAPClient, mailbox: Mailbox) -> Step:
    try:
        _, count = select(client, mailbox)
    except ServerFailed as error:
        raise ServerFailed("folder", f"{error} The folders there are: {_folders(client, mailbox)}.") from None
    return Step("folder", True, f"{mailbox.folder or 'INBOX'} holds {count} mails.")


def _target_step(client: IMAPClient, mailbox: Mailbox) -> Step:
    if not mailbox.move_to:
        raise ServerFailed("folder to move to", "No folder to move to is named; name one.")
    if mailbox.move_to == (mailbox.folder or "INBOX"):
        raise ServerFailed("folder to move to", "Mails can't be moved to the folder that they are read from.")
    with failures("folder to move to", mailbox):
        exists = client.folder_exists(mailbox.move_to)
    detail = "exists" if exists else "does not exist yet and will be made with the first mail"
    return Step("folder to move to", True, f"{mailbox.move_to} {detail}.")


def _folders(client: IMAPClient, mailbox: Mailbox) -> str:
    with failures("folder", mailbox):
        names = [str(name) for _, _, name in client.list_folders()]
    more = ", ..." if len(names) > MOST_FOLDERS_NAMED else ""
    return ", ".join(names[:MOST_FOLDERS_NAMED]) + more


def _pop3(mailbox: Mailbox) -> Iterator[Step]:
    client = open_pop3(mailbox)
    try:
        yield Step("sign-in", True, f"{mailbox.in_username} is signed in.")
        with failures("listing", mailbox):
            count = len(listing(client, mailbox))
        yield Step("listing", True, f"The maildrop holds {count} mails.")
        if mailbox.after_fetch in (AfterFetch.SEEN, AfterFetch.MOVE):
            raise ServerFailed("after fetching", "POP3 can only leave mails or delete them; choose one of these.")
    finally:
        client.close()


def _sending(mailbox: Mailbox) -> Iterator[Step]:
    is_tls = mailbox.out_security == Security.TLS
    yield from _reach(mailbox, mailbox.out_host, mailbox.out_port, tls=is_tls)
    context = tls_context(verify=mailbox.verify_certificate)
    with failures("greeting", mailbox, outgoing=True):
        client: smtplib.SMTP = (
            smtplib.SMTP_SSL(mailbox.out_host, mailbox.out_port, timeout=TIMEOUT_SECONDS, context=context)
            if is_tls
            else smtplib.SMTP(mailbox.out_host, mailbox.out_port, timeout=TIMEOUT_SECONDS)
        )
    try:
        with failures("greeting", mailbox, outgoing=True):
            client.ehlo_or_helo_if_needed()
        yield Step("greeting", True, f"{mailbox.out_host} speaks SMTP.")
        if mailbox.out_security == Security.STARTTLS:
            with failures("encryption", mailbox, outgoing=True):
                client.starttls(context=context)
                client.ehlo()
            assert isinstance(client.sock, ssl.SSLSocket)
            yield _encryption_step(client.sock, mailbox)
        if mailbox.out_username:
            with failures("sign-in", mailbox, outgoing=True):
                client.login(mailbox.out_username, mailbox.out_password)
            yield Step("sign-in", True, f"{mailbox.out_username} is signed in.")
        with failures("sender", mailbox, outgoing=True):
            code, said = client.mail(mailbox.address)
            if code != 250:
                raise smtplib.SMTPResponseException(code, said)
        yield Step("sender", True, f"The server takes mail from {mailbox.address}.")
    finally:
        client.close()
