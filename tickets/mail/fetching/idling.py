"""Waiting for the server to speak (IDLE, RFC 2177)."""

import threading
import time

from imapclient import IMAPClient

# A server may hang up after 30 minutes, networks forget a silent connection sooner, and what the library read
# together with the server's consent to idle is only seen after it.
ISSUE_AGAIN_SECONDS = 120
LISTEN_SECONDS = 1.0


def idle(client: IMAPClient, stop: threading.Event) -> None:
    """Return when the folder grew, after two minutes, or within a second of `stop`. Raises imaplib's errors when the
    connection ends."""
    client.idle()
    until = time.monotonic() + ISSUE_AGAIN_SECONDS
    while not stop.is_set() and time.monotonic() < until:
        began = time.monotonic()
        answers = client.idle_check(timeout=LISTEN_SECONDS)
        if any(len(answer) > 1 and answer[1] == b"EXISTS" for answer in answers):
            break
        if not answers and time.monotonic() - began < LISTEN_SECONDS / 2:
            break  # readable, but nothing to read: the connection has ended, as the next command will find
    client.idle_done()
