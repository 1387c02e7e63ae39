import smtplib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

import pytest

from tests.peers.ports import free_port
from tests.peers.processes import Running, running


class InletProcess:
    """`manage.py smtp_inlet` on a free port."""

    def __init__(self, command: Running, port: int) -> None:
        self.command = command
        self.port = port

    @contextmanager
    def client(self) -> Iterator[smtplib.SMTP]:
        with smtplib.SMTP("127.0.0.1", self.port, local_hostname="mx.shop.example", timeout=20) as client:
            yield client


def listen(stack: ExitStack, *options: str, **environment: str) -> InletProcess:
    port = free_port()
    started = running("smtp_inlet", "--port", str(port), "--refresh", "0", *options, **environment)
    command = stack.enter_context(started)
    command.says("SMTP inlet: ")
    return InletProcess(command, port)


@pytest.fixture
def start_inlet(transactional_db) -> Iterator[Callable[..., InletProcess]]:
    """Starts inlets with options and environment of their own."""
    with ExitStack() as stack:
        yield partial(listen, stack)


@pytest.fixture(scope="module")
def shared_process(django_db_setup) -> Iterator[InletProcess]:
    with ExitStack() as stack:
        yield listen(stack, MAIL_MAX_MB="1")


@pytest.fixture
def inlet(transactional_db, shared_process: InletProcess) -> InletProcess:
    """One for all tests of a module; takes mails up to 1 MiB."""
    return shared_process
