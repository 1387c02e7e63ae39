"""Somebody to sign in as. Hashing the password once is enough."""

from functools import cache

import pytest
from django.contrib.auth.hashers import make_password

from tests.factories import StaffFactory, UserFactory

PASSWORD = "a long sentence of hers"
hashed = cache(make_password)


def with_password(person):
    person.password = hashed(PASSWORD)
    person.save(update_fields=["password"])
    return person


@pytest.fixture
def clara(db):
    return with_password(UserFactory(name="Clara Weiss", email="clara@shop.example"))


@pytest.fixture
def sergei(db):
    return with_password(UserFactory(name="Sergei Stranger", email="sergei@stranger.example"))


@pytest.fixture
def anna(db):
    return with_password(StaffFactory(name="Anna Orlova", email="anna@helpdesk.example"))
