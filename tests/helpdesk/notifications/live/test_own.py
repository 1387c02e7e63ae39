"""What one person's pages hear, and nobody else's."""

import pytest

from helpdesk.notifications.actions import reading
from helpdesk.notifications.actions.tidings import Tiding, tell
from helpdesk.notifications.live.channels import listener_of
from helpdesk.notifications.live.own import THING, changes_of
from helpdesk.notifications.models import Notice
from tests.factories import StaffFactory, TicketFactory
from tests.streams import newest_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return StaffFactory(name="Anna")


def told(anna):
    facts = {"ticket.number": "7", "ticket.subject": "Down", "what": "Boris left a note"}
    tell(tidings=[Tiding(person=anna, subject=TicketFactory(), occasion="noted", key="1", path="/", facts=facts)])


def test_bell_rings_on_the_pages_of_who_is_told_and_on_nobody_elses(anna):
    boris = StaffFactory(name="Boris")
    (change,) = changes_of([str(anna.pk)]).values()

    hearing = [not listener_of(person, "s", "desk", "1").hears.isdisjoint(change.channels) for person in (anna, boris)]

    assert hearing == [True, False]


def test_pages_are_told_of_a_new_notice_and_of_one_that_was_read(anna, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        told(anna)
    new = newest_line()
    with django_capture_on_commit_callbacks(execute=True):
        reading.read(notice=Notice.objects.get(), by=anna)

    assert (new, newest_line()) == ((THING, str(anna.pk)), (THING, str(anna.pk)))


def test_pages_are_told_of_reading_all(anna, django_capture_on_commit_callbacks):
    told(anna)
    with django_capture_on_commit_callbacks(execute=True):
        reading.read_all(by=anna, until=Notice.objects.get().pk)

    assert newest_line() == (THING, str(anna.pk))
