"""Limits at the doors."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.actions import attempts
from helpdesk.accounts.actions.attempts import LIMITS, TooManyAttempts, fingerprint, network_of
from helpdesk.accounts.enums import Door
from helpdesk.accounts.models import Attempt

pytestmark = pytest.mark.django_db
CLARA = "clara@shop.example"


def begin(about=CLARA, address="192.0.2.1", door=Door.PASSWORD):
    return attempts.begin(door=door, about=about, address=address)


def test_one_address_from_one_network_is_stopped_and_noted_no_further():
    for _index in range(5):
        begin()

    with pytest.raises(TooManyAttempts, match="Try again in 1 minute"):
        begin()
    assert Attempt.objects.count() == 5


def test_other_networks_other_addresses_and_other_doors_are_not_stopped_with_it():
    for _index in range(5):
        begin()

    assert begin(address="198.51.100.7")
    assert begin(about="jonas@shop.example")
    assert begin(door=Door.LINK)


@pytest.mark.parametrize(
    ("door", "about", "address", "free"),
    [
        (Door.PASSWORD, CLARA, "192.0.2.1", 5),
        (Door.PASSWORD, None, "192.0.2.1", 30),
        (Door.PASSWORD, CLARA, None, 100),
        (Door.CODE, CLARA, "192.0.2.1", 5),
        (Door.CODE, CLARA, None, 20),
        (Door.PASSKEY, None, "192.0.2.1", 30),
        (Door.LINK, CLARA, "192.0.2.1", 5),
        (Door.LINK, None, "192.0.2.1", 20),
        (Door.LINK, CLARA, None, 20),
        (Door.OUTSIDE, None, "192.0.2.1", 60),
        (Door.INVITATION, CLARA, None, 20),
    ],
)
def test_so_many_tries_of_one_person_or_network_and_no_more(door, about, address, free):
    """None stands for another one each time."""
    tries = [
        Attempt(
            door=door,
            about=fingerprint(about or f"person{index}@shop.example"),
            network=address or f"10.0.{index}.1",
            at=timezone.now(),
        )
        for index in range(free - 1)
    ]
    Attempt.objects.bulk_create(tries)
    last = {"door": door, "about": about or "one.more@shop.example", "address": address or "10.9.9.9"}

    begin(**last)

    with pytest.raises(TooManyAttempts):
        begin(**last)


def test_case_and_spaces_do_not_make_another_address():
    for typed in (CLARA, CLARA.upper(), f" {CLARA}", f"{CLARA} ", "Clara@Shop.Example"):
        begin(about=typed)

    with pytest.raises(TooManyAttempts):
        begin()


def test_door_opens_again_after_a_while():
    for _index in range(5):
        begin()
    Attempt.objects.update(at=timezone.now() - timedelta(minutes=6))

    assert begin()


def wait_after(tries):
    """How long one address waits in one network, in minutes, when so many tries failed a second ago."""
    Attempt.objects.all().delete()
    at, about = timezone.now() - timedelta(seconds=1), attempts.fingerprint(CLARA)
    Attempt.objects.bulk_create(
        Attempt(door=Door.PASSWORD, about=about, network="192.0.2.1", at=at) for _index in range(tries)
    )
    with pytest.raises(TooManyAttempts) as refusal:
        begin()
    return int(re.search(r"\d+", str(refusal.value))[0])


def test_wait_doubles_with_every_further_try_up_to_an_hour():
    assert [wait_after(tries) for tries in (5, 6, 7, 8, 10, 11, 40, 500)] == [1, 2, 4, 8, 32, 60, 60, 60]


def test_wait_falls_back_with_time():
    wait_after(9)
    Attempt.objects.update(at=timezone.now() - timedelta(hours=6, minutes=1))

    assert [begin() is not None for _index in range(5)] == [True] * 5


def test_known_browser_is_counted_apart_from_everybody_else():
    about, now = attempts.fingerprint(CLARA), timezone.now()
    Attempt.objects.bulk_create(
        Attempt(door=Door.PASSWORD, about=about, network=f"10.0.{index}.1", at=now) for index in range(130)
    )
    with pytest.raises(TooManyAttempts):
        begin(address="10.0.1.1")

    def own():
        return attempts.begin(door=Door.PASSWORD, about=CLARA, address="10.0.1.1", browser="a" * 64)

    assert [own() is not None for _index in range(5)] == [True] * 5
    with pytest.raises(TooManyAttempts):
        own()


def test_old_attempts_are_cleared_away():
    begin()
    Attempt.objects.update(at=timezone.now() - timedelta(days=2))

    begin()

    assert Attempt.objects.count() == 1


def test_good_attempts_do_not_count():
    for _index in range(20):
        attempts.succeed(attempt=begin())

    assert Attempt.objects.count() == 0


def test_what_was_typed_is_not_kept():
    attempt = begin(about="my secret password typed into the wrong field")

    assert "secret" not in repr(attempt.__dict__)
    assert len(attempt.about) == 64


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("not an address", "not an address"),
        ("x" * 99, "x" * 45),
    ],
)
def test_network_is_what_one_household_shares(address, network):
    assert network_of(address) == network


def test_every_door_has_limits():
    assert set(LIMITS) == set(Door)
