"""Tickets that speak of the same as another."""

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from helpdesk.search.engines import engine
from helpdesk.search.finding import Asked, first_of_each
from helpdesk.search.grammar import Wish
from helpdesk.search.protocol import Hit, Question, Term
from helpdesk.search.registries import sources
from tickets.models import Message, Ticket
from tickets.queries.documents import MESSAGES
from tickets.queries.found import FoundMessage, found_messages

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

MOST = 5
WEIGHED = 200
MOST_WORDS = 12
OPENING = 600  # characters of the first message
_WORD = re.compile(r"[^\W\d_]{4,30}")


def similar_tickets(reader: "User", ticket: Ticket) -> list[FoundMessage]:
    """Up to MOST others that this reader may see, in which most words of the subject and of what it opens with are
    found, the closest first. Several words have to be found where there are several."""
    opening = Message.objects.visible_to(reader).filter(ticket=ticket).order_by("pk").first()
    words = _words(f"{ticket.subject} {opening.visible_text[:OPENING] if opening else ''}")
    if not words:
        return []
    source = sources[MESSAGES]
    question = Question(
        ContentType.objects.get_for_model(Message).pk,
        _pairs(words),
        marked=source.limits(reader),
        without=(f"under:{ticket.pk}",),
    )
    hits = source.seen(reader, engine().matches(question, before=None, limit=WEIGHED), Q())
    closest = first_of_each(sorted(hits, key=_closeness))[:MOST]
    return found_messages(reader, closest, asked=Asked(question, Wish()))


def _closeness(hit: Hit) -> tuple[float, int]:
    return -hit.rank, -hit.key


def _words(text: str) -> list[str]:
    return list(dict.fromkeys(word.lower() for word in _WORD.findall(text)))[:MOST_WORDS]


def _pairs(words: list[str]) -> tuple[tuple[Term, ...], ...]:
    """Two neighbouring words together: one word alone is found in too much."""
    if len(words) == 1:
        return ((Term(words[0]),),)
    return tuple((Term(first), Term(second)) for first, second in pairwise(words))
