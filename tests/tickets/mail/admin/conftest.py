"""Administrators and their browsers."""

import pytest

from helpdesk.accounts.enums import Role
from tests.browsers import browser_of, proved
from tests.factories import StaffFactory


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def browser(ada):
    return proved(browser_of(ada))
