"""Files of the chat: sent ahead, downloaded by whoever sees the room, never shown."""

import pytest
from django.utils import timezone

from helpdesk.chat.actions.files import UPLOADS_KEPT, sweep_uploads
from helpdesk.chat.models import Enclosure
from helpdesk.core.uploads import NewFile
from tests.browsers import browser_of
from tests.chat import told
from tests.factories import StaffFactory

PAGE = NewFile("page.html", b"<script>alert(1)</script>", "text/html")


@pytest.fixture
def file(anna, maya, text_upload):
    return told(anna, maya, files=[PAGE]).enclosures.get()


def test_file_when_people_of_the_room_ask_then_it_is_a_download_that_runs_nothing(file, anna, maya):
    answers = [browser_of(person).get(f"/desk/chat/files/{file.pk}/") for person in (anna, maya)]

    assert [b"".join(answer.streaming_content) for answer in answers] == [PAGE.content] * 2
    assert answers[0]["Content-Disposition"] == 'attachment; filename="page.html"'
    assert answers[0]["Content-Type"] == "application/octet-stream"
    assert answers[0]["Content-Security-Policy"].startswith("sandbox")
    assert answers[0]["X-Content-Type-Options"] == "nosniff"


def test_file_when_others_ask_then_it_is_not_there(file, timur, clara):
    admin = StaffFactory(role="administrator")

    statuses = [browser_of(each).get(f"/desk/chat/files/{file.pk}/").status_code for each in (timur, admin, clara)]

    assert statuses == [404, 404, 403]


def test_file_when_files_have_a_host_of_their_own_then_it_leads_there(file, anna, settings):
    settings.FILES_HOST, settings.ALLOWED_HOSTS = "files.example", ["*"]
    browser = browser_of(anna)

    answer = browser.get(f"/desk/chat/files/{file.pk}/")
    there = browser.get(answer["Location"], headers={"host": "files.example"})

    assert answer.status_code == 302
    assert b"".join(there.streaming_content) == PAGE.content


def test_upload_when_it_was_sent_ahead_then_a_line_takes_it_or_it_is_forgotten(anna, maya, timur, text_upload):
    room = told(maya, anna).room
    browser = browser_of(anna)

    kept = [browser.post("/desk/chat/uploads/", {"file": text_upload(name)}).json() for name in ("a.txt", "b.txt")]
    foreign = browser_of(timur).post(f"/desk/chat/uploads/{kept[0]['id']}/removal/")
    removed = browser.post(f"/desk/chat/uploads/{kept[0]['id']}/removal/")
    browser.post(f"/desk/chat/{room.pk}/", {"body": "", "file": kept[1]["id"]})

    assert [each["name"] for each in kept] == ["a.txt", "b.txt"]
    assert (foreign.status_code, removed.status_code) == (404, 204)
    assert Enclosure.objects.get().line.room == room
    assert browser.post(f"/desk/chat/uploads/{kept[1]['id']}/removal/").status_code == 422


def test_upload_when_there_is_none_or_it_is_a_program_or_too_large_then_it_is_refused(anna, text_upload, settings):
    settings.UPLOAD_MAX_BYTES = 100
    browser = browser_of(anna)

    answers = [
        browser.post("/desk/chat/uploads/"),
        browser.post("/desk/chat/uploads/", {"file": text_upload("run.exe", b"MZ" + b"\0" * 60)}),
        browser.post("/desk/chat/uploads/", {"file": text_upload("big.txt", b"x" * 101)}),
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    assert not Enclosure.objects.exists()


def test_line_when_its_form_has_files_then_they_come_along(anna, maya, text_upload):
    room = told(maya, anna).room

    browser_of(anna).post(f"/desk/chat/{room.pk}/", {"body": "Look", "attachments": [text_upload("plan.txt")]})

    page = browser_of(maya).get(f"/desk/chat/{room.pk}/").content.decode()
    assert f'href="/desk/chat/files/{Enclosure.objects.get().pk}/"' in page


def test_upload_of_long_ago_that_no_line_took_goes(anna, maya, text_upload):
    told(anna, maya, files=[PAGE])
    browser_of(anna).post("/desk/chat/uploads/", {"file": text_upload("a.txt")})
    early = sweep_uploads()
    Enclosure.objects.update(created_at=timezone.now() - UPLOADS_KEPT)

    assert (early, sweep_uploads()) == (0, 1)
    assert Enclosure.objects.get().filename == "page.html"
