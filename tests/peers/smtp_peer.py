"""A mail server on loopback that answers as a test tells it to, and keeps what it took."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session, syntax

DROP, HANG = "drop", "hang"


@dataclass(frozen=True)
class Received:
    """A mail that the server took: it answered 250, or meant to."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=default)


@dataclass
class Line:
    """What to answer at a stage: a reply, DROP or HANG; to whom, and how often (None: for ever)."""

    stage: str
    answer: str
    address: str = ""
    left: int | None = None

    def fits(self, stage: str, address: str) -> bool:
        return self.stage == stage and self.left != 0 and self.address in ("", address)


@dataclass
class Peer:
    """Stages: CONNECT, MAIL, RCPT, DATA (the command), END (the dot). Unscripted, everything is taken."""

    port: int = 0
    password: str = ""
    mails: list[Received] = field(default_factory=list)
    script: list[Line] = field(default_factory=list)
    connections: int = 0
    offered: int = 0
    resets: int = 0
    before_the_data: Callable[[], object] | None = None
    before_the_end: Callable[[], object] | None = None

    def says(self, stage: str, answer: str, *, to: str = "", times: int | None = None) -> None:
        self.script.append(Line(stage, answer, to, times))

    def drops(self, stage: str, *, times: int | None = None) -> None:
        self.says(stage, DROP, times=times)

    def hangs(self, stage: str, *, times: int | None = None) -> None:
        self.says(stage, HANG, times=times)

    def behaves(self) -> None:
        self.script.clear()

    def answer(self, stage: str, address: str = "") -> str | None:
        line = next((line for line in self.script if line.fits(stage, address)), None)
        if line is None:
            return None
        if line.left is not None:
            line.left -= 1
        return line.answer

    def copies_to(self, address: str) -> int:
        return sum(address in mail.recipients for mail in self.mails)


class ScriptedSmtp(SMTP):
    def __init__(self, peer: Peer, **options: object) -> None:
        super().__init__(Handler(peer), hostname="peer.example", enable_SMTPUTF8=True, **options)
        self.peer = peer
        self._greeted = False

    async def push(self, status: str | bytes) -> None:
        if not self._greeted:
            self._greeted = True
            self.peer.connections += 1
            scripted = self.peer.answer("CONNECT")
            if scripted is not None:
                await self.act(scripted)
                self.transport.close()
                return
        await super().push(status)

    async def act(self, answer: str) -> str:
        """Do what the script says; returns the reply where there is one."""
        if answer == HANG:
            await asyncio.sleep(3600)
        if answer == DROP:
            self.transport.abort()
            await asyncio.sleep(3600)  # cancelled with the connection
        if not self._greeted or self.session.host_name is None:
            await super().push(answer)
        return answer

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        scripted = self.peer.answer("DATA")
        if self.peer.before_the_data is not None:
            self.peer.before_the_data()
        if scripted is None:
            await super().smtp_DATA(arg)
            return
        await super().push(await self.act(scripted))

    @syntax("RSET")
    async def smtp_RSET(self, arg: str) -> None:
        self.peer.resets += 1
        await super().smtp_RSET(arg)


class Handler:
    def __init__(self, peer: Peer) -> None:
        self.peer = peer

    async def handle_MAIL(
        self, server: ScriptedSmtp, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.peer.password and not session.authenticated:
            return "530 5.7.0 authentication required"
        scripted = self.peer.answer("MAIL", address)
        if scripted is not None:
            return await server.act(scripted)
        envelope.mail_from = address
        return "250 2.1.0 fine"

    async def handle_RCPT(
        self, server: ScriptedSmtp, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.peer.offered += 1
        scripted = self.peer.answer("RCPT", address)
        if scripted is not None:
            return await server.act(scripted)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: ScriptedSmtp, session: Session, envelope: Envelope) -> str:
        scripted = self.peer.answer("END")
        if self.peer.before_the_end is not None:
            self.peer.before_the_end()
        if scripted is None or scripted in (HANG, DROP):
            self.peer.mails.append(Received(envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
        if scripted is not None:
            return await server.act(scripted)
        return "250 2.0.0 taken"


@contextmanager
def smtp_peer(*, password: str = "", certificate: tuple[str, str] | None = None) -> Iterator[Peer]:
    """A running server. With `password` it takes only who signs in with it; with a certificate (paths of PEM and key)
    it offers STARTTLS."""
    peer = Peer(password=password)
    options: dict[str, object] = {}
    if password:
        options |= {"auth_require_tls": False, "authenticator": _authenticator(peer)}
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        options["tls_context"] = context
    loop = asyncio.new_event_loop()
    open_ones: list[ScriptedSmtp] = []

    def factory() -> ScriptedSmtp:
        open_ones.append(ScriptedSmtp(peer, loop=loop, **options))
        return open_ones[-1]

    loop.set_exception_handler(lambda loop, context: None)  # connections that a test cuts on purpose
    server = loop.run_until_complete(loop.create_server(factory, "127.0.0.1", 0))
    peer.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield peer
    finally:
        asyncio.run_coroutine_threadsafe(_end(server, open_ones), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end(server: asyncio.Server, protocols: list[ScriptedSmtp]) -> None:
    server.close()
    for transport in [each for smtp in protocols for each in (smtp.transport, smtp._original_transport)]:
        if transport is not None:
            transport.abort()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    await asyncio.sleep(0.01)


def _authenticator(peer: Peer):
    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        return AuthResult(success=getattr(data, "password", b"") == peer.password.encode(), handled=False)

    return authenticate
