"""Files that come with messages."""

import hashlib
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.core.errors import NotAllowed, Refused
from tests.factories import MessageFactory
from tickets.actions.conversation import reply
from tickets.actions.files import NewFile, read_uploads, remove_upload, store_files, sweep_uploads, upload
from tickets.models import Attachment, KeptDraft, Message


def test_upload_is_read_as_what_it_is_not_as_what_it_says():
    upload = SimpleUploadedFile("picture.png", b"<script>alert(1)</script>", content_type="image/png")

    (file,) = read_uploads([upload])

    assert (file.content_type, file.declared_type, file.filename) == ("text/html", "image/png", "picture.png")


def test_upload_larger_than_allowed_is_refused_by_name(settings):
    settings.UPLOAD_MAX_BYTES = 3

    with pytest.raises(Refused, match=r"“b\.txt” is larger"):
        read_uploads([SimpleUploadedFile("a.txt", b"123"), SimpleUploadedFile("b.txt", b"1234")])


def test_stored_files_keep_their_order_and_share_their_bytes(db):
    message = MessageFactory()
    files = [
        NewFile("b.txt", b"same", "text/plain"),
        NewFile("a.txt", b"same", "text/plain", content_id="x", is_inline=True),
    ]

    stored = store_files(message=message, files=files, by=message.author)

    assert [(file.filename, file.position, file.size) for file in message.attachments.all()] == [
        ("b.txt", 0, 4),
        ("a.txt", 1, 4),
    ]
    assert {file.sha256 for file in stored} == {hashlib.sha256(b"same").hexdigest()}
    assert len({file.file.name for file in stored}) == 1
    with default_storage.open(stored[0].file.name) as kept:
        assert kept.read() == b"same"


def test_no_files_are_no_statement(db, django_assert_num_queries):
    message = MessageFactory()

    with django_assert_num_queries(0):
        assert store_files(message=message, files=[], by=None) == []


@pytest.mark.parametrize("content", [b"MZ\x90\x00\x03", b"\x7fELF\x02"])
def test_program_is_refused_by_name_whatever_it_says(content):
    with pytest.raises(Refused, match=r"“report\.pdf” is a program"):
        read_uploads([SimpleUploadedFile("report.pdf", content, content_type="application/pdf")])


def sent_ahead(by, name="a.txt", days=0):
    file = upload(upload=SimpleUploadedFile(name, b"words"), by=by)
    Attachment.objects.filter(pk=file.pk).update(created_at=timezone.now() - timedelta(days=days))
    return file


def test_files_sent_ahead_go_with_the_message_behind_its_own(anna, ticket):
    one, two = sent_ahead(anna, "1.txt"), sent_ahead(anna, "2.txt")
    own = NewFile("own.txt", b"own", "text/plain")

    message = reply(ticket=ticket, by=anna, text="", files=[own], uploads=[two.pk, one.pk])

    assert [file.filename for file in message.attachments.all()] == ["own.txt", "2.txt", "1.txt"]


def test_file_that_is_not_theirs_or_was_sent_is_refused_and_nothing_is_written(anna, accountant, ticket):
    file = sent_ahead(accountant)

    with pytest.raises(Refused, match="no longer kept"):
        reply(ticket=ticket, by=anna, text="See", uploads=[file.pk])

    assert not Message.objects.exists()
    assert Attachment.objects.get(message=None) == file


def test_file_sent_ahead_is_removed_by_whom_it_belongs_to_alone(anna, accountant, ticket):
    file = sent_ahead(anna)
    with pytest.raises(NotAllowed):
        remove_upload(file=file, by=accountant)

    remove_upload(file=file, by=anna)
    remove_upload(file=file, by=anna)

    assert not Attachment.objects.exists()


def test_file_of_a_message_is_not_removed(anna, ticket):
    file = sent_ahead(anna)
    reply(ticket=ticket, by=anna, text="", uploads=[file.pk])

    with pytest.raises(Refused, match="has been sent"):
        remove_upload(file=file, by=anna)


def test_sweep_forgets_what_was_abandoned_and_nothing_that_is_held(anna, ticket):
    abandoned, held, fresh, sent = (sent_ahead(anna, days=days) for days in (8, 8, 6, 8))
    fields = {"files": [{"id": str(held.pk), "name": "a.txt", "size": 5}]}
    KeptDraft.objects.create(ticket=ticket, author=anna, kind="reply", fields=fields)
    reply(ticket=ticket, by=anna, text="", uploads=[sent.pk])

    assert sweep_uploads() == 1

    assert set(Attachment.objects.all()) == {held, fresh, sent}
    assert abandoned.pk not in Attachment.objects.values_list("pk", flat=True)
