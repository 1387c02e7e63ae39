"""A merged request in the cabinet: its customer sees no more than before, and where it goes on."""

import pytest

from tests.factories import MessageFactory, TicketFactory
from tickets.actions.conversation import reply
from tickets.actions.files import NewFile, store_files
from tickets.actions.merging import merge
from tickets.enums import Status
from tickets.models import Ticket


@pytest.fixture
def source(jonas):
    ticket = TicketFactory(requester=jonas, subject="Own matter", status=Status.OPEN)
    MessageFactory(ticket=ticket, text="Words of Jonas", html="")
    return ticket


@pytest.fixture
def target(anna, sergei, source):
    """Somebody else's, with the other merged into it and an answer to both."""
    ticket = TicketFactory(requester=sergei, subject="Secret matter", snippet="Secret")
    message = MessageFactory(ticket=ticket, text="Secret of Sergei", html="")
    store_files(message=message, files=[NewFile("secret.txt", b"s", "text/plain")], by=None)
    merge(source=source, target=ticket, by=anna, is_confirmed=True)
    reply(ticket=ticket, by=anna, text="Answer to both", then=Status.RESOLVED)
    return ticket


SECRETS = ("Secret", "Sergei", "sergei@", "secret.txt")


@pytest.mark.parametrize("path", ["", "requests/", "requests/{number}/"])
def test_customer_of_a_merged_request_reads_nothing_of_the_other_one(jonases, source, target, path):
    response = jonases.get(f"/cabinet/{path.format(number=source.number)}")

    page = response.content.decode()
    assert response.status_code == 200
    assert [word for word in (*SECRETS, str(target.number)) if word in page] == []
    assert "Answer to both" in page


@pytest.mark.parametrize("path", ["", "requests/", "requests/{number}/"])
def test_customer_of_the_other_request_reads_nothing_of_the_merged_one(browse, sergei, jonases, source, target, path):
    jonases.post(f"/cabinet/requests/{source.number}/answers/", {"body": "More from him"})

    page = browse(sergei).get(f"/cabinet/{path.format(number=target.number)}").content.decode()

    words = ("Jonas", "jonas@", "More from him", "Own matter", str(source.number))
    assert [word for word in words if word in page] == []


def test_files_and_page_of_the_other_request_stay_shut(jonases, target):
    file = target.messages.get(text="Secret of Sergei").attachments.get()

    answers = [jonases.get(f"/cabinet/requests/{target.number}/"), jonases.get(f"/files/{file.pk}/")]

    assert [response.status_code for response in answers] == [404, 404]


def test_customer_is_told_that_it_goes_on_elsewhere_and_can_answer_here(jonases, source, target):
    page = jonases.get(f"/cabinet/requests/{source.number}/").content.decode()
    response = jonases.post(f"/cabinet/requests/{source.number}/answers/", {"body": "One thing more"})

    assert "together with another request" in page
    assert "Is it" not in page
    assert response.status_code == 303
    assert Ticket.objects.get(pk=target.pk).status == Status.OPEN


def test_customer_who_sees_both_is_led_to_where_it_goes_on(anna, jonas, jonases, source):
    other = TicketFactory(requester=jonas, status=Status.WAITING)
    merge(source=source, target=other, by=anna)

    page = jonases.get(f"/cabinet/requests/{source.number}/").content.decode()

    assert f'href="/cabinet/requests/{other.number}/"' in page
    assert "Waiting for your answer" in page
