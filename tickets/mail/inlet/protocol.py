"""The conversation with one client."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax
from django.conf import settings
from django.db import DatabaseError

from tickets.mail.inlet.limits import Limits
from tickets.mail.inlet.recipients import Recipients
from tickets.mail.inlet.taking import Parcel, take
from tickets.mail.models import Mailbox

log = structlog.get_logger(__name__)
MOST_RECIPIENTS = 200
MOST_UNKNOWN_RECIPIENTS = 10
END = b"\r\n.\r\n"

TRY_LATER = "451 4.3.0 Not taken now, try again later"
TOO_LARGE = "552 5.3.4 Message too large"


@dataclass(slots=True)
class Inlet:
    """What all connections share; `storing` mails are being stored just now."""

    recipients: Recipients
    limits: Limits
    pool: Executor
    storing: int = 0


class Handler:
    """Answers of one connection (aiosmtpd calls these by name)."""

    def __init__(self, inlet: Inlet) -> None:
        self.inlet = inlet
        self.unknown = 0

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Nobody signs in here, so nobody is invited to show a password, as aiosmtpd does under TLS."""
        session.host_name = hostname
        return [line for line in responses if not line.startswith("250-AUTH")]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        try:
            mailbox = await self._find(address)
        except DatabaseError:
            return TRY_LATER
        if mailbox is None:
            return self._refuse(server, address)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        parcel = Parcel(
            content=bytes(envelope.content or b""),  # type: ignore[arg-type]  # bytes: read_data puts them there
            sender=(envelope.mail_from or "") if envelope.mail_from != "<>" else "",
            recipients=tuple(envelope.rcpt_tos),
            peer=peer_of(session),
        )
        loop = asyncio.get_running_loop()
        self.inlet.storing += 1
        try:
            return await loop.run_in_executor(self.inlet.pool, partial(take, parcel, self.inlet.recipients))
        finally:
            self.inlet.storing -= 1

    async def handle_VRFY(self, server: SMTP, session: Session, envelope: Envelope, address: str) -> str:  # noqa: N802
        return "252 2.5.0 Not told; send the mail and see"

    async def handle_exception(self, error: Exception) -> str:
        log.error("smtp_inlet_failed", error=f"{type(error).__name__}: {error}", exc_info=error)
        return TRY_LATER

    async def _find(self, address: str) -> Mailbox | None:
        is_fresh, mailbox = self.inlet.recipients.known(address)
        if is_fresh:
            return mailbox
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.inlet.pool, partial(self.inlet.recipients.find, address))

    def _refuse(self, server: SMTP, address: str) -> str:
        """Unknown recipients are refused; who tries many of them is not served any longer."""
        self.unknown += 1
        if self.unknown > MOST_UNKNOWN_RECIPIENTS:
            if server.transport is not None:
                asyncio.get_running_loop().call_soon(server.transport.close)
            return "421 4.7.0 Too many unknown recipients"
        return "550 5.1.1 No such mailbox here"


class Conversation(SMTP):
    """aiosmtpd's server with limits, and with its own reading of DATA: bounded memory however short or long the lines,
    and an end that only CRLF.CRLF makes (a lone LF never does, so that no second mail can be smuggled in)."""

    line_length_limit = 64 * 1024  # of the reader's buffer; lines of a mail may be longer

    def __init__(self, inlet: Inlet, **options: Any) -> None:
        self.inlet = inlet
        super().__init__(
            Handler(inlet),
            data_size_limit=settings.MAIL_MAX_BYTES,
            enable_SMTPUTF8=True,
            auth_exclude_mechanism=("LOGIN", "PLAIN"),
            ident="ESMTP",
            timeout=300,
            **options,
        )

    async def _handle_client(self) -> None:
        assert self.session is not None
        assert self.transport is not None
        peer = peer_of(self.session) or ""
        if not self.inlet.limits.enter(peer):
            log.warning("smtp_inlet_refused_connection", peer=peer)
            await self.push("421 4.7.0 Too many connections, try again later")
            self.transport.close()
            return
        try:
            await super()._handle_client()
        finally:
            self.inlet.limits.leave(peer)

    @syntax("DATA")
    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802 - aiosmtpd's name
        assert self.session is not None
        assert self.envelope is not None
        if await self.check_helo_needed():
            return
        if not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await read_data(self._reader, most=settings.MAIL_MAX_BYTES, progress=self._reset_timeout)
        if content is None:
            status = TOO_LARGE
        else:
            self.envelope.content = content
            status = await self.event_handler.handle_DATA(self, self.session, self.envelope)
        self._set_post_data_state()
        await self.push(status)


async def read_data(reader: asyncio.StreamReader, *, most: int, progress: Callable[[], None]) -> bytes | None:
    """The message up to CRLF.CRLF, with the dots of RFC 5321, section 4.5.2 undone; None when it is over `most` bytes,
    after reading past it. Calls `progress` for each portion, so that only silence runs into the time-out."""
    reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]  # a first line that is a dot ends an empty message
    content = bytearray()
    is_too_large = False
    is_ended = False
    while not is_ended:
        try:
            piece = await reader.readuntil(END)
            is_ended = True
        except asyncio.LimitOverrunError as error:
            piece = await reader.readexactly(error.consumed)
        progress()
        is_too_large = is_too_large or len(content) + len(piece) > most + len(END)
        if is_too_large:
            content.clear()
        else:
            content += piece
    if is_too_large:
        return None
    del content[-len(END) + 2 :]
    return bytes(content.replace(b"\r\n.", b"\r\n")[2:])


def peer_of(session: Session) -> str | None:
    """The client's address; None for a socket that has none."""
    peer = session.peer
    return peer[0].partition("%")[0] if isinstance(peer, tuple) else None
