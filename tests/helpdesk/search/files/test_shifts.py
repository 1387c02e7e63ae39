"""A worker reads what waits, and messages are found by it."""

import threading

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from helpdesk.core.deferring import writing_together
from helpdesk.search import tasks
from helpdesk.search.files import claiming, shifts
from helpdesk.search.models import FileText
from tests import files
from tests.factories import MessageFactory, StaffFactory, TicketFactory
from tests.files import new_file
from tests.finding import found_under
from tickets.actions.files import store_files
from tickets.actions.indexing import index

pytestmark = pytest.mark.django_db


def with_files(*given, **facts):
    """A message with these files, found by its own words."""
    message = MessageFactory(text="see the file", **facts)
    with writing_together():
        kept = store_files(message=message, files=[new_file(*each) for each in given], by=None)
        index(message=message, ticket=message.ticket, files=kept)
    return message


def ends():
    return {row.filename: (row.state, row.reason) for row in FileText.objects.order_by("pk")}


def test_files_are_read_and_their_messages_found_by_them():
    first = with_files(("a.docx", files.word("zebra")), ("b.png", b"\x89PNG\r\n\x1a\nzebra"))
    second = with_files(("c.docx", files.word("zebra")), ("d.pdf", b"%PDF-1.4 broken"))
    assert found_under("see") == sorted([first.ticket_id, second.ticket_id])
    assert found_under("zebra") == []

    assert shifts.work_shift()

    assert found_under("zebra") == sorted([first.ticket_id, second.ticket_id])
    assert [ends()[name][0] for name in ("a.docx", "b.png", "d.pdf")] == ["read", "other", "damaged"]
    assert not FileText.objects.changed().exists()


def test_message_that_comes_with_a_file_that_was_read_is_found_by_it_at_once():
    with_files(("a.txt", b"zebra"))
    shifts.work_shift()

    later = with_files(("again.txt", b"zebra"))

    assert later.ticket_id in found_under("zebra")
    assert FileText.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_text_that_is_finished_while_a_message_is_written_finds_that_message_too():
    """The writer has asked for the text before it was there, and commits after it is."""
    with_files(("a.txt", b"zebra"))
    (row,) = claiming.claim()
    ticket, author = TicketFactory(), StaffFactory()
    began, go_on = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            with_files(("b.txt", b"zebra"), ticket=ticket, author=author)
            began.set()
            go_on.wait(10)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    began.wait(10)
    threading.Timer(0.2, go_on.set).start()
    claiming.finish(row, shifts.Reading(shifts.Outcome.READ, "zebra"))
    writer.join()
    shifts.work_shift()

    assert ticket.pk in found_under("zebra")


def test_file_that_is_gone_or_too_large_says_so(settings):
    settings.FILE_TEXT_MAX_BYTES = 1000
    with_files(("a.docx", files.word("zebra" * 1000, header1="x" * 100_000)), ("b.txt", b"zebra " * 10_000))
    with_files(("c.txt", b"gone"))
    default_storage.delete(FileText.objects.get(filename="c.txt").name)
    FileText.objects.filter(filename="a.docx").update(size=2000)

    shifts.work_shift()

    assert ends() == {"a.docx": ("large", shifts.TOO_LARGE), "b.txt": ("read", ""), "c.txt": ("damaged", shifts.GONE)}


def test_files_that_the_child_did_not_come_to_wait_on(monkeypatch):
    monkeypatch.setattr(shifts, "read_together", lambda contents: [None] * len(contents))
    with_files(("a.txt", b"zebra"), ("b.txt", b"zebra too"))

    shifts.read_some()

    rows = FileText.objects.order_by("pk").values_list("state", "attempts")
    assert list(rows) == [("waiting", 1), ("waiting", 0)]  # the first may be what it died of


def test_text_that_changes_once_more_while_it_is_told_is_told_again(monkeypatch):
    with_files(("a.txt", b"zebra"))
    shifts.read_some()
    later = timezone.now()

    def write_anew(names):
        FileText.objects.update(changed_at=later)

    monkeypatch.setattr(shifts.holders, "_things", {"tickets": write_anew})
    assert shifts.tell_some() == 1

    assert FileText.objects.changed().get().changed_at == later


def test_only_one_thread_of_a_worker_reads():
    with_files(("a.txt", b"zebra"))

    with shifts._turn:
        assert shifts.work_shift()

    assert ends() == {"a.txt": ("waiting", "")}
    tasks.read_files()
    assert ends() == {"a.txt": ("read", "")}


def test_shift_that_is_over_says_that_something_is_left(monkeypatch):
    monkeypatch.setattr(shifts, "SECONDS", -1)
    with_files(("a.txt", b"zebra"))

    assert not shifts.work_shift()
    assert found_under("zebra") == []
