"""Category and fields through the API."""

import pytest

from tests.categories import hosting
from tests.factories import TicketFactory
from tests.programs import problem_of
from tickets.models import Ticket

NEW = {"subject": "Down", "text": "It is down.", "category": "hosting"}


def test_customer_reads_only_what_they_may_see(program, anna, clara):
    fields = {"domain": "a.example", "cause": "Disk full", "edition": "start"}
    ticket = TicketFactory(requester=clara, category=hosting(), fields=fields)
    path = f"/api/v1/tickets/{ticket.number}/"

    hers, ours = program(clara).get(path).json(), program(anna).get(path).json()

    assert (hers["category"], hers["fields"]) == ("hosting", {"domain": "a.example"})
    assert (ours["category"], ours["fields"]) == ("hosting", fields)


def test_category_for_staff_is_not_told_to_the_customer(program, clara):
    ticket = TicketFactory(requester=clara, category=hosting(is_for_customers=False))

    assert program(clara).get(f"/api/v1/tickets/{ticket.number}/").json()["category"] is None


def test_ticket_is_opened_with_typed_values(program, clara):
    hosting()
    said = {"domain": "a.example", "pages": 12, "features": ["ssl"], "system": None}

    response = program(clara).post_json("/api/v1/tickets/", NEW | {"fields": said})

    assert response.status_code == 201
    assert response.json()["fields"] == {"domain": "a.example", "pages": 12, "features": ["ssl"]}
    assert Ticket.objects.get().fields == response.json()["fields"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Domain: Fill this in"),
        ({"domain": "a.example", "pages": "many"}, "Pages: Write a whole number"),
        ({"domain": "a.example", "cause": "Me"}, "cause: There is no such field"),
        ({"domain": "a.example", "nothing": 1}, "nothing: There is no such field"),
        ({"domain": ["a.example"]}, "Domain: Write it as text."),
    ],
)
def test_values_that_can_not_be_kept_are_refused(program, clara, fields, sentence):
    hosting()

    response = program(clara).post_json("/api/v1/tickets/", NEW | {"fields": fields})

    assert problem_of(response)["status"] == 422
    assert sentence in problem_of(response)["detail"]
    assert not Ticket.objects.exists()


def test_category_that_is_none_is_refused(program, clara):
    response = program(clara).post_json("/api/v1/tickets/", NEW)

    assert "There is no category “hosting”" in problem_of(response)["detail"]
