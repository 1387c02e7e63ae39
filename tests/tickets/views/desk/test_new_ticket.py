"""A ticket for a customer who phoned."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.accounts.models import User
from tests.factories import TeamFactory
from tests.htmx import tree
from tests.races import lose_first_insert
from tickets.enums import Channel, MessageKind, Priority, Status
from tickets.models import Ticket

URL = "/desk/tickets/new/"
FORM = {"email": "clara@nordlicht.example", "subject": "No mail", "body": "She gets no mail.", "priority": "2"}


def test_new_ticket_form_is_shown(desk):
    response = desk.get(URL)

    assert response.status_code == 200
    assert tree(response.content.decode()).xpath("//input[@name='key']/@value")[0]


def test_new_ticket_for_a_known_customer_is_theirs(desk, anna, clara):
    team = TeamFactory()

    response = desk.post(URL, FORM | {"team": str(team.pk), "priority": "4", "is_mine": "on"})

    ticket = Ticket.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/desk/tickets/{ticket.number}/")
    assert (ticket.requester, ticket.organisation, ticket.team, ticket.assignee) == (
        clara,
        clara.organisation,
        team,
        anna,
    )
    assert (ticket.status, ticket.priority, ticket.channel) == (Status.OPEN, Priority.URGENT, Channel.PHONE)
    message = ticket.messages.get()
    assert (message.kind, message.author, message.text) == (MessageKind.INBOUND, clara, "She gets no mail.")


def test_new_ticket_for_somebody_new_remembers_them(desk):
    desk.post(URL, FORM | {"email": "New@Shop.Example", "name": "Nina New"})

    person = User.objects.get(email="new@shop.example")
    assert (person.name, person.role) == ("Nina New", "customer")
    assert Ticket.objects.get().requester == person


def test_new_ticket_keeps_its_files(desk, clara):
    desk.post(URL, FORM | {"attachments": [SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")]})

    assert [file.filename for file in Ticket.objects.get().messages.get().attachments.all()] == ["a.txt", "b.txt"]


@pytest.mark.parametrize("key", [{}, {"key": str(uuid4())}])
def test_new_ticket_that_loses_a_deadlock_is_opened_once_with_its_files(desk, clara, key, monkeypatch):
    tried = lose_first_insert("tickets_message", monkeypatch)

    response = desk.post(URL, FORM | key | {"attachments": [SimpleUploadedFile("a.txt", b"a")]})

    ticket = Ticket.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/desk/tickets/{ticket.number}/")
    assert tried() == 2
    assert [(file.filename, file.size) for file in ticket.messages.get().attachments.all()] == [("a.txt", 1)]


def test_new_ticket_form_sent_twice_is_one_ticket(desk, clara):
    form = FORM | {"key": str(uuid4())}

    first, second = desk.post(URL, form), desk.post(URL, form)

    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": ""}, "email"),
        ({"email": "nobody"}, "email"),
        ({"subject": ""}, "subject"),
        ({"subject": "x" * 501}, "subject"),
        ({"body": " "}, "body"),
        ({"priority": "9"}, "priority"),
        ({"team": "999999"}, "team"),
    ],
)
def test_new_ticket_that_lacks_something_says_what_and_keeps_the_rest(desk, clara, change, field):
    response = desk.post(URL, FORM | change)

    document = tree(response.content.decode())
    assert response.status_code == 422
    assert [each.get("id") for each in document.find_class("field-errors")] == [f"id_{field}_errors"]
    assert not Ticket.objects.exists()


def test_new_ticket_is_only_for_who_may_open_one(browse, oleg, accountant, clara):
    found = [browse(person).post(URL, FORM).status_code for person in (oleg, accountant, clara)]

    assert found == [403, 403, 403]
    assert not Ticket.objects.exists()
