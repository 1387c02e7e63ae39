"""What is found as keys for another statement."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.search.finding import ask
from helpdesk.search.queries import shown_under
from tests.factories import MessageFactory
from tests.finding import indexed
from tests.peers.searchd import ENGINES, chosen_engine, searchd, started_searchd  # noqa: F401 - fixtures
from tickets.models import Message, Ticket
from tickets.queries.documents import MESSAGES

pytestmark = pytest.mark.django_db


@pytest.fixture(params=ENGINES, autouse=True)
def both_engines(request):
    chosen_engine(request)


def unders(words, **among):
    asked = ask(MESSAGES, reader=User(role=Role.AGENT), words=words)
    return set(Ticket.objects.filter(pk__in=shown_under(asked, **among)).values_list("pk", flat=True))


def test_tickets_are_found_by_words_and_only_among_those_given():
    one, two, other = (indexed(MessageFactory(text=text)) for text in ("basket", "baskets", "invoice"))

    assert unders("basket") == {one.ticket_id, two.ticket_id}
    assert unders("basket", among=Message.objects.filter(pk__in=[two.pk, other.pk])) == {two.ticket_id}
    assert unders(f"basket ticket:{one.ticket.number}") == {one.ticket_id}


@pytest.mark.parametrize("words", ["", "basket before:soon", "the"])
def test_nothing_is_found_where_nothing_was_understood(words):
    indexed(MessageFactory(text="the basket"))

    assert unders(words) == set()
