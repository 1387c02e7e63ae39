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
from helpdesk.notifications.live.hub import Hub
from helpdesk.notifications.live.parting import SAID, farewell, language_of
from helpdesk.notifications.live.streams import Stream

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
SINCE_SECONDS = 2
"""Clocks of machines differ, and a page is made before it is sent: looked at twice is better than not at all."""
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
        headers: dict[bytes, str] = {}
        try:
            headers, query = _asked(scope)
            stream = Stream(await _admit(self.hub, headers, query))
            try:
                await self.hub.enter(stream, after=_heard(headers, query), made=_made(query))
                await _serve(self.hub, stream, receive, send, page=headers.get(b"referer", ""))
            finally:
                await asyncio.shield(self.hub.exit(stream))
        except Shut as shut:
            await _refuse(send, shut.status, headers)


def _asked(scope: Scope) -> tuple[dict[bytes, str], dict[str, str]]:
    """The headers and the query. Raises Shut for what can't be meant."""
    if scope["method"] != "GET":
        raise Shut(405)
    headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    if headers.get(b"sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Shut(403)
    return headers, dict(parse_qsl(scope["query_string"].decode("latin-1")))


def _heard(headers: dict[bytes, str], query: dict[str, str]) -> str:
    """After which position the page has yet to be told: what it heard last (`Last-Event-ID` from a browser that comes
    again by itself, else `after`); "" when it has heard nothing."""
    return headers.get(b"last-event-id") or query.get("after", "")


def _made(query: dict[str, str]) -> int | None:
    """Shortly before the page was made (`since`, Unix time); None when it doesn't say."""
    since = query.get("since", "")
    return max(0, int(since) - SINCE_SECONDS) if since.isascii() and since.isdigit() and len(since) < 19 else None


async def _admit(hub: Hub, headers: dict[bytes, str], query: dict[str, str]) -> Listener:
    kind, key = asked_for(query)
    session = parse_cookie(headers.get(b"cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
    if not session:
        raise Shut(401)
    try:
        return await hub.ask(listener, session, kind, key)
    except (DatabaseError, InterfaceError) as error:
        log.warning("live_events_not_admitted", error=type(error).__name__)
        raise Shut(503) from error


async def _serve(hub: Hub, stream: Stream, receive: Receive, send: Send, *, page: str) -> None:
    gone = asyncio.create_task(_wait_for_the_end(stream, receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": list(HEADERS)})
        await _write(send, b"retry: 3000\n" + mark(hub, stream))
        beats = 0
        while not stream.is_ended:
            try:
                async with asyncio.timeout(BEAT_SECONDS):  # wait_for would make a task of each
                    await stream.wake.wait()
            except TimeoutError:
                beats += 1
                await hub.presence.renew(stream)
                stream.is_doubted |= not beats % BEATS_TO_CHECK
                if not stream.is_doubted:
                    await _write(send, mark(hub, stream))
                    continue
            stream.wake.clear()
            if stream.is_doubted:
                stream.is_doubted = False
                await _check(hub, stream)
            told = stream.take(hub.streams.pace)
            if not stream.is_ended:
                position = hub.reader.past.position
                frames = b"".join(frame(event, data, position) for event, data in told.items())
                await _write(send, frames or mark(hub, stream))
        if stream.why in SAID:
            await _write(send, parted(stream.why, language=stream.listener.language, page=page))
        await send({"type": "http.response.body", "body": b""})
    except (OSError, TimeoutError):  # whoever listened is gone, or takes nothing
        return
    finally:
        gone.cancel()


async def _refuse(send: Send, status: int, headers: dict[bytes, str]) -> None:
    """The status; to a browser's page, which could not read that, what there is to be said."""
    body = b""
    if status in SAID and "text/event-stream" in headers.get(b"accept", ""):
        language = language_of(headers.get(b"accept-language", ""))
        body = parted(status, language=language, page=headers.get(b"referer", ""))
    length = (b"content-length", str(len(body)).encode())
    start = {"status": 200, "headers": [*HEADERS, length]} if body else {"status": status, "headers": [length]}
    await send({"type": "http.response.start", **start})
    await send({"type": "http.response.body", "body": body})


async def _check(hub: Hub, stream: Stream) -> None:
    """End the stream of who may listen no more, and of whom that can't be asked now: their page comes again."""
    who = stream.listener
    try:
        hub.change(stream, await hub.ask(listener, who.session, who.kind, who.key))
    except Shut as shut:
        stream.end(shut.status)
    except (DatabaseError, InterfaceError):
        stream.end()


async def _wait_for_the_end(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _write(send: Send, body: bytes) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await send({"type": "http.response.body", "body": body, "more_body": True})


def frame(event: str, data: str, position: str = "") -> bytes:
    """One event as it goes over the wire; each line of its data is a line of its own. Whoever got it has heard of
    everything up to this position."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    place = f"id: {position}\n" if position else ""
    return f"{place}event: {event}\n{lines}\n".encode()


def parted(status: int, *, language: str, page: str) -> bytes:
    """The last event of a page, which then comes again seldom."""
    return b"retry: 60000\n" + frame("out", farewell(status, language=language, page=page))


def mark(hub: Hub, stream: Stream) -> bytes:
    """A sign of life; where nothing waits to be told, the page learns by it how far it has heard."""
    position = hub.reader.past.position
    return frame("mark", "here", position) if position and not stream.waiting else b": here\n\n"


door = Door()
