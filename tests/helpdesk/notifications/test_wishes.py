"""By which ways people are told, and when."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from helpdesk.notifications.models import Address, Browser, Gateway, PersonChoice, TeamChoice
from helpdesk.notifications.wishes import wishes_of
from tests.factories import StaffFactory, TeamFactory
from tests.statements import count_of

BERLIN = ZoneInfo("Europe/Berlin")


def at(text):
    """A moment by Anna's clock; 2 November 2026 is a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def due(person, channel, now):
    return wishes_of([person])[person.pk].due(channel, at(now)).astimezone(BERLIN).strftime("%a %d %H:%M")


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna", email="anna@helpdesk.example", time_zone="Europe/Berlin")


def team_of(*people, **others):
    team = TeamFactory(**others)
    team.members.set(people)
    return team


def channels(person, occasion):
    return sorted(wishes_of([person])[person.pk].channels(occasion))


def test_person_who_chose_nothing_is_told_as_the_program_thinks_best(anna):
    assert (channels(anna, "mentioned"), channels(anna, "queued")) == (["desk", "email"], ["desk"])


def test_person_without_address_is_told_where_they_are_reached(db):
    nobody = StaffFactory(email=None)

    assert channels(nobody, "mentioned") == ["desk"]


def test_browser_and_proven_address_are_ways_too(anna):
    Browser.objects.create(person=anna, endpoint="https://push.example/1", endpoint_digest="1", p256dh="k", auth="s")
    jabber, sms = (Gateway.objects.create(name=name, url="x", address_label="JID") for name in ("Jabber", "SMS"))
    Address.objects.create(person=anna, gateway=jabber, value="anna@jabber.example", proven_at=timezone.now())
    Address.objects.create(person=anna, gateway=sms, value="+49 1", proven_at=None)

    assert channels(anna, "mentioned") == ["desk", "email", jabber.channel, "push"]
    assert channels(anna, "received") == ["desk", "email", "push"]


def test_team_decides_for_who_chose_nothing_and_the_person_for_themselves(anna):
    TeamChoice.objects.create(team=team_of(anna), wanted={"queued": ["email"], "noted": []})
    PersonChoice.objects.create(person=anna, wanted={"noted": ["desk"]})

    assert [channels(anna, each) for each in ("queued", "noted", "received")] == [
        ["email"],
        ["desk"],
        ["desk", "email"],
    ]


def test_member_of_two_teams_is_told_what_either_wants(anna):
    for wanted in (["email"], ["desk"]):
        TeamChoice.objects.create(team=team_of(anna), wanted={"queued": wanted})
    TeamChoice.objects.create(team=team_of(anna, is_active=False), wanted={"noted": []})

    assert (channels(anna, "queued"), channels(anna, "noted")) == (["desk", "email"], ["desk", "email"])


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-02 12:00", "Mon 02 12:00"),
        ("2026-11-02 22:00", "Tue 03 07:30"),
        ("2026-11-03 03:00", "Tue 03 07:30"),
        ("2026-11-03 07:30", "Tue 03 07:30"),
        ("2026-11-06 23:00", "Mon 09 07:30"),
        ("2026-11-07 12:00", "Mon 09 07:30"),
    ],
    ids=["day", "evening", "night", "end", "friday", "saturday"],
)
def test_quiet_hours_over_midnight_and_a_weekend_end_by_the_persons_clock(anna, now, expected):
    PersonChoice.objects.create(person=anna, quiet_from=time(22), quiet_until=time(7, 30), quiet_weekends=True)

    assert [due(anna, channel, now) for channel in ("push", "email", "gateway:1")] == [expected] * 3


def test_quiet_hours_within_a_day_end_on_that_day(anna):
    PersonChoice.objects.create(person=anna, quiet_from=time(13), quiet_until=time(14))

    assert due(anna, "push", "2026-11-02 13:59") == "Mon 02 14:00"


@pytest.mark.parametrize(
    ("rhythm", "now", "expected"),
    [
        ("hourly", "2026-11-02 12:10", "Mon 02 13:00"),
        ("daily", "2026-11-02 08:59", "Mon 02 09:00"),
        ("daily", "2026-11-02 09:00", "Tue 03 09:00"),
    ],
    ids=["hour", "today", "tomorrow"],
)
def test_letters_come_in_their_rhythm_and_nothing_else_does(anna, rhythm, now, expected):
    PersonChoice.objects.create(person=anna, rhythm=rhythm)

    assert due(anna, "email", now) == expected
    assert due(anna, "push", now) == at(now).strftime("%a %d %H:%M")


def test_wishes_of_twenty_are_read_in_as_many_statements_as_of_one(db):
    team = team_of(*StaffFactory.create_batch(20))
    TeamChoice.objects.create(team=team, wanted={})
    people = list(team.members.order_by("pk"))

    assert count_of(lambda: wishes_of(people[:1]))[0] == count_of(lambda: wishes_of(people))[0]
