"""The archive."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.core.errors import NotAllowed
from helpdesk.journal.models import Entry
from tests.factories import TicketFactory
from tests.statements import count_of
from tickets.actions import archiving
from tickets.actions.archiving import archive_old, take_out
from tickets.actions.status import change_status, reopen
from tickets.enums import Status
from tickets.models import Ticket
from tickets.tasks import archive

LONG_AGO = timezone.now() - timedelta(days=400)


def closed(at, **fields):
    return TicketFactory(**({"status": Status.CLOSED, "closed_at": at, "active_at": at} | fields))


def archived():
    return set(Ticket.objects.filter(archived_at__isnull=False))


def verbs(ticket):
    return list(Entry.objects.about(ticket).order_by("pk").values_list("verb", flat=True))


@pytest.mark.django_db
def test_only_what_was_closed_and_untouched_for_long_is_archived_and_once():
    old, recent = closed(LONG_AGO), closed(timezone.now() - timedelta(days=300))
    touched = closed(LONG_AGO, active_at=timezone.now())
    resolved = TicketFactory(status=Status.RESOLVED, resolved_at=LONG_AGO, active_at=LONG_AGO)

    archive()
    again = archive_old()

    assert (archived(), again) == ({old}, 0)
    assert verbs(old) == ["archived"]
    assert [verbs(each) for each in (recent, touched, resolved)] == [[], [], []]


@pytest.mark.django_db
def test_archive_that_is_switched_off_takes_nothing(settings):
    settings.ARCHIVE_AFTER_DAYS = 0
    closed(LONG_AGO)

    assert archive_old() == 0
    assert archived() == set()


@pytest.mark.django_db
def test_archiving_goes_batch_by_batch_in_the_same_statements(monkeypatch):
    monkeypatch.setattr(archiving, "BATCH", 2)
    for _ in range(5):
        closed(LONG_AGO)

    count, statements = count_of(lambda: archive_old())

    assert len(archived()) == 5
    assert count <= 3 * 3, statements


def test_ticket_taken_out_stays_closed_and_is_not_archived_the_next_night(anna):
    ticket = closed(LONG_AGO, archived_at=timezone.now())
    for _ in range(2):
        take_out(ticket=ticket, by=anna)

    archive_old()

    assert archived() == set()
    assert Ticket.objects.get().status == Status.CLOSED
    assert verbs(ticket) == ["taken_out_of_archive"]


def test_ticket_that_is_opened_again_leaves_the_archive(anna, clara):
    mine, hers = closed(LONG_AGO, archived_at=LONG_AGO), closed(LONG_AGO, archived_at=LONG_AGO, requester=clara)

    change_status(ticket=mine, by=anna, status=Status.OPEN)
    reopen(ticket=hers, by=clara)

    assert archived() == set()


def test_taking_out_is_not_for_who_does_not_work_tickets(accountant, clara):
    ticket = closed(LONG_AGO, archived_at=LONG_AGO)
    for person in (accountant, clara):
        with pytest.raises(NotAllowed):
            take_out(ticket=ticket, by=person)

    assert archived() == {ticket}
