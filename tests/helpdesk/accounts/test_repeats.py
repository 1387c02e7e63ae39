"""A request that comes again is done once, and answered alike."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.models import KeptAnswer, Note, User
from tests.factories import StaffFactory, TicketFactory, UserFactory
from tests.programs import Program, problem_of

CUSTOMERS = "/api/v1/customers/"
NINA = {"name": "Nina", "email": "nina@shop.example"}
KEY = {"Idempotency-Key": "k-1"}


@pytest.fixture
def caller(db):
    return Program(StaffFactory(name="Anna"))


def test_same_key_and_request_write_once_and_answer_alike(caller):
    first, second = (caller.post_json(CUSTOMERS, NINA, **KEY) for _ in range(2))

    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert User.objects.filter(name="Nina").count() == 1


def test_same_key_with_another_request_is_refused(caller):
    caller.post_json(CUSTOMERS, NINA, **KEY)

    again = caller.post_json(CUSTOMERS, NINA | {"email": "other@shop.example"}, **KEY)

    assert "Idempotency-Key" in problem_of(again)["detail"]
    assert again.status_code == 422
    assert User.objects.filter(name="Nina").count() == 1


def test_key_is_of_one_person_and_one_address(caller):
    clara, boris = UserFactory(), Program(StaffFactory(name="Boris"))

    for program in (caller, boris):
        for path in (f"{CUSTOMERS}{clara.pk}/notes/", f"/api/v1/tickets/{TicketFactory().number}/notes/"):
            assert program.post_json(path, {"text": "Calls on Mondays"}, **KEY).status_code == 201

    assert Note.objects.count() == 2
    assert KeptAnswer.objects.count() == 4


def test_request_that_was_refused_may_come_again(caller):
    taken = UserFactory(email="nina@shop.example")
    assert caller.post_json(CUSTOMERS, NINA, **KEY).status_code == 422
    taken.contact_points.all().delete()
    User.objects.filter(pk=taken.pk).update(email=None)

    assert caller.post_json(CUSTOMERS, NINA, **KEY).status_code == 201


@pytest.mark.parametrize("key", ["x" * 256, "two words", "naïve"])
def test_key_that_is_none_is_refused(caller, key):
    assert caller.post_json(CUSTOMERS, NINA, **{"Idempotency-Key": key}).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_same_key_at_once_writes_once_and_answers_both_alike():
    secret = tokens.issue(user=StaffFactory(name="Anna"), by=None, name="t")

    def post(_turn):
        headers = {"Authorization": f"Bearer {secret}", **KEY}
        response = Client().post(CUSTOMERS, json.dumps(NINA), content_type="application/json", headers=headers)
        connections.close_all()
        return response.status_code, response.content

    with ThreadPoolExecutor(6) as threads:
        answers = set(threads.map(post, range(6)))

    assert [status for status, _content in answers] == [201]
    assert User.objects.filter(name="Nina").count() == 1
