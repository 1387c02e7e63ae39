"""Who writes a password into a request is told of the vault before it is sent, once."""

import re

import pytest
from django.db import connection

from helpdesk.accounts.enums import Role
from tests.browsers import browser_of
from tests.factories import StaffFactory, UserFactory
from tests.statements import Statements
from tickets.hinting import told_of
from tickets.models import Message, Ticket

WORDS = "The panel is down.\nLogin: admin\nPassword: Xk9!mPq2zz"
NEW = "/cabinet/requests/new/"
SECRET = "Xk9!mPq2zz"
HINT = "looks as if it held a password"


@pytest.fixture
def cabinet(clara):
    return browser_of(clara)


@pytest.fixture
def talk(ticket):
    return f"/cabinet/requests/{ticket.number}/answers/"


@pytest.fixture
def replies(ticket):
    return f"/desk/tickets/{ticket.number}/replies/"


def marks_in(answer):
    return re.search(r'name="told" value="([^"]*)"', answer.content.decode())[1]


def test_request_with_a_password_is_asked_about_once_and_keeps_its_words(cabinet):
    said = {"subject": "Panel", "body": WORDS, "told": ""}

    asked = cabinet.post(NEW, said)
    assert asked.status_code == 422
    assert HINT in asked.content.decode()
    assert "/cabinet/access/new/" in asked.content.decode()
    assert WORDS in asked.content.decode().replace("&#x27;", "'")
    assert not Ticket.objects.exists()

    sent = cabinet.post(NEW, {**said, "told": marks_in(asked)})
    assert sent.status_code == 303
    assert Message.objects.get().flags["secret"] is True


def test_answer_with_a_password_is_asked_about_once(cabinet, talk):
    asked = cabinet.post(talk, {"body": WORDS, "told": ""})
    assert (asked.status_code, Message.objects.count()) == (422, 0)

    assert cabinet.post(talk, {"body": f"Once more:\n{WORDS}", "told": marks_in(asked)}).status_code == 303


def test_another_password_is_asked_about_again(cabinet, talk):
    asked = cabinet.post(talk, {"body": WORDS, "told": ""})

    again = cabinet.post(talk, {"body": "Password: 7uJ#kLw0Qa", "told": marks_in(asked)})

    assert again.status_code == 422
    assert len(marks_in(again).split()) == 2


def test_password_in_a_subject_counts(cabinet):
    answer = cabinet.post(NEW, {"subject": f"Password: {SECRET}", "body": "Hello", "told": ""})

    assert answer.status_code == 422
    assert HINT in answer.content.decode()


@pytest.mark.parametrize("body", ["I forgot my password.", "The password reset link has expired", "Пароль не подходит"])
def test_talk_about_passwords_is_no_password(cabinet, talk, body):
    assert cabinet.post(talk, {"body": body, "told": ""}).status_code == 303


def test_hint_while_writing_says_it_before_and_costs_no_statement(cabinet, talk):
    cabinet.post("/cabinet/hints/", {"body": "x"})
    with Statements(connection) as ran:
        said = cabinet.post("/cabinet/hints/", {"body": WORDS})
    with Statements(connection) as idle:
        quiet = cabinet.post("/cabinet/hints/", {"body": "Hello"})

    assert HINT in said.content.decode()
    assert HINT not in quiet.content.decode()
    assert said["Cache-Control"] == "no-store"
    assert SECRET not in said.content.decode()
    assert ran.count == idle.count
    assert cabinet.post(talk, {"body": WORDS, "told": marks_in(said)}).status_code == 303


def test_hint_forgets_what_was_taken_out_but_not_that_it_was_told(cabinet):
    first = marks_in(cabinet.post("/cabinet/hints/", {"body": WORDS}))
    second = cabinet.post("/cabinet/hints/", {"body": "Hello", "told": first})

    assert (marks_in(second), HINT in second.content.decode()) == (first, False)


def test_staff_are_asked_in_the_composer_and_their_words_stay(desk, replies):
    asked = desk.post(replies, {"body": WORDS, "told": ""})
    assert (asked.status_code, Message.objects.count()) == (422, 0)
    assert HINT in asked.content.decode()
    assert SECRET in asked.content.decode()

    fragment = desk.post(replies, {"body": WORDS, "told": ""}, headers={"HX-Request": "true"})
    assert (fragment.status_code, HINT in fragment.content.decode()) == (422, True)
    assert desk.post(replies, {"body": WORDS, "told": marks_in(asked)}).status_code == 303


def test_program_that_sends_without_the_form_of_the_page_is_not_asked(desk, replies):
    assert desk.post(replies, {"body": WORDS}).status_code == 303
    assert Message.objects.get().flags["secret"] is True


@pytest.mark.parametrize("page", [NEW, "/cabinet/requests/{}/", "/desk/tickets/{}/"])
def test_every_form_of_words_asks(cabinet, desk, ticket, page):
    shown = (desk if page.startswith("/desk") else cabinet).get(page.format(ticket.number)).content.decode()

    assert 'name="told" value=""' in shown


def test_nobody_is_sent_to_a_vault_that_is_not_theirs(ticket):
    for person in (UserFactory(organisation=None), StaffFactory(role=Role.CONTRACTOR)):
        assert told_of(WORDS, by=person).hints == []


def test_marks_say_nothing_of_the_words_and_nonsense_is_none(clara):
    told = told_of(WORDS, by=clara)

    assert SECRET not in told.marks
    assert told_of(WORDS, by=clara, marks="nonsense " * 500).is_news
    assert len(told_of(WORDS, by=clara, marks="nonsense " * 500).marks.split()) == 40
    assert not told_of(WORDS, by=clara, marks=told.marks).is_news
