"""Filing a request."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.accounts.models import User
from helpdesk.journal.models import Entry
from tests.factories import TeamFactory
from tests.races import lose_first_insert
from tickets.enums import Channel, Status
from tickets.models import Attachment, Message, Ticket

NEW = "/cabinet/requests/new/"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32


def test_request_is_filed_with_files_and_leads_to_its_page(claras, clara, line_1):
    TeamFactory(name="Line 2", line=2)
    file = SimpleUploadedFile("error.png", PNG, "text/html")

    response = claras.post(NEW, {"subject": "Payment stops", "body": "It says **502**.", "attachments": [file]})

    ticket = Ticket.objects.get()
    message = Message.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/cabinet/requests/{ticket.number}/")
    assert (ticket.requester, ticket.organisation, ticket.team) == (clara, clara.organisation, line_1)
    assert (ticket.status, ticket.channel, ticket.subject) == (Status.NEW, Channel.CABINET, "Payment stops")
    assert (message.author, message.text, message.channel) == (clara, "It says **502**.", Channel.CABINET)
    assert [(f.filename, f.content_type) for f in Attachment.objects.all()] == [("error.png", "image/png")]
    assert [entry.verb for entry in Entry.objects.about(ticket)] == ["ticket_opened"]


def test_request_that_loses_a_deadlock_is_filed_once_with_its_files(claras, monkeypatch):
    tried = lose_first_insert("tickets_message", monkeypatch)

    form = {"subject": "Once", "body": "Only once.", "attachments": [SimpleUploadedFile("error.png", PNG)]}
    response = claras.post(NEW, form)

    assert (response.status_code, tried()) == (303, 2)
    assert Ticket.objects.count() == 1
    assert [(file.filename, file.size) for file in Attachment.objects.all()] == [("error.png", len(PNG))]


def test_same_form_sent_twice_files_one_request(claras):
    form = {"subject": "Once", "body": "Only once.", "key": str(uuid4())}

    first = claras.post(NEW, form)
    second = claras.post(NEW, form)

    assert Ticket.objects.count() == 1
    assert first["Location"] == second["Location"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"subject": ""}, "This field is required."),
        ({"subject": "   "}, "This field is required."),
        ({"body": ""}, "This field is required."),
        ({"body": " \n "}, "Write what happened and what you expected."),
        ({"key": "not-a-key"}, None),
        ({"subject": "x" * 501}, None),
    ],
)
def test_refused_form_keeps_what_was_typed(claras, change, sentence):
    typed = {"subject": "A subject", "body": "Words that took\nan hour.", "key": str(uuid4())} | change

    response = claras.post(NEW, typed)

    assert response.status_code == 422
    assert Ticket.objects.count() == 0
    assert response.context["form"]["subject"].value() == typed["subject"]
    assert response.context["form"]["body"].value() == typed["body"]
    if sentence:
        assert sentence in response.content.decode()


def test_files_too_large_together_are_refused_with_the_limit(claras, settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    files = [SimpleUploadedFile(f"{index}.bin", b"0" * 700_000) for index in range(2)]

    response = claras.post(NEW, {"subject": "Large", "body": "Two files.", "attachments": files})

    assert response.status_code == 422
    assert "larger than 1 MB" in response.content.decode()
    assert Ticket.objects.count() == 0


def test_form_says_the_limit_of_files_beforehand(claras):
    html = claras.get(NEW).content.decode()

    assert "Files together at most 25 MB." in html
    assert 'data-max-bytes="26214400"' in html


def test_fields_that_are_not_the_customers_are_ignored(claras, clara, sergei, line_1):
    claras.post(
        NEW, {"subject": "A", "body": "B", "requester": sergei.pk, "priority": 4, "status": "closed", "team": 99}
    )

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.priority, ticket.status, ticket.team) == (clara, 2, "new", line_1)


def test_request_without_any_team_is_still_filed(claras):
    claras.post(NEW, {"subject": "A", "body": "B"})

    assert Ticket.objects.get().team is None


def test_stranger_and_staff_file_nothing(client, browse, anna):
    form = {"subject": "A", "body": "B"}

    assert client.post(NEW, form).status_code == 403
    assert browse(anna).post(NEW, form).status_code == 403
    assert Ticket.objects.count() == 0
    assert User.objects.count() == 1


def test_other_methods_are_refused(claras):
    assert claras.delete(NEW).status_code == 405
