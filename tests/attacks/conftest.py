"""Attackers and the people whom they attack. Mail comes in as bytes, pages are asked for as browsers do."""

import pytest

from tests.browsers import browser_of
from tests.factories import StaffFactory, UserFactory
from tests.tickets.mail.conftest import deliver, mailbox

__all__ = ["deliver", "mailbox"]


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


@pytest.fixture
def desk(anna):
    """Anna's browser."""
    return browser_of(anna)


@pytest.fixture
def clara(db):
    return UserFactory(name="Clara", email="clara@shop.example")


@pytest.fixture
def cabinet(clara):
    """Clara's browser."""
    return browser_of(clara)


@pytest.fixture
def sergei(db):
    return UserFactory(name="Sergei", email="sergei@stranger.example")
