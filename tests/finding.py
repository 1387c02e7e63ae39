"""Searching in tests: messages made by factories get their documents, and words are asked for as staff asks."""

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.search.engines import engine
from helpdesk.search.finding import ask, find
from tickets.actions.indexing import index_again
from tickets.queries.documents import MESSAGES


def indexed(*messages):
    """Documents of these messages; the last message."""
    for message in messages:
        index_again(message)
    engine().settle()
    return messages[-1]


def hits(words, *, reader=None, **how):
    """The page of what this reader finds; an agent where nobody is named."""
    reader = reader or User(role=Role.AGENT)
    return find(MESSAGES, reader=reader, asked=ask(MESSAGES, reader=reader, words=words), **how)


def found_under(words, *, reader=None, **how):
    """Keys of the tickets that are found, in order."""
    return sorted(hit.under for hit in hits(words, reader=reader, **how).hits)
