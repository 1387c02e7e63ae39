"""Live events on the port of the pages: the web process hands the connection itself to the one that keeps it open.

What goes over between the two is the open socket (SCM_RIGHTS, unix(7)) and the head of the request. So browsers see one
origin, no thread waits, and no proxy stands before every page.
"""

import asyncio
import contextlib
import json
import signal
import socket
from collections.abc import MutableMapping
from typing import Any, NamedTuple, Self

from helpdesk.notifications.live.door import PATH, door

LONGEST_HEAD = 64 * 1024
REASONS = {200: "OK", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}
STOP_SECONDS = 3.0


class Handover(NamedTuple):
    """The two ends between the processes; a message is one request, whichever of the web's processes sends it."""

    web: socket.socket
    events: socket.socket

    @classmethod
    def made(cls) -> Self:
        """To be made before the processes are forked, so that it outlives each of them."""
        return cls(*socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET))


def hand_over(handover: socket.socket, request: Any, connection: socket.socket) -> bool:
    """Send gunicorn's parsed request and its connection over; False when they can't be taken now."""
    head = json.dumps([request.query, request.headers]).encode()
    if len(head) > LONGEST_HEAD:
        return False
    try:
        socket.send_fds(handover, [head], [connection.fileno()], socket.MSG_DONTWAIT)
    except OSError:  # nobody reads them: the queue is full
        return False
    return True


def take_over(handover: socket.socket) -> None:
    """Serve what is handed over until SIGTERM."""
    asyncio.run(_serve(handover))


async def _serve(handover: socket.socket) -> None:
    loop, stop, tasks = asyncio.get_running_loop(), asyncio.Event(), set[asyncio.Task[None]]()
    handover.setblocking(False)

    def take() -> None:
        try:
            head, descriptors, _, _ = socket.recv_fds(handover, LONGEST_HEAD, 1)
        except BlockingIOError:
            return
        for descriptor in descriptors:
            task = loop.create_task(_answer(socket.socket(fileno=descriptor), *json.loads(head)))
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_reader(handover.fileno(), take)
    await stop.wait()
    loop.remove_reader(handover.fileno())
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=STOP_SECONDS)


async def _answer(connection: socket.socket, query: str, headers: list[tuple[str, str]]) -> None:
    """One request and its whole answer; the connection is not used again."""
    connection.setblocking(False)
    reader, writer = await asyncio.open_connection(sock=connection, limit=1024)

    async def receive() -> MutableMapping[str, Any]:
        """Nothing more is asked on this connection: what is read is thrown away until it ends. A browser that leaves
        while something is on its way to it resets the connection."""
        with contextlib.suppress(ConnectionError):
            while await reader.read(1024):
                pass
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            lines = b"".join(b"%s: %s\r\n" % header for header in message["headers"])
            status = message["status"]
            first = f"HTTP/1.1 {status} {REASONS.get(status, '')}\r\n".encode()
            writer.write(first + lines + b"connection: close\r\n\r\n")
        elif message["body"]:
            writer.write(message["body"])
        await writer.drain()

    scope = {
        "type": "http",
        "method": "GET",
        "path": PATH,
        "query_string": query.encode("latin-1"),
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
    }
    try:
        await door(scope, receive, send)
    except OSError:  # the browser went away
        return
    finally:
        writer.close()
