"""What is found of messages is what they and their files say, and what is gone is not found."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from helpdesk.accounts.actions import erasing
from helpdesk.accounts.enums import Role
from helpdesk.core.deferring import writing_together
from helpdesk.search.files import shifts
from helpdesk.search.files.reading.outcomes import Outcome, Reading
from helpdesk.search.models import FileText
from tests.factories import MessageFactory, ParticipantFactory, StaffFactory, TicketFactory, UserFactory
from tests.files import new_file
from tests.finding import found_under
from tests.statements import at_most
from tickets.actions import files, rewriting
from tickets.actions.files import store_files
from tickets.actions.indexing import index, index_files
from tickets.models import Attachment, Message

pytestmark = pytest.mark.django_db


def with_file(said="zebra", name="a.txt", **facts):
    message = MessageFactory(**{"text": "see the file", **facts})
    kept = store_files(message=message, files=[new_file(name, said.encode())], by=message.author)
    index(message=message, ticket=message.ticket, files=kept)
    return message


def read_all():
    """As the worker reads them, without its child."""
    for row in FileText.objects.filter(state="waiting"):
        with row_of(row).file.open("rb") as stream:
            words = stream.read().decode()
        FileText.objects.filter(pk=row.pk).update(
            state="read", text=words, finished_at=timezone.now(), changed_at=timezone.now()
        )
    shifts.tell_some()


def row_of(row):
    return Attachment.objects.filter(file=row.name).first()


def test_message_is_found_by_its_file_once_that_is_read():
    message = with_file()
    assert (found_under("see"), found_under("zebra")) == ([message.ticket_id], [])

    read_all()

    assert found_under("zebra") == found_under("see zebra") == [message.ticket_id]
    assert found_under("zebra has:file") == [message.ticket_id]


def test_writing_many_messages_with_files_asks_for_texts_once():
    messages = MessageFactory.create_batch(3)
    kept = [store_files(message=each, files=[new_file("a.txt", b"zebra")], by=None) for each in messages]

    with at_most(2), writing_together():
        for message, attachments in zip(messages, kept, strict=True):
            index(message=message, ticket=message.ticket, files=attachments)


def test_message_without_files_to_read_asks_for_no_texts():
    message = MessageFactory()
    pictures = store_files(message=message, files=[new_file("a.png", b"\x89PNG\r\n\x1a\n")], by=None)

    with at_most(1):
        index(message=message, ticket=message.ticket, files=pictures)


def test_every_message_with_the_same_file_is_found(monkeypatch):
    monkeypatch.setattr("tickets.actions.indexing.BATCH", 2)
    messages = [with_file(name=f"{number}.txt") for number in range(5)]
    other = with_file("giraffe")

    read_all()

    assert found_under("zebra") == sorted(message.ticket_id for message in messages)
    assert found_under("giraffe") == [other.ticket_id]
    index_files([])


def test_verifier_and_rebuilding_know_texts_of_files(capsys):
    message = with_file()
    read_all()
    call_command("verify_search")
    FileText.objects.update(text="giraffe")

    with pytest.raises(CommandError, match="1 different"):
        call_command("verify_search")
    call_command("reindex")

    assert (found_under("giraffe"), found_under("zebra")) == ([message.ticket_id], [])


def test_file_on_a_note_is_found_by_staff_alone():
    clara = UserFactory()
    ticket = TicketFactory(requester=clara)
    with_file("zebra", ticket=ticket, kind="note", author=StaffFactory())
    with_file("giraffe", ticket=ticket, author=clara)
    read_all()

    assert found_under("zebra") == [ticket.pk]
    assert found_under("zebra", reader=clara) == []
    assert found_under("giraffe", reader=clara) == [ticket.pk]


def test_file_of_a_deleted_note_is_found_no_more_unless_another_has_it():
    ada = StaffFactory(role=Role.ADMINISTRATOR)
    note, twin = (with_file("zebra", kind="note", author=ada) for _turn in range(2))
    read_all()

    rewriting.delete_note(message=note, by=ada)
    assert found_under("zebra") == [twin.ticket_id]
    rewriting.delete_note(message=twin, by=ada)

    assert found_under("zebra") == []
    assert not FileText.objects.exists()


def test_upload_that_is_taken_away_leaves_no_text():
    anna = StaffFactory()
    (kept,) = store_files(message=None, files=[new_file("a.txt", b"zebra")], by=anna)
    read_all()

    files.remove_upload(file=kept, by=anna)

    assert not FileText.objects.exists()


def test_abandoned_upload_leaves_no_text():
    store_files(message=None, files=[new_file("a.txt", b"zebra")], by=StaffFactory())
    Attachment.objects.update(created_at=timezone.now() - 2 * files.UPLOADS_KEPT)

    files.sweep_uploads()

    assert not FileText.objects.exists()


def test_files_that_nobody_listed_are_read(monkeypatch):
    monkeypatch.setattr(files, "MOST_LISTED", 2)
    for said in ("zebra", "zebra", "giraffe", "lion"):
        with_file(said)
    FileText.objects.all().delete()

    assert [files.list_files() for _turn in range(3)] == [2, 1, 0]
    read_all()
    assert len(found_under("zebra")) == 2


def test_what_an_erased_person_sent_is_found_by_nobody_and_their_name_in_others_files_neither():
    clara = UserFactory(name="Clara Weissmann", email="clara@shop.example")
    ticket = TicketFactory(requester=clara)
    ParticipantFactory(ticket=ticket, user=(jonas := UserFactory()))
    with_file("zebra", ticket=ticket, author=clara)
    with_file("offer giraffe for Clara Weissmann", "Clara Weissmann.txt", ticket=ticket, author=jonas)
    shared = with_file("lion", author=jonas)
    with_file("lion", ticket=ticket, author=clara)
    read_all()
    assert found_under("weissmann giraffe") == [ticket.pk]

    assert erasing.erase(erasure=erasing.ask(person=clara, by=clara))

    assert (found_under("zebra"), found_under("weissmann")) == ([], [])
    assert found_under("giraffe") == [ticket.pk]
    assert found_under("lion") == [shared.ticket_id]
    left = FileText.objects.order_by("pk").values_list("filename", "text")
    assert not [row for row in left if "Weissmann" in "".join(row) or "zebra" in row[1]]
    shifts.tell_some()
    call_command("verify_search")


def test_reading_of_nothing_is_told_too():
    """A file that said something and is read anew by a better reader, which finds nothing."""
    with_file()
    read_all()
    row = FileText.objects.get()
    from helpdesk.search.files import claiming

    claiming.read_again(files=[row])
    (row,) = claiming.claim()
    claiming.finish(row, Reading(Outcome.EMPTY))
    assert found_under("zebra") != []
    shifts.tell_some()

    assert found_under("zebra") == []
    assert Message.objects.count() == 1
