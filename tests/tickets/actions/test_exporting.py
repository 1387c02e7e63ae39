"""Taking one's data home."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from helpdesk.core.errors import NotAllowed
from helpdesk.notifications.models import Delivery
from tests.browsers import browser_of
from tests.factories import TicketFactory
from tickets.actions import conversation, exporting
from tickets.actions.files import NewFile
from tickets.actions.opening import file_request
from tickets.models import DataExport
from tickets.tasks import make_exports


def test_archive_holds_what_the_person_may_read_and_nothing_else(clara, sergei, anna):
    ticket = file_request(
        by=clara, subject="Basket <b>", text="Empty", files=[NewFile("a/b.txt", b"bytes", "text/plain")]
    )
    conversation.reply(ticket=ticket, by=anna, text="Mended.")
    conversation.note(ticket=ticket, by=anna, text="SECRET-NOTE")
    TicketFactory(requester=sergei, subject="SECRET-OTHER")
    browser = browser_of(clara)

    browser.post("/cabinet/me/data/export/")
    browser.post("/cabinet/me/data/export/")
    make_exports()
    make_exports()
    export = DataExport.objects.get()
    page = browser.get("/cabinet/me/data/").content.decode()
    answer = browser.get(f"/cabinet/me/data/export/{export.pk}/")
    with default_storage.open(export.file.name) as stream:
        archive = zipfile.ZipFile(io.BytesIO(stream.read()))
    said = json.loads(archive.read("data.json"))
    everything = b"".join(archive.read(name) for name in archive.namelist())

    (request,) = said["requests"]
    (file,) = request["messages"][0]["files"]
    assert (export.done, export.total) == (1, 1)
    assert "my-data.zip" in page
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert "attachment" in answer["Content-Disposition"]
    assert [message["text"] for message in request["messages"]] == ["Empty", "Mended."]
    assert archive.read(file["path"]) == b"bytes"
    assert said["person"]["email"] == clara.email
    assert b"Basket &lt;b&gt;" in archive.read("index.html")
    assert b"SECRET" not in everything
    assert Delivery.objects.filter(recipient=clara.email, purpose="notice").count() == 1
    for close in answer._resource_closers:
        close()


def test_archive_goes_when_its_time_is_over(clara):
    exporting.make(export=exporting.ask(person=clara, by=clara))
    name = DataExport.objects.get().file.name
    DataExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    make_exports()

    assert not DataExport.objects.exists()
    assert not default_storage.exists(name)


def test_archive_in_hand_is_left_to_its_worker_until_that_is_dead(clara):
    export = exporting.ask(person=clara, by=clara)
    DataExport.objects.update(claimed_at=timezone.now())
    first = exporting.make(export=export)
    DataExport.objects.update(claimed_at=timezone.now() - timedelta(hours=1))

    assert (first, exporting.make(export=export)) == (False, True)


def test_nobody_asks_for_somebody_elses(clara, anna, sergei):
    for by in (anna, sergei):
        with pytest.raises(NotAllowed):
            exporting.ask(person=clara, by=by)

    assert not DataExport.objects.exists()
