"""The line to a server, where the server is none: silent in every step, cut off, speaking something else."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from helpdesk.accounts.directory.channel import Server, open_channel
from helpdesk.accounts.directory.faults import DirectoryFault

YES = bytes.fromhex("300c02010178070a010004000400")
NO = bytes.fromhex("300c02010178070a013404000400")
"""ExtendedResponse (RFC 4511, 4.12) with success, and with unavailable."""


@contextmanager
def server_that_says(answer: bytes, *, stays: bool = True) -> Iterator[int]:
    """Takes one connection and answers its first bytes; then it is silent, or gone."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        over = threading.Event()

        def serve() -> None:
            line, _address = door.accept()
            with line:
                line.recv(4096)
                line.sendall(answer)
                if stays:
                    over.wait(10)

        thread = threading.Thread(target=serve)
        thread.start()
        yield door.getsockname()[1]
        over.set()
        thread.join()


def fault_of(port: int, security: str) -> tuple[str, float]:
    began = time.monotonic()
    with pytest.raises(DirectoryFault) as caught:
        open_channel(Server("ldap", "127.0.0.1", port), security=security, authority="", seconds=0.5)
    return caught.value.kind, time.monotonic() - began


@pytest.mark.parametrize(
    ("security", "answer", "stays", "kind"),
    [
        ("starttls", b"", True, "timed_out"),
        ("starttls", YES, True, "timed_out"),
        ("starttls", YES, False, "tls"),
        ("starttls", NO, True, "starttls"),
        ("starttls", b"", False, "lost"),
        ("starttls", b"220 mail.example ESMTP\r\n", True, "timed_out"),
        ("starttls", b"\x30\x84\xff\xff\xff\xff", True, "timed_out"),
        ("starttls", b"\x30\x03\x02\x01\x01", True, "starttls"),
        ("tls", b"", True, "timed_out"),
        ("tls", b"", False, "tls"),
        ("tls", b"220 mail.example ESMTP\r\n", True, "tls"),
    ],
)
def test_server_that_does_not_go_on_is_named_and_left_in_time(security, answer, stays, kind):
    with server_that_says(answer, stays=stays) as port:
        found, seconds = fault_of(port, security)

    assert found == kind
    assert seconds < 3


@pytest.mark.parametrize(
    ("uri", "parts"),
    [
        ("ldap://dc1.corp.example", ("ldap", "dc1.corp.example", 389)),
        ("ldaps://dc1.corp.example/", ("ldaps", "dc1.corp.example", 636)),
        ("ldap://10.0.0.1:3389", ("ldap", "10.0.0.1", 3389)),
        ("ldaps://[::1]:1636", ("ldaps", "::1", 1636)),
        (" LDAP://DC1.corp.example ", ("ldap", "dc1.corp.example", 389)),
    ],
)
def test_address_of_a_server_is_read(uri, parts):
    server = Server.parse(uri)

    assert (server.scheme, server.host, server.port) == parts


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "dc1",
        "http://dc1",
        "ldap://",
        "ldap://dc1:x",
        "ldap://dc1:70000",
        "ldap://u:p@dc1",
        "ldap://dc1/dc=corp",
        "ldap://[x",
    ],
)
def test_what_is_no_address_of_a_server_is_refused(uri):
    with pytest.raises(DirectoryFault) as caught:
        Server.parse(uri)

    assert caught.value.kind == "address"
