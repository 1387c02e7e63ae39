"""Who is told of what, once."""

import pytest

from helpdesk.notifications.actions.tidings import Tiding, tell
from helpdesk.notifications.models import Notice, PersonChoice, Waiting
from tests.factories import StaffFactory
from tests.statements import count_of

pytestmark = pytest.mark.django_db


def tiding(person, ticket, key="news:1", occasion="noted", **others):
    facts = {"ticket.number": "7", "ticket.subject": "Down", "what": "Anna left a note"}
    return Tiding(
        person=person, subject=ticket, occasion=occasion, key=key, path="/desk/tickets/7/", facts=facts, **others
    )


def test_person_is_told_in_their_list_and_by_letter(anna, ticket):
    tell(tidings=[tiding(anna, ticket)])

    notice = Notice.objects.get()
    assert (notice.person, notice.title, notice.text, notice.is_listed, notice.read_at) == (
        anna,
        "#7 Down",
        "Anna left a note",
        True,
        None,
    )
    assert [each.channel for each in Waiting.objects.all()] == ["email"]


def test_the_same_thing_is_told_once_however_often_it_is_said(anna, ticket):
    tell(tidings=[tiding(anna, ticket, occasion="mentioned"), tiding(anna, ticket)])
    tell(tidings=[tiding(anna, ticket)])

    assert [notice.occasion for notice in Notice.objects.all()] == ["mentioned"]
    assert Waiting.objects.count() == 1


def test_who_looks_at_it_has_it_in_the_list_as_read_and_nowhere_else(anna, ticket):
    tell(tidings=[tiding(anna, ticket, is_seen=True)])

    assert Notice.objects.get().read_at is not None
    assert not Waiting.objects.exists()


def test_who_wants_nothing_is_told_nothing_and_who_wants_letters_has_no_list(anna, ticket):
    boris = StaffFactory(email="boris@helpdesk.example")
    PersonChoice.objects.create(person=anna, wanted={"noted": []})
    PersonChoice.objects.create(person=boris, wanted={"noted": ["email"]})

    tell(tidings=[tiding(anna, ticket), tiding(boris, ticket)])

    assert [(notice.person, notice.is_listed) for notice in Notice.objects.all()] == [(boris, False)]


def test_twenty_people_are_told_in_as_many_statements_as_one(ticket):
    people = StaffFactory.create_batch(21)

    counts = [
        count_of(lambda said=said: tell(tidings=[tiding(person, ticket) for person in said]))[0]
        for said in (people[:1], people[1:])
    ]

    assert counts[0] == counts[1]
