"""Anna and Maya of one team, Timur of none, and Oleg, a contractor."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.accounts.enums import Role
from tests.factories import GrantFactory, StaffFactory, TeamFactory, UserFactory
from tests.peers import forked
from tests.peers.ports import free_port, wait_for_port


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Orlova", email="anna@helpdesk.example", language="en")


@pytest.fixture
def maya(db):
    return StaffFactory(name="Maya Fischer", email="maya@helpdesk.example", language="en")


@pytest.fixture
def timur(db):
    return StaffFactory(name="Timur Aliev", email="timur@helpdesk.example", language="ru")


@pytest.fixture
def oleg(db):
    return StaffFactory(name="Oleg Marchenko", email="oleg@contractor.example", role=Role.CONTRACTOR)


@pytest.fixture
def clara(db):
    return UserFactory(name="Clara Weiss", email="clara@shop.example")


@pytest.fixture
def team(anna, maya):
    team = TeamFactory(name="Support")
    team.members.set([anna, maya])
    return team


@pytest.fixture
def granted(oleg, team):
    """Oleg has the team's queue."""
    return GrantFactory(contractor=oleg, team=team)


@pytest.fixture
def text_upload(settings, tmp_path):
    """A file on its way in, by its name; kept where no other test has left any."""
    settings.MEDIA_ROOT = tmp_path
    return lambda name, content=b"words": SimpleUploadedFile(name, content, content_type="text/plain")


@pytest.fixture(scope="module")
def port(django_db_setup):
    """Of the web and the events process."""
    found = free_port()
    with forked.running("tests.peers.live.serve_both", TEST_PORT=found):
        wait_for_port(found, seconds=30)
        yield found
