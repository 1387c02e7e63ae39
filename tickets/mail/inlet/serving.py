"""The listening server."""

import asyncio
import signal
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tickets.mail.inlet.limits import Limits
from tickets.mail.inlet.protocol import Conversation, Inlet
from tickets.mail.inlet.recipients import Recipients

THREADS = 4
LAST_ANSWERS_SECONDS = 8.0


async def serve(
    *,
    host: str,
    port: int,
    recipients: Recipients,
    limits: Limits,
    tls: ssl.SSLContext | None = None,
    ready: Callable[[int], None],
) -> None:
    """Listen until SIGTERM or SIGINT; then let running transactions end and their clients know. Raises OSError when the
    port can't be had. `ready` gets the port, once connections are accepted."""
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="smtp-inlet")
    inlet = Inlet(recipients, limits, pool)
    server = await loop.create_server(partial(Conversation, inlet, loop=loop, tls_context=tls), host, port)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    ready(server.sockets[0].getsockname()[1])
    await stop.wait()
    server.close()
    until = loop.time() + LAST_ANSWERS_SECONDS
    while inlet.storing and loop.time() < until:
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.05)  # the answers are on their way
    pool.shutdown()
