"""E04: templates of notices that administrators write, and words of customers that look like templates."""

import pytest

from helpdesk.notifications.models import Notice, Wording
from tests.factories import StaffFactory, TicketFactory, UserFactory
from tickets.actions.conversation import answer
from tickets.actions.news import spread_news

pytestmark = pytest.mark.django_db

TRICKS = [
    "{{7*7}}",
    "{% load static %}",
    "{{ ticket.__class__ }}",
    "{{ settings.SECRET_KEY }}",
    "{{ who.password }}",
    "{{ who|safe }}",
    "{# gone #}",
    "${7*7}",
    "#{7*7}",
    "{who.__init__}",
    "%(who)s",
]


def told(subject, said, **wording):
    anna = StaffFactory()
    clara = UserFactory(name="{{ who }} {{ ticket.number }}")
    if wording:
        Wording.objects.create(occasion="received", language="en", **wording)
    ticket = TicketFactory(requester=clara, assignee=anna, subject=subject)
    answer(ticket=ticket, by=clara, text=said)
    spread_news()
    notice = Notice.objects.get(person=anna)
    return notice.title, notice.text


@pytest.mark.parametrize("trick", TRICKS)
def test_e04_nothing_in_a_wording_is_run_or_looked_up(trick):
    assert told("Down", "Help", title=f"x {trick}", text=trick) == (f"x {trick}", trick)


@pytest.mark.parametrize("trick", [*TRICKS, "{{ who }}", "{{ ticket.subject }}"])
def test_e04_words_of_a_customer_are_never_read_as_a_template(trick):
    title, text = told(trick, trick, title="{{ ticket.subject }}", text="{{ words }}")

    assert (title, text) == (trick, trick)


def test_e04_name_of_a_customer_that_looks_like_a_place_stands_as_it_is_written():
    _title, text = told("Down", "Help", title="x", text="{{ who }}")

    assert text == "{{ who }} {{ ticket.number }}"


def test_e16_wording_and_subject_make_no_line_of_their_own_in_a_title():
    title, _text = told("Down\r\nBcc: x@y.example", "Help", title="a\r\nX: {{ ticket.subject }}")

    assert len(title.splitlines()) == 1
