"""A conversation as a PDF."""

import io
import json
from datetime import UTC, datetime

import pytest
from django.utils import timezone, translation

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.work.models import Job
from tests.browsers import browser_of
from tests.factories import MessageFactory, StaffFactory, TicketFactory, UserFactory
from tickets.actions.files import NewFile, store_files
from tickets.actions.paper import ask_for_conversation
from tickets.enums import Approval, MessageKind
from tickets.models import Message
from tickets.paper import content_of, conversation_pdf, write_conversation
from tickets.views.desk import paper

HOSTILE = '#panic("read") #read("/etc/passwd") #{ $x$ ] \\ "quoted" *bold* \x07\u202e'


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna")


@pytest.fixture
def ticket(anna):
    ticket = TicketFactory(requester=UserFactory(name="Клара"), subject="Не работает")
    first = MessageFactory(ticket=ticket, author=ticket.requester, text="Добрый день\r\n\r\nВторой абзац")
    store_files(message=first, files=[NewFile("план.txt", b"x" * 2048, "text/plain")], by=None)
    MessageFactory(ticket=ticket, author=anna, kind=MessageKind.REPLY, text="Ответ")
    MessageFactory(ticket=ticket, author=anna, kind=MessageKind.NOTE, text="Secret")
    MessageFactory(ticket=ticket, text="Held", approval=Approval.PENDING)
    return ticket


def said(*args, **named):
    return [" | ".join(each["parts"]) for each in content_of(*args, **named)["messages"]]


def test_paper_is_for_customers_unless_staff_ask_for_notes(anna, ticket):
    public = ["Добрый день | Второй абзац", "Ответ"]

    assert said(ticket, anna) == public
    assert said(ticket, anna, with_notes=True) == [*public, "Secret"]
    assert said(ticket, ticket.requester, with_notes=True) == public


def test_paper_names_people_times_of_the_reader_and_files(anna, ticket):
    Message.objects.update(created_at=datetime(2026, 11, 22, 12, 5, tzinfo=UTC))

    with timezone.override("Asia/Tokyo"), translation.override("ru"):
        content = content_of(ticket, anna)

    first = content["messages"][0]
    assert content["title"] == f"{ticket.number} Не работает"
    assert first["who"] == (Message.objects.earliest("pk").from_name or "Клара")
    assert first["at"].startswith("22 ноября 2026")
    assert "21:05" in first["at"]
    assert "план.txt" in first["files"][0]
    assert content["language"] == "ru"


def test_words_of_people_are_never_read_as_code(anna, ticket):
    ticket.subject = HOSTILE
    message = MessageFactory(ticket=ticket, text=HOSTILE, from_name=HOSTILE)
    store_files(message=message, files=[NewFile('#panic("file").txt', b"x", "text/plain")], by=None)

    made = conversation_pdf(ticket, anna)

    assert made.startswith(b"%PDF-")
    assert json.dumps(HOSTILE)[1:-1] in json.dumps(content_of(ticket, anna))
    assert b"root:" not in made


def test_desk_gives_a_short_conversation_at_once_and_a_long_one_to_a_worker(anna, ticket, monkeypatch):
    url, browser = f"/desk/tickets/{ticket.number}/pdf/", browser_of(anna)

    at_once = browser.post(url)
    monkeypatch.setattr(paper, "AT_ONCE", 2)
    later = browser.post(url, {"notes": "1"})

    job = Job.objects.get()
    assert (at_once.status_code, at_once["Content-Type"]) == (200, "application/pdf")
    assert at_once["Content-Disposition"] == f'attachment; filename="{ticket.number}.pdf"'
    assert (later.status_code, later["Location"]) == (303, f"/desk/work/{job.pk}/")
    assert job.asked == {"ticket": ticket.pk, "with_notes": True}


def test_worker_writes_it_and_refuses_what_its_owner_may_no_longer_see(anna, ticket):
    out, told = io.BytesIO(), []
    job = ask_for_conversation(ticket=ticket, by=anna, with_notes=True)

    write_conversation(job, out, lambda done, total: told.append((done, total)))

    assert out.getvalue().startswith(b"%PDF-")
    assert told[-1] == (3, 3)
    job.asked["ticket"] = 0
    with pytest.raises(Refused):
        write_conversation(job, out, lambda done, total: None)
    with pytest.raises(NotAllowed):
        ask_for_conversation(ticket=ticket, by=ticket.requester, with_notes=True)


def test_cabinet_gives_the_customer_theirs_and_a_stranger_nothing(ticket):
    url = f"/cabinet/requests/{ticket.number}/pdf/"

    theirs, strange = browser_of(ticket.requester).get(url), browser_of(UserFactory()).get(url)

    assert theirs.content.startswith(b"%PDF-")
    assert strange.status_code == 404
