"""The signer's socket: who may speak, for how long, and how much."""

import os
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from vpn.signer.service import Service
from vpn.signer.wire import Address, Unreadable, line_of, message_of, receive_line

log = structlog.get_logger(__name__)
AT_ONCE = 32
"""Connections that are listened to at a time; others wait in the kernel's queue."""
SECONDS = 5.0
UCRED = struct.Struct("3i")  # struct ucred, unix(7)


def serve(service: Service, *, path: Path, users: frozenset[int], group: int | None, stop: threading.Event) -> None:
    """Answer until told to stop. Raises OSError where the socket can't be made."""
    slots = threading.BoundedSemaphore(AT_ONCE)
    with _listening(path, group) as listener:
        log.info("signer_listens", path=str(path), users=sorted(users))
        while not stop.is_set():
            try:
                connection, _address = listener.accept()
            except TimeoutError:
                continue
            slots.acquire()
            threading.Thread(target=_converse, args=(connection, service, users, slots), daemon=True).start()
        for _slot in range(AT_ONCE):  # those who are being answered
            slots.acquire(timeout=SECONDS)


@contextmanager
def _listening(path: Path, group: int | None) -> Iterator[socket.socket]:
    """For its owner and the group alone (0660). Who holds the folder's lock may take away what a killed one left."""
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener, Address(path) as address:
        listener.bind(address)
        os.chmod(path, 0o660)
        if group is not None:
            os.chown(path, -1, group)
        listener.listen(128)
        listener.settimeout(0.5)
        try:
            yield listener
        finally:
            path.unlink(missing_ok=True)


def _converse(
    connection: socket.socket, service: Service, users: frozenset[int], slots: threading.BoundedSemaphore
) -> None:
    """One request, one answer. Who breaks the rules, or goes away, is left."""
    try:
        with connection:
            user = _peer(connection)
            if user not in users:
                log.warning("signer_stranger", user=user)
                return
            answer = service.answer(message_of(receive_line(connection, seconds=SECONDS)), peer=user)
            connection.settimeout(SECONDS)
            connection.sendall(line_of(answer))
    except (Unreadable, OSError) as error:
        log.warning("signer_connection", why=str(error))
    finally:
        slots.release()


def _peer(connection: socket.socket) -> int:
    """The number of the user at the other end, by the kernel's word (SO_PEERCRED, unix(7))."""
    _process, user, _group = UCRED.unpack(connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, UCRED.size))
    return int(user)
