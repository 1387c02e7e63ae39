"""Names in braces, and nothing else, are replaced."""

import pytest

from helpdesk.notifications.models import Wording
from helpdesk.notifications.wording import Words, unknown_in, worded

FACTS = {"ticket.number": "7", "ticket.subject": "Down", "who": "Clara", "words": "Help"}


def said(title, text=""):
    return worded((title, text), FACTS, occasion="received")


def test_names_are_replaced_and_unknown_ones_stand_as_they_are_written():
    assert said("{{ ticket.number }} {{ticket.subject}}", "{{ who }}: {{ words }} {{ nobody }}") == (
        "7 Down",
        "Clara: Help {{ nobody }}",
    )
    assert unknown_in("{{ who }} {{ nobody }} {{ nobody }} {{ a.b }}", occasion="received") == ["nobody", "a.b"]


def test_title_is_one_line_and_both_are_as_long_as_they_may_be():
    title, text = said("a\r\nBcc: x@y.example\0" + "b" * 300, "c" * 3000)

    assert (len(title), "\n" in title, "\r" in title, len(text)) == (200, False, False, 2000)


def test_empty_title_still_says_something():
    assert said("{{ what }}") == ("–", "")


@pytest.mark.django_db
def test_words_of_the_house_stand_in_their_language_alone():
    Wording.objects.create(occasion="received", language="ru", title="{{ who }} пишет")
    words = Words(["received", "noted"])

    assert words.of("received", "ru") == ("{{ who }} пишет", "")
    assert (
        words.of("received", "en")
        == words.of("noted", "ru")
        == ("#{{ ticket.number }} {{ ticket.subject }}", "{{ what }}")
    )
