"""What is kept of a token's use."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.actions.token_use import MOST_NETWORKS, is_due, tell_refused, write_use
from helpdesk.accounts.models import ApiToken
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory
from tests.statements import count_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret():
    cache.clear()
    return tokens.issue(user=StaffFactory(name="Anna"), by=None, name="phone")


def test_use_is_due_once_in_some_minutes_for_each_network(secret):
    token = ApiToken.objects.get()

    assert [is_due(token, network) for network in ("a", "a", "b", "a")] == [True, False, True, False]


def test_use_from_a_new_network_is_a_line_and_from_a_known_one_none(secret):
    token = ApiToken.objects.get()

    for network in ("198.51.100.1", "198.51.100.1", "203.0.113.9"):
        write_use(key=token.pk, network=network)

    token.refresh_from_db()
    assert token.networks == ["198.51.100.1", "203.0.113.9"]
    assert token.last_used_at is not None
    assert Entry.objects.filter(verb="token_used_from").count() == 2


def test_networks_are_bounded(secret):
    token = ApiToken.objects.get()

    for number in range(MOST_NETWORKS + 5):
        write_use(key=token.pk, network=f"198.51.100.{number}")

    token.refresh_from_db()
    assert len(token.networks) == MOST_NETWORKS
    assert token.networks[-1] == f"198.51.100.{MOST_NETWORKS + 4}"


def test_token_that_ended_is_told_once_an_hour_when_it_is_tried(secret):
    tokens.revoke(token=ApiToken.objects.select_related("user").get(), by=StaffFactory())

    for _ in range(3):
        tell_refused(secret, "198.51.100.1")
    tell_refused("hd_" + "x" * 43, "198.51.100.1")

    assert Entry.objects.filter(verb="token_refused").count() == 1


def test_token_is_found_in_one_statement(secret):
    tokens.find(secret)

    count, statements = count_of(lambda: tokens.find(secret))

    assert count == 1, statements


def test_token_that_ran_out_is_not_found_by_a_read_that_was_built_before(secret):
    assert tokens.find(secret) is not None

    ApiToken.objects.update(expires_at=timezone.now())

    assert tokens.find(secret) is None
