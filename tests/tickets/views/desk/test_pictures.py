"""Pictures that are pasted into what is written: in the preview, in the conversation, in the cabinet."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import TicketFactory, UserFactory
from tests.htmx import tree
from tickets.models import Attachment, Message
from tickets.rendering import snippet_of, without_pictures

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture
def ticket(db):
    return TicketFactory(requester=UserFactory(name="Clara"))


def upload(desk, ticket, name="shot.png", content=PNG):
    return desk.post(f"/desk/tickets/{ticket.number}/uploads/", {"file": SimpleUploadedFile(name, content)}).json()


@pytest.mark.parametrize(("name", "content", "shown"), [("shot.png", PNG, True), ("shot.png", b"<script>", False)])
def test_upload_when_it_is_a_picture_then_it_can_stand_in_the_text(desk, ticket, name, content, shown):
    assert bool(upload(desk, ticket, name, content)["cid"]) == shown


def test_picture_in_a_preview_is_its_writers_own(desk, browse, oleg, ticket):
    sent = upload(desk, ticket)
    text = {"body": f"Look:\n\n![shot]({'cid:' + sent['cid']}) ![gone](cid:none@helpdesk)"}

    mine, others = [tree(client.post("/desk/preview/", text).content.decode()) for client in (desk, browse(oleg))]

    assert mine.xpath("//img/@src") == [f"/files/{sent['id']}/?inline"]
    assert others.xpath("//img/@src") == []
    assert browse(oleg).get(f"/files/{sent['id']}/?inline").status_code == 404


@pytest.mark.parametrize("resource", ["replies", "notes"])
def test_picture_in_the_text_stands_there_and_not_among_the_files(desk, browse, ticket, resource):
    sent, beside = upload(desk, ticket), upload(desk, ticket, "beside.png")
    text = f"Look: ![shot.png](cid:{sent['cid']})"
    desk.post(f"/desk/tickets/{ticket.number}/{resource}/", {"body": text, "file": [sent["id"], beside["id"]]})

    page = tree(desk.get(f"/desk/tickets/{ticket.number}/").content.decode())
    seen = browse(ticket.requester).get(f"/cabinet/requests/{ticket.number}/")

    assert page.xpath("//article//img/@src") == [f"/files/{sent['id']}/?inline"]
    assert page.xpath("//div[@class='files']/a/@href") == [f"/files/{beside['id']}/"]
    assert tree(seen.content.decode()).xpath("//main//img/@src") == (
        [f"/files/{sent['id']}/?inline"] if resource == "replies" else []
    )
    assert Attachment.objects.filter(message=Message.objects.get()).count() == 2


def test_text_alone_names_the_picture():
    text = "Look: ![shot 1.png](cid:0f@helpdesk) and ![there](https://a.example/x.png)"

    assert without_pictures(text) == "Look: [shot 1.png] and ![there](https://a.example/x.png)"
    assert snippet_of(text).startswith("Look: [shot 1.png] and")
