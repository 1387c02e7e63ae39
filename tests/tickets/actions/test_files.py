"""Files that come with messages."""

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.core.errors import Refused
from tests.factories import MessageFactory
from tickets.actions.files import NewFile, read_uploads, store_files


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
