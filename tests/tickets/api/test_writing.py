"""Writing by API."""

import pytest
from django.utils import timezone

from tests.factories import StaffFactory, TeamFactory, TicketFactory, UserFactory
from tests.programs import problem_of
from tests.races import lose_first_insert
from tickets.models import Message, Ticket


def test_customer_opens_a_ticket_of_their_own(program, clara):
    response = program(clara).post_json("/api/v1/tickets/", {"subject": "Checkout", "text": "It **fails**."})

    assert response.status_code == 201
    ticket = Ticket.objects.get(number=response.json()["number"])
    assert (ticket.requester, ticket.channel, ticket.messages.get().html) == (
        clara,
        "api",
        "<p>It <strong>fails</strong>.</p>\n",
    )


def test_agent_opens_a_ticket_for_a_customer(program, anna, clara):
    team = TeamFactory()

    response = program(anna).post_json(
        "/api/v1/tickets/", {"subject": "Phoned", "text": "Asks for a quote.", "requester": clara.pk, "team": team.pk}
    )

    assert response.status_code == 201
    assert response.json()["requester"]["id"] == clara.pk
    assert response.json()["team"]["id"] == team.pk


def test_same_idempotency_key_writes_once(program, anna, clara):
    ticket, caller = TicketFactory(requester=clara), program(anna)
    new = {"subject": "Once", "text": "Once", "requester": clara.pk}

    opened = {caller.post_json("/api/v1/tickets/", new, **{"Idempotency-Key": "k1"}).json()["number"] for _ in range(2)}
    for address in ("replies", "notes"):
        path = f"/api/v1/tickets/{ticket.number}/{address}/"
        ids = {caller.post_json(path, {"text": "Hi"}, **{"Idempotency-Key": "k1"}).json()["id"] for _ in range(2)}
        assert len(ids) == 1

    assert len(opened) == 1
    assert Message.objects.filter(ticket=ticket).count() == 2


@pytest.mark.parametrize("who", ["anna", "clara"])
@pytest.mark.parametrize(("address", "fields"), [("", {"subject": "Once"}), ("{number}/replies/", {})])
def test_what_loses_a_deadlock_is_done_again_and_written_once(program, anna, clara, who, address, fields, monkeypatch):
    ticket = TicketFactory(requester=clara)
    person = {"anna": anna, "clara": clara}[who]
    requester = {"requester": clara.pk} if fields and person == anna else {}
    tried = lose_first_insert("tickets_message", monkeypatch)

    path = f"/api/v1/tickets/{address.format(number=ticket.number)}"
    response = program(person).post_json(path, {"text": "Once.", **fields, **requester})

    assert (response.status_code, tried()) == (201, 2)
    assert list(Message.objects.values_list("text", flat=True)) == ["Once."]


def test_note_that_loses_a_deadlock_is_done_again_and_written_once(program, anna, monkeypatch):
    ticket = TicketFactory()
    tried = lose_first_insert("tickets_message", monkeypatch)

    response = program(anna).post_json(f"/api/v1/tickets/{ticket.number}/notes/", {"text": "Psst."})

    assert (response.status_code, tried()) == (201, 2)
    assert list(Message.objects.values_list("kind", "text")) == [("note", "Psst.")]


def test_same_words_without_a_key_are_written_each_time(program, anna):
    ticket, caller = TicketFactory(), program(anna)

    for _ in range(2):
        caller.post_json(f"/api/v1/tickets/{ticket.number}/notes/", {"text": "Again."})

    assert ticket.messages.count() == 2


def test_reply_of_an_agent_goes_out_and_the_ticket_waits(program, anna, clara):
    ticket = TicketFactory(requester=clara)

    response = program(anna).post_json(f"/api/v1/tickets/{ticket.number}/replies/", {"text": "Try again."})

    assert response.status_code == 201
    found = response.json()
    assert (found["direction"], found["delivery_state"]) == ("out", "queued")
    ticket.refresh_from_db()
    assert ticket.status == "waiting"


def test_reply_of_a_customer_comes_in(program, clara):
    ticket = TicketFactory(requester=clara, status="waiting")

    response = program(clara).post_json(f"/api/v1/tickets/{ticket.number}/replies/", {"text": "It works."})

    assert response.json()["direction"] == "in"
    ticket.refresh_from_db()
    assert ticket.status == "open"


def test_note_of_a_customer_is_refused(program, clara):
    ticket = TicketFactory(requester=clara)

    response = program(clara).post_json(f"/api/v1/tickets/{ticket.number}/notes/", {"text": "Psst"})

    assert problem_of(response)["status"] == 403
    assert not ticket.messages.exists()


def test_token_that_may_only_read_writes_nothing(program, anna, clara):
    ticket, caller = TicketFactory(requester=clara), program(anna, scopes=["read"])

    for address in ("", f"{ticket.number}/replies/", f"{ticket.number}/notes/"):
        response = caller.post_json(f"/api/v1/tickets/{address}", {"text": "x", "subject": "x"})

        assert "write" in problem_of(response)["detail"]
        assert response.status_code == 403
    assert Ticket.objects.count() == 1
    assert not ticket.messages.exists()


@pytest.mark.parametrize(
    "document",
    [
        {"subject": "x", "text": "y", "team": 1},
        {"subject": "x", "text": "y", "requester": 1},
        {"subject": "x", "text": "y", "status": "closed"},
        {"subject": "x\0", "text": "y"},
        {"subject": "x", "text": "\ud800"},
        {"subject": " ", "text": "y"},
        {"text": "y"},
        ["subject"],
        None,
    ],
)
def test_ticket_of_a_customer_with_what_they_may_not_say_is_refused(program, clara, document):
    TeamFactory(pk=1)
    UserFactory(pk=1)

    response = program(clara).post_json("/api/v1/tickets/", document)

    assert problem_of(response)["status"] == 422
    assert not Ticket.objects.exists()


def test_body_that_is_no_json_is_malformed(program, clara):
    response = program(clara).post("/api/v1/tickets/", b'{"subject": ', content_type="application/json")

    assert problem_of(response)["status"] == 400


def test_answer_on_a_ticket_that_somebody_else_is_on_is_423_and_a_note_is_taken(program, anna):
    ticket = TicketFactory(locked_by=StaffFactory(name="Boris"), locked_at=timezone.now())

    refused = program(anna).post_json(f"/api/v1/tickets/{ticket.number}/replies/", {"text": "Mine"})
    noted = program(anna).post_json(f"/api/v1/tickets/{ticket.number}/notes/", {"text": "Look"})

    assert (refused.status_code, noted.status_code) == (423, 201)
    assert problem_of(refused)["detail"].startswith("Boris is on this ticket")
