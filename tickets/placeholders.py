"""Names in double braces that a template holds, and what stands in their places.

They are replaced once and by plain text from a closed list of names: nothing is looked up by a name that somebody
wrote, and what a customer calls themselves is never read as a template.
"""

import re
from collections.abc import Callable, Mapping

from django.conf import settings

from helpdesk.accounts.models import User
from tickets.models import Ticket

_PLACE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_VALUES: dict[str, Callable[[Ticket, User], str]] = {
    "customer.name": lambda ticket, agent: str(ticket.requester),
    "organisation.name": lambda ticket, agent: str(ticket.organisation or ""),
    "ticket.number": lambda ticket, agent: str(ticket.number),
    "ticket.subject": lambda ticket, agent: ticket.subject,
    "agent.name": lambda ticket, agent: str(agent),
}
PLACEHOLDERS = tuple(_VALUES)


def unknown_in(text: str) -> list[str]:
    """The placeholders of the text that nothing is called, each once."""
    return list(dict.fromkeys(name for name in _PLACE.findall(text) if name not in _VALUES))


def filled(text: str, *, ticket: Ticket, by: User) -> str:
    """The text with the values of this ticket; what is not in the list stays as it is written."""

    def value(match: re.Match[str]) -> str:
        known = _VALUES.get(match[1])
        return known(ticket, by) if known else match[0]

    return _PLACE.sub(value, text)


def text_for(texts: Mapping[str, str], *, ticket: Ticket) -> str:
    """The text in the language of the one who asked, else in the program's own, else in any."""
    language = ticket.requester.language
    return texts.get(language) or texts.get(settings.LANGUAGE_CODE) or next(iter(texts.values()), "")
