"""What people are told of their words before they are sent, once of the same words.

A page tells them while they write (htmx); who has not been told by then, or has no JavaScript, is told when they send,
and sends once more. What was told goes along with the form as marks, which say nothing of the words themselves.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.crypto import salted_hmac

from helpdesk.accounts.models import User
from tickets.registries import writing_hints

MARK = 16
MOST_MARKS = 40


@dataclass(frozen=True, slots=True)
class Told:
    """What there is to say of a text; `is_news` when any of it was not said before."""

    hints: list[dict[str, Any]]
    marks: str
    is_news: bool


NOTHING = Told([], "", is_news=False)


def told_of(*texts: str, by: User, marks: str = "") -> Told:
    """`marks` are those that came with the form. No statement."""
    before = marks.split()[:MOST_MARKS]
    hints, found = [], list[str]()
    for name, hint in writing_hints.items():
        words = [word for text in texts if text and hint.is_for(by) for word in hint.found(text)]
        if words:
            url = reverse(hint.in_cabinet if by.is_customer else hint.at_desk)
            hints.append({"text": str(hint.text), "link": str(hint.link), "url": url})
            found += _marks(name, words)
    news = [mark for mark in dict.fromkeys(found) if mark not in before]
    return Told(hints, " ".join([*before, *news][-MOST_MARKS:]), is_news=bool(news))


def _marks(name: str, words: Iterable[str]) -> list[str]:
    return [salted_hmac(f"tickets.hinting.{name}", word).hexdigest()[:MARK] for word in words]
