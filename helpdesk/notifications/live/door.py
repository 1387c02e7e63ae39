"""`/events/`: the stream of one page, as an ASGI application of its own.

Django's middleware would hold a thread for each open stream; here a stream is one coroutine and no thread, and what
asks the database does so in one of the hub's threads.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import parse_cookie

from helpdesk.notifications.live.channels import Listener, Shut, asked_for, listener
from helpdesk.notifications.live.hub import Hub, Stream

log = structlog.get_logger(__name__)
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = "/events/"
BEAT_SECONDS = 15.0
"""A sign of life so often, which also finds out that nobody is there any more."""
BEATS_TO_CHECK = 2
"""Every so many beats the session and the right are asked for again."""
SEND_SECONDS = 20.0
"""A page that takes nothing for so long is let go; it comes again when it can."""
HEADERS = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
)


class Door:
    """The application; one for each process."""

    def __init__(self) -> None:
        self.hub: Hub | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.hub = self.hub or Hub()
        try:
            who = await _admit(self.hub, scope)
            stream = Stream(who)
            try:
                await self.hub.enter(stream)
                await _serve(self.hub, stream, receive, send)
            finally:
                await asyncio.shield(self.hub.exit(stream))
        except Shut as shut:
            await send({"type": "http.response.start", "status": shut.status, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})


async def _admit(hub: Hub, scope: Scope) -> Listener:
    if scope["method"] != "GET":
        raise Shut(405)
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if headers.get(b"sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Shut(403)
    kind, key = asked_for(dict(parse_qsl(scope["query_string"].decode("latin-1"))))
    session = parse_cookie(headers.get(b"cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    if not session:
        raise Shut(401)
    try:
        return await hub.ask(listener, session, kind, key)
    except (DatabaseError, InterfaceError) as error:
        log.warning("live_events_not_admitted", error=type(error).__name__)
        raise Shut(503) from error


async def _serve(hub: Hub, stream: Stream, receive: Receive, send: Send) -> None:
    gone = asyncio.create_task(_wait_for_the_end(stream, receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": list(HEADERS)})
        await _write(send, b"retry: 3000\n\n")
        beats = 0
        while not stream.is_ended:
            try:
                await asyncio.wait_for(stream.wake.wait(), BEAT_SECONDS)
            except TimeoutError:
                beats += 1
                await hub.renew(stream)
                if not beats % BEATS_TO_CHECK and not await _still(hub, stream):
                    break
                await _write(send, b": here\n\n")
                continue
            stream.wake.clear()
            if stream.is_doubted:
                stream.is_doubted = False
                if not await _still(hub, stream):
                    break
            waiting, stream.waiting = stream.waiting, {}
            if waiting and not stream.is_ended:
                await _write(send, b"".join(frame(event, data) for event, data in waiting.items()))
        await send({"type": "http.response.body", "body": b""})
    except (OSError, TimeoutError):  # whoever listened is gone, or takes nothing
        return
    finally:
        gone.cancel()


async def _still(hub: Hub, stream: Stream) -> bool:
    """Whether they may go on listening; no while that can't be asked: the page comes again."""
    who = stream.listener
    try:
        hub.doubt_in_time(stream, await hub.ask(listener, who.session, who.kind, who.key))
    except (Shut, DatabaseError, InterfaceError):
        return False
    return True


async def _wait_for_the_end(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _write(send: Send, body: bytes) -> None:
    await asyncio.wait_for(send({"type": "http.response.body", "body": body, "more_body": True}), SEND_SECONDS)


def frame(event: str, data: str) -> bytes:
    """One event as it goes over the wire; each line of its data is a line of its own."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {event}\n{lines}\n".encode()


door = Door()
