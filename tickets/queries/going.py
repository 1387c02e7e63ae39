"""Where the palette leads: a ticket by its number or by words of its subject."""

from django.db.models import Q

from helpdesk.accounts.models import User
from tickets.models import Ticket
from tickets.queries.ticket_page import LAST

MOST_FOUND = 8


def tickets_for(user: User, *, words: str) -> list[Ticket]:
    """The ticket of this number first, then the latest in whose subject the words are; of what the person may see."""
    seen = Ticket.objects.visible_to(user).only("number", "subject", "status")
    number = _number(words)
    found = list(seen.filter(number=number)) if number else []
    by_words = seen.with_subject_words(words).filter(~Q(number=number)).order_by("-active_at", "-pk")
    return [*found, *by_words[: MOST_FOUND - len(found)]]


def _number(words: str) -> int:
    """`17` or `#17`; 0 for anything else."""
    digits = words.strip().removeprefix("#")
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < len(str(LAST)) else 0
    return min(number, LAST)
