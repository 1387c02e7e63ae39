"""Files of messages."""

import pytest
from django.test import Client

from helpdesk.accounts.enums import Role
from tests.factories import MessageFactory, OrganisationFactory, StaffFactory, TicketFactory, UserFactory
from tickets.actions.files import NewFile, store_files
from tickets.enums import Approval, MessageKind
from tickets.models import Attachment

BACKEND = "helpdesk.accounts.backends.Backend"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


def browser_of(person):
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def ticket(db):
    return TicketFactory(requester=UserFactory(organisation=OrganisationFactory()))


def file_of(ticket, *, name="log.txt", content=b"words", content_type="text/plain", **message):
    message = MessageFactory(ticket=ticket, **message)
    return store_files(message=message, files=[NewFile(name, content, content_type)], by=None)[0]


def get(person, file, query="", **headers):
    """The answer, read to its end as `body`."""
    response = browser_of(person).get(f"/files/{file.pk}/{query}", headers=headers)
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def test_file_is_a_download_that_nothing_runs_in(ticket):
    file = file_of(ticket)

    response = get(StaffFactory(), file)

    assert response.body == b"words"
    assert response["Content-Disposition"] == 'attachment; filename="log.txt"'
    assert response["Content-Type"] == "text/plain"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Content-Length"] == "5"
    assert response["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    "content_type", ["text/html", "image/svg+xml", "application/xml", "text/javascript", "application/xhtml+xml", ""]
)
def test_file_that_could_run_is_bytes_and_never_inline(ticket, content_type):
    file = file_of(ticket, name="page.html", content=b"<script>alert(1)</script>", content_type=content_type)

    response = get(StaffFactory(), file, "?inline")

    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="page.html"'


def test_picture_is_inline_only_when_asked_for(ticket):
    file = file_of(ticket, name="a.png", content=PNG, content_type="image/png")

    assert get(StaffFactory(), file, "?inline")["Content-Disposition"] == 'inline; filename="a.png"'
    assert get(StaffFactory(), file)["Content-Disposition"] == 'attachment; filename="a.png"'


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("Отчёт.txt", "attachment; filename*=utf-8''%D0%9E%D1%82%D1%87%D1%91%D1%82.txt"),
        ('a"b\\c.txt', 'attachment; filename="a\\"b\\\\c.txt"'),
        ("a\r\nSet-Cookie: x=1.txt", 'attachment; filename="a Set-Cookie: x=1.txt"'),
        ("evil\u202etxt.exe", 'attachment; filename="eviltxt.exe"'),
    ],
)
def test_name_of_the_file_is_sound_whatever_it_was(ticket, name, header):
    file = file_of(ticket, name=name)

    assert get(StaffFactory(), file)["Content-Disposition"] == header


def test_file_that_is_known_already_is_not_sent_again(ticket):
    file = file_of(ticket)
    anna = StaffFactory()
    tag = get(anna, file)["ETag"]

    response = get(anna, file, "", **{"If-None-Match": tag})

    assert response.status_code == 304


def test_file_is_for_whoever_may_read_its_message(ticket):
    file, of_a_note = file_of(ticket), file_of(ticket, kind=MessageKind.NOTE)
    held = file_of(ticket, author=UserFactory(), approval=Approval.PENDING)
    manager = UserFactory(organisation=ticket.organisation, role=Role.CUSTOMER_MANAGER)
    people = [StaffFactory(), ticket.requester, manager, UserFactory(), StaffFactory(role=Role.CONTRACTOR)]

    found = {
        name: [get(person, each).status_code for person in people]
        for name, each in {"file": file, "of a note": of_a_note, "held": held}.items()
    }

    assert found == {
        "file": [200, 200, 200, 404, 404],
        "of a note": [200, 404, 404, 404, 404],
        "held": [200, 404, 404, 404, 404],
    }


def test_file_for_nobody_in_particular_leads_to_the_entrance(client, ticket):
    assert client.get(f"/files/{file_of(ticket).pk}/").status_code == 302


def test_upload_that_no_message_took_is_its_uploaders_alone(db):
    anna, clara = StaffFactory(), UserFactory()
    file = Attachment.objects.create(
        uploaded_by=clara, filename="a", content_type="text/plain", size=0, sha256="", file="missing"
    )

    assert get(anna, file).status_code == 404


def test_file_whose_bytes_are_gone_is_not_found(ticket):
    file = file_of(ticket)
    Attachment.objects.filter(pk=file.pk).update(file="aa/bb/nothing")

    assert get(StaffFactory(), file).status_code == 404


@pytest.mark.parametrize("key", ["1", "x", "00000000-0000-0000-0000-000000000000", "../../etc/passwd"])
def test_file_by_a_guessed_key_is_not_found(db, key):
    assert browser_of(StaffFactory()).get(f"/files/{key}/").status_code == 404


def test_file_takes_no_post(ticket):
    file = file_of(ticket)

    assert browser_of(StaffFactory()).post(f"/files/{file.pk}/").status_code == 405
