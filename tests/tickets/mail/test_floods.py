"""A sender by the hundred."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import TicketFactory, UserFactory
from tickets.mail import floods
from tickets.mail.floods import FREQUENT, flooded_ticket


@pytest.fixture(autouse=True)
def counted(monkeypatch, settings):
    """What this process knows of the senders; a limit of three."""
    settings.MAIL_FLOOD_PER_HOUR = 3
    monkeypatch.setattr(floods, "_opened", Counter())


def opened(sender, count, *, ago=timedelta()):
    """So many tickets of the sender, a second apart, each announced as mails do."""
    at = timezone.now() - ago
    tickets = []
    for turn in range(count):
        flooded_ticket(sender)
        moment = at + timedelta(milliseconds=turn)
        tickets.append(TicketFactory(requester=sender, created_at=moment, active_at=moment))
    return tickets


@pytest.mark.parametrize("count", [0, 1, 3])
def test_sender_within_the_limit_opens_one_more(db, count):
    sergei = UserFactory(name="Sergei")
    opened(sergei, count)

    assert flooded_ticket(sergei) is None


@pytest.mark.parametrize("count", [4, 7])
def test_sender_beyond_the_limit_writes_on_their_latest(db, count):
    sergei = UserFactory(name="Sergei")
    tickets = opened(sergei, count)

    assert flooded_ticket(sergei) == tickets[-1]


def test_latest_is_the_one_that_was_last_active(db):
    sergei = UserFactory(name="Sergei")
    tickets = opened(sergei, 5)
    tickets[1].active_at = timezone.now() + timedelta(seconds=5)
    tickets[1].save()

    assert flooded_ticket(sergei) == tickets[1]


def test_tickets_of_an_hour_ago_count_no_more(db):
    sergei = UserFactory(name="Sergei")
    opened(sergei, 7, ago=timedelta(minutes=61))

    assert flooded_ticket(sergei) is None


def test_flood_of_one_stops_nobody_else(db):
    sergei, clara = UserFactory(name="Sergei"), UserFactory(name="Clara")
    opened(sergei, 7)

    assert [flooded_ticket(clara) for _ in range(5)] == [None] * 5


def test_those_who_write_seldom_are_not_asked_about(db, settings, django_assert_num_queries):
    settings.MAIL_FLOOD_PER_HOUR = 100
    sergei = UserFactory(name="Sergei")

    with django_assert_num_queries(0):
        found = [flooded_ticket(sergei) for _ in range(FREQUENT)]
    with django_assert_num_queries(1):
        flooded_ticket(sergei)

    assert found == [None] * FREQUENT


def test_hours_long_past_are_forgotten(db, monkeypatch):
    sergei = UserFactory(name="Sergei")
    hour = int(timezone.now().timestamp()) // 3600
    floods._opened.update({(sergei.pk, hour - 5): 9, (sergei.pk, hour - 1): 9})

    flooded_ticket(sergei)

    assert floods._opened == {(sergei.pk, hour - 1): 9, (sergei.pk, hour): 1}
