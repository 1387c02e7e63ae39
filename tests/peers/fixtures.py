"""Fixtures around real servers, imported by the conftest of those who need them."""

from collections.abc import Callable, Iterator

import pytest

from tests.factories import MailboxFactory
from tests.peers import dovecot as dovecots
from tests.peers.dovecot import Account, Dovecot
from tickets.mail.models import Mailbox

MakeMailbox = Callable[..., Mailbox]


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    if reason := dovecots.missing():
        pytest.skip(reason)
    with dovecots.running() as server:
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.account()


@pytest.fixture
def plain_account() -> Iterator[Account]:
    """An account on a server without MOVE, UIDPLUS and IDLE."""
    if reason := dovecots.missing():
        pytest.skip(reason)
    with dovecots.running(without=("MOVE", "UIDPLUS", "IDLE")) as server:
        yield server.account()


@pytest.fixture
def imap_mailbox(account: Account) -> MakeMailbox:
    """Makes a mailbox that reads `account` by IMAP without encryption; fields by keyword."""

    def make(**fields: object) -> Mailbox:
        return MailboxFactory(**(imap_fields(account) | fields))

    return make


def imap_fields(account: Account) -> dict[str, object]:
    return {
        "protocol": "imap",
        "in_host": "127.0.0.1",
        "in_port": account.server.imap,
        "in_security": "plain",
        "in_username": account.user,
        "in_password": account.password,
    }


def pop3_fields(account: Account) -> dict[str, object]:
    return imap_fields(account) | {"protocol": "pop3", "in_port": account.server.pop3}
