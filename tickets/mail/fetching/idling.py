"""Waiting for the server to speak (IDLE, RFC 2177)."""

import ssl
import threading
import time

from imapclient import IMAPClient

# A server may hang up after 30 minutes, and networks forget a silent connection sooner.
ISSUE_AGAIN_SECONDS = 120.0
LISTEN_SECONDS = 1.0


def announced(client: IMAPClient) -> bool:
    """Whether an answer since the last call held news of the folder's size, which IDLE won't repeat."""
    return client._imap.untagged_responses.pop("EXISTS", None) is not None


def idle(client: IMAPClient, stop: threading.Event) -> None:
    """Return when the folder grew, after two minutes, or within a second of `stop`. Raises imaplib's errors when the
    connection ends."""
    client.idle()
    if not _has_more(client):
        _listen(client, stop)
    client.idle_done()


def _listen(client: IMAPClient, stop: threading.Event) -> None:
    until = time.monotonic() + ISSUE_AGAIN_SECONDS
    while not stop.is_set() and time.monotonic() < until:
        began = time.monotonic()
        answers = client.idle_check(timeout=LISTEN_SECONDS)
        if any(len(answer) > 1 and answer[1] == b"EXISTS" for answer in answers):
            return
        if not answers and time.monotonic() - began < LISTEN_SECONDS / 2:
            return  # readable, but nothing to read: the connection has ended, as the next command will find


def _has_more(client: IMAPClient) -> bool:
    """Whether something came together with the server's consent to idle: the library has read it from the socket by
    then, so that waiting for the socket would miss it."""
    connection = client.socket()
    stream = getattr(client._imap, "_file", None) or client._imap.file  # renamed in Python 3.14
    connection.setblocking(False)
    try:
        return bool(stream.peek(1))
    except ssl.SSLWantReadError:
        return False
    finally:
        client._set_read_timeout()
