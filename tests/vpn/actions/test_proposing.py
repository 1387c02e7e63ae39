"""Keys that nobody uses: who is asked, and that the ticket leads to the page that ends them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from tests.browsers import browser_of, proved
from tests.factories import StaffFactory
from tickets.models import Message, Ticket
from vpn.actions.issuing import issue_key
from vpn.actions.proposing import propose_unused
from vpn.enums import KeyState
from vpn.models import Key

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def never_night(settings):
    settings.VPN_NIGHT_HOURS = (0, 0)


@pytest.fixture
def key(ada, anna, server):
    return issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)


def unused_for(days):
    Key.objects.update(last_seen_at=timezone.now() - timedelta(days=days))


def test_key_when_it_is_not_used_then_it_is_proposed_once_and_its_person_told(key, ada):
    unused_for(59)
    assert propose_unused() == 0

    unused_for(61)
    assert (propose_unused(), propose_unused()) == (1, 0)

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.assignee) == (ada, ada)
    letter = Delivery.objects.get(purpose=Purpose.NOTICE)
    assert letter.person.name == "Anna Orlova"
    assert letter.content["title"] == "Do you still need the VPN key anna-laptop?"
    assert Entry.objects.filter(verb="vpn_key_proposed").count() == 1


def test_key_that_was_never_used_when_sixty_days_are_over_then_it_is_proposed(key):
    Key.objects.update(issued_at=timezone.now() - timedelta(days=61))

    assert propose_unused() == 1


def test_key_when_it_was_used_again_then_it_is_proposed_again_sixty_days_later(key):
    unused_for(61)
    propose_unused()
    Key.objects.update(proposed_at=timezone.now() - timedelta(days=200))
    assert propose_unused() == 1


def test_keys_when_different_people_issued_them_then_each_is_asked_of_theirs(key, ada, server):
    boris = StaffFactory(name="Boris Adler", role=Role.ADMINISTRATOR)
    issue_key(person=boris, login="boris", device="laptop", servers=[server], by=boris)
    unused_for(61)

    assert propose_unused() == 2

    asked = {ticket.assignee: Message.objects.get(ticket=ticket).text for ticket in Ticket.objects.all()}
    assert set(asked) == {ada, boris}
    assert "anna-laptop" in asked[ada]
    assert "boris-laptop" not in asked[ada]
    assert "boris-laptop" in asked[boris]


def test_keys_when_their_issuer_has_left_then_they_wait_for_all_who_issue_keys(key, ada):
    boris = StaffFactory(name="Boris Adler", role=Role.ADMINISTRATOR)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    unused_for(61)

    assert propose_unused() == 1

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.assignee) == (boris, None)


@pytest.mark.parametrize("left_out", [{"state": KeyState.BLOCKED}, {"not_after": timezone.now() - timedelta(days=1)}])
def test_key_when_it_opens_nothing_then_it_is_not_proposed(left_out, key):
    unused_for(61)
    Key.objects.update(**left_out, blocked_at=timezone.now())

    assert propose_unused() == 0


def test_ticket_when_its_link_is_followed_then_the_key_is_revoked_there(key, ada):
    unused_for(61)
    propose_unused()
    path = re.search(r"https?://[^/]+(/\S+)", Message.objects.get().text)[1]
    browser = proved(browser_of(ada))

    page = browser.get(path)

    assert page.status_code == 200
    action = re.search(r'action="([^"]*/revocation/)"', page.content.decode())[1]
    answer = browser.post(action, {"reason": "cessationOfOperation"})
    assert answer.status_code == 303
    assert Key.objects.get().state == KeyState.REVOKED
