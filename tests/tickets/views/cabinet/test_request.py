"""One request: following it, answering, closing and reopening it."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests.factories import MessageFactory, ParticipantFactory, TicketFactory
from tests.htmx import tree
from tests.statements import Statements, count_of
from tickets.actions import conversation
from tickets.actions.files import NewFile
from tickets.actions.merging import merge
from tickets.actions.status import change_status
from tickets.enums import Approval, MessageKind, Status
from tickets.models import Attachment, Message, Ticket


@pytest.fixture
def ticket(jonas):
    ticket = TicketFactory(requester=jonas, subject="Payment stops", status=Status.OPEN)
    MessageFactory(ticket=ticket, author=jonas, html="", text="It says 502.\n\n> quoted words", folds=[[14, 28]])
    return ticket


@pytest.fixture
def page(ticket):
    return f"/cabinet/requests/{ticket.number}/"


def close(ticket, *, by):
    change_status(ticket=ticket, by=by, status=Status.CLOSED)


def said(response):
    return [item["pk"] for item in response.context["messages_told"]]


def test_page_shows_what_was_said_publicly(jonases, ticket, page, anna):
    reply = conversation.reply(ticket=ticket, by=anna, text="Please try **again**.")

    response = jonases.get(page)

    html = response.content.decode()
    assert response.status_code == 200
    assert said(response)[-1] == reply.pk
    assert "It says 502." in html
    assert "quoted words" in html
    assert "<strong>again</strong>" in html
    assert "Anna Orlova" in html


def test_status_and_answer_box_are_not_of_one_name(jonases, ticket, page, anna):
    conversation.reply(ticket=ticket, by=anna, text="Please try again.")

    document = tree(jonases.get(page).content.decode())

    assert [each.text_content() for each in document.find_class("status")] == ["Waiting for your answer"]
    assert document.xpath("//textarea/@aria-label") == ["Your answer"]


def test_page_shows_nothing_that_staff_alone_may_know(jonases, ticket, page, anna, sergei):
    conversation.note(ticket=ticket, by=anna, text="SECRET-NOTE", files=[NewFile("SECRET.txt", b"s", "text/plain")])
    MessageFactory(ticket=ticket, author=sergei, html="", text="SECRET-HELD", approval=Approval.PENDING)
    MessageFactory(ticket=ticket, author=sergei, html="", text="SECRET-REFUSED", approval=Approval.REFUSED)
    conversation.reply(ticket=ticket, by=anna, text="Public words.")
    Message.objects.filter(kind=MessageKind.INBOUND).update(
        thread_signal="SECRET_SIGNAL", flags={"auth": {"spf": "SECRET-SPF"}, "staff_address_unverified": True}
    )
    ticket.tags = ["SECRET-TAG"]
    ticket.save()

    html = jonases.get(page).content.decode()

    assert "Public words." in html
    assert "SECRET" not in html
    assert "anna@helpdesk.example" not in html
    assert "deliver" not in html.lower()


def test_page_gives_files_of_public_messages(jonases, ticket, page, anna):
    conversation.reply(ticket=ticket, by=anna, text="Look.", files=[NewFile("log.txt", b"line", "text/plain")])
    file = Attachment.objects.get()

    html = jonases.get(page).content.decode()
    download = jonases.get(f"/files/{file.pk}/")

    assert f'href="/files/{file.pk}/"' in html
    assert (download.status_code, b"".join(download.streaming_content)) == (200, b"line")


def test_files_of_notes_and_of_strangers_requests_are_not_given(jonases, browse, sergei, ticket, anna):
    conversation.note(ticket=ticket, by=anna, text="n", files=[NewFile("note.txt", b"n", "text/plain")])
    conversation.reply(ticket=ticket, by=anna, text="r", files=[NewFile("reply.txt", b"r", "text/plain")])
    note, reply = Attachment.objects.order_by("message__pk")

    given = jonases.get(f"/files/{reply.pk}/")

    assert b"".join(given.streaming_content) == b"r"
    assert jonases.get(f"/files/{note.pk}/").status_code == 404
    assert browse(sergei).get(f"/files/{reply.pk}/").status_code == 404


def test_colleague_who_is_manager_and_participant_follow_it_a_stranger_does_not(browse, clara, sergei, ticket, page):
    ParticipantFactory(ticket=ticket, user=(copied := ParticipantFactory().user))

    statuses = [browse(person).get(page).status_code for person in (clara, copied, sergei)]

    assert statuses == [200, 200, 404]


@pytest.mark.parametrize("part", ["", "answers/", "closure/", "reopening/"])
def test_every_part_is_closed_to_strangers_and_staff(client, browse, sergei, anna, ticket, page, part):
    call = "post" if part else "get"

    anonymous = getattr(client, call)(page + part)
    stranger = getattr(browse(sergei), call)(page + part, {"body": "Hello"})
    staff = getattr(browse(anna), call)(page + part, {"body": "Hello"})

    assert (anonymous.status_code, stranger.status_code, staff.status_code) == (302, 404, 403)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.messages.count()) == (Status.OPEN, 1)


@pytest.mark.parametrize("number", ["0", "999999999", "99999999999999999999999", "-1", "abc"])
def test_unknown_numbers_are_not_found(jonases, number):
    assert jonases.get(f"/cabinet/requests/{number}/").status_code == 404


@pytest.mark.parametrize(
    ("part", "call"), [("", "post"), ("answers/", "get"), ("closure/", "get"), ("reopening/", "get")]
)
def test_wrong_methods_are_refused(jonases, page, part, call):
    assert getattr(jonases, call)(page + part).status_code == 405


def test_answer_with_a_file_is_written_and_comes_to_staff(jonases, jonas, ticket, page):
    ticket.status = Status.WAITING
    ticket.save()
    form = {"body": "Still **there**.", "attachments": [SimpleUploadedFile("a.txt", b"abc")], "key": str(uuid4())}

    first = jonases.post(page + "answers/", form | {"attachments": [SimpleUploadedFile("a.txt", b"abc")]})
    jonases.post(page + "answers/", form)

    message = Message.objects.latest("pk")
    ticket.refresh_from_db()
    assert (first.status_code, first["Location"]) == (303, page)
    assert (message.author, message.kind, message.text) == (jonas, MessageKind.INBOUND, "Still **there**.")
    assert [file.filename for file in message.attachments.all()] == ["a.txt"]
    assert ticket.status == Status.OPEN
    assert ticket.messages.count() == 2


@pytest.mark.parametrize("body", ["", "   \n"])
def test_empty_answer_is_refused_and_says_why(jonases, ticket, page, body):
    response = jonases.post(page + "answers/", {"body": body})

    assert response.status_code == 422
    assert "Write something or attach a file first." in response.content.decode()
    assert ticket.messages.count() == 1


def test_answer_that_is_too_large_keeps_its_words(jonases, page, settings):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    large = SimpleUploadedFile("large.bin", b"0" * 1_100_000)

    response = jonases.post(page + "answers/", {"body": "Hours of words.", "attachments": [large]})

    html = response.content.decode()
    assert response.status_code == 422
    assert re.search(r"<textarea[^>]*>\s*Hours of words\.</textarea>", html)
    assert "larger than 1 MB" in html


def test_customer_closes_and_reopens(jonases, ticket, page):
    closed = jonases.post(page + "closure/")
    ticket.refresh_from_db()
    after_closing, html = ticket.status, jonases.get(page).content.decode()
    reopened = jonases.post(page + "reopening/")
    ticket.refresh_from_db()

    assert (closed.status_code, after_closing) == (303, Status.RESOLVED)
    assert "Solved" in html
    assert "Reopen the request" in html
    assert (reopened.status_code, ticket.status) == (303, Status.OPEN)


def test_closed_request_takes_no_answer_but_reopens(jonases, jonas):
    ticket = TicketFactory(requester=jonas, status=Status.CLOSED)
    page = f"/cabinet/requests/{ticket.number}/"

    html = jonases.get(page).content.decode()
    answer = jonases.post(page + "answers/", {"body": "Late."})
    reopened = jonases.post(page + "reopening/")

    assert 'name="body"' not in html
    assert answer.status_code == 422
    assert ticket.messages.count() == 0
    assert reopened.status_code == 303


def test_answer_to_a_request_that_was_closed_meanwhile_keeps_its_words_and_is_sent_by_reopening(
    anna, jonases, ticket, page
):
    form = {"body": "Hours of words.", "key": str(uuid4())}
    close(ticket, by=anna)

    refused = jonases.post(page + "answers/", form)
    sent = [jonases.post(page + "answers/", form | {"reopen": "1"}) for _ in range(2)]

    composer = tree(refused.content.decode()).find_class("composer")[0]
    ticket.refresh_from_db()
    assert refused.status_code == 422
    assert composer.xpath("string(.//textarea)").strip() == "Hours of words."
    assert "closed in the meantime: reopen it" in composer.text_content()
    assert composer.xpath(".//button[@name='reopen']")
    assert [answer.status_code for answer in sent] == [303, 303]
    assert ticket.status == Status.OPEN
    assert ticket.messages.filter(text="Hours of words.").count() == 1


def test_answer_that_was_sent_is_sent_though_the_request_was_closed_since(anna, jonases, ticket, page):
    form = {"body": "Once.", "key": str(uuid4())}
    jonases.post(page + "answers/", form)
    close(ticket, by=anna)

    assert jonases.post(page + "answers/", form).status_code == 303


def test_answer_to_a_request_merged_and_closed_gives_the_words_back(anna, jonases, jonas, ticket, page):
    target = TicketFactory(requester=jonas)
    merge(source=ticket, target=target, by=anna)
    close(target, by=anna)

    refused = jonases.post(page + "answers/", {"body": "Hours of words."})

    assert refused.status_code == 422
    assert tree(refused.content.decode()).get_element_by_id("words_sent").text.strip() == "Hours of words."


def test_answer_to_a_request_that_is_no_longer_theirs_gives_the_words_back(jonases, sergei, ticket, page):
    Ticket.objects.filter(pk=ticket.pk).update(requester=sergei, organisation=None)

    answer = jonases.post(page + "answers/", {"body": "Hours of words."})

    assert answer.status_code == 404
    assert tree(answer.content.decode()).get_element_by_id("words_sent").text.strip() == "Hours of words."


@pytest.mark.parametrize("address", ["answers/", "/cabinet/requests/new/"])
def test_program_among_the_files_is_refused_by_name_and_the_words_stay(jonases, page, address):
    address = address if address.startswith("/") else page + address
    files = [SimpleUploadedFile("setup.exe", b"MZ\x90\x00\x03\x00"), SimpleUploadedFile("a.txt", b"a")]

    refused = jonases.post(address, {"subject": "Basket", "body": "Hours of words.", "attachments": files})

    document = tree(refused.content.decode())
    assert refused.status_code == 422
    assert "“setup.exe” is a program" in document.get_element_by_id("main").text_content()
    assert document.xpath("string(//main//textarea)").strip() == "Hours of words."
    assert not Attachment.objects.exists()


def test_closing_twice_says_that_it_changed(jonases, ticket, page):
    jonases.post(page + "closure/")

    response = jonases.post(page + "closure/")

    assert response.status_code == 422
    assert "has changed in the meantime" in response.content.decode()


def test_message_of_my_own_that_waits_for_approval_is_shown_to_me_alone(jonases, browse, jonas, clara, ticket, page):
    MessageFactory(ticket=ticket, author=jonas, html="", text="MINE-HELD", approval=Approval.PENDING)

    assert "MINE-HELD" in jonases.get(page).content.decode()
    assert "MINE-HELD" not in browse(clara).get(page).content.decode()


def test_long_conversation_comes_in_parts(jonases, jonas, ticket, page):
    for index in range(60):
        MessageFactory(ticket=ticket, author=jonas, html="", text=f"Line {index}")

    latest = jonases.get(page)
    earlier = jonases.get(f"{page}?before={latest.context['earlier']}")

    assert len(said(latest)) == 50
    assert len(said(earlier)) == 11
    assert sorted(said(latest) + said(earlier)) == sorted(ticket.messages.values_list("pk", flat=True))
    assert earlier.context["earlier"] == 0


@pytest.mark.parametrize("before", ["x", "-1", "%00", "9" * 40, "²"])
def test_foreign_words_before_are_no_error(jonases, page, before):
    assert jonases.get(f"{page}?before={before}").status_code == 200


def test_page_runs_as_many_statements_for_three_messages_as_for_one(jonases, jonas, ticket, page):
    jonases.get(page)
    one, _text = count_of(lambda: jonases.get(page))
    for _index in range(2):
        message = MessageFactory(ticket=ticket, author=jonas)
        Attachment.objects.create(message=message, filename="a", content_type="text/plain", size=1, sha256="0" * 64)

    three, text = count_of(lambda: jonases.get(page))

    assert three == one, text
    assert three <= 15


def test_html_with_pictures_of_its_own_shows_them_from_here(jonases, jonas, ticket, page):
    message = MessageFactory(ticket=ticket, author=jonas, html='<p>Look <img src="cid:pic1" alt=""></p>')
    picture = Attachment.objects.create(
        message=message, filename="p.png", content_type="image/png", content_id="pic1", size=1, sha256="0" * 64
    )

    html = jonases.get(page).content.decode()

    assert f'src="/files/{picture.pk}/?inline"' in html
    assert "cid:" not in html
    assert "p.png" not in html


def test_reading_writes_nothing(jonases, page):
    pages = [page, "/cabinet/", "/cabinet/requests/", "/cabinet/requests/new/"]
    with Statements(connection) as ran:
        statuses = [jonases.get(each).status_code for each in pages]

    assert statuses == [200] * 4
    assert [query["sql"] for query in ran.captured_queries if not query["sql"].startswith("SELECT")] == []
