"""People who act."""

import pytest

from helpdesk.accounts.enums import Role
from tests.factories import OrganisationFactory, StaffFactory, TicketFactory, UserFactory
from tickets import signals


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Orlova", email="anna@helpdesk.example")


@pytest.fixture
def accountant(db):
    return StaffFactory(role=Role.ACCOUNTANT)


@pytest.fixture
def clara(db):
    return UserFactory(name="Clara Weiss", email="clara@shop.example", organisation=OrganisationFactory())


@pytest.fixture
def sergei(db):
    return UserFactory(name="Sergei", email="sergei@stranger.example")


@pytest.fixture
def ticket(clara):
    return TicketFactory(requester=clara, subject="No mail")


@pytest.fixture
def told():
    """The domain signals that were sent, in order, with what they carried."""
    heard = []
    names = ("message_received", "message_written", "ticket_opened", "ticket_changed", "message_moved")
    listeners = []
    for name in names:

        def listen(sender, signal, _name=name, **facts):
            heard.append((_name, facts))

        getattr(signals, name).connect(listen, weak=False)
        listeners.append((name, listen))
    yield heard
    for name, listen in listeners:
        getattr(signals, name).disconnect(listen)
