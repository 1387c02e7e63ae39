"""Another password."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from helpdesk.accounts.actions import attempts, links
from helpdesk.accounts.actions.passwords import change
from helpdesk.accounts.enums import Door
from helpdesk.accounts.models import Attempt, SignInLink
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
NEW = "a long sentence of hers"


@pytest.fixture
def clara():
    return UserFactory(name="Clara Weiss", email="clara@shop.example")


def test_password_is_changed_and_told_without_it(clara):
    ada = StaffFactory(name="Ada")

    changed = change(user=clara, new=NEW, by=ada)

    clara.refresh_from_db()
    assert (changed, clara.check_password(NEW)) == (clara, True)
    assert clara.password.startswith("argon2")
    [entry] = Entry.objects.about(clara)
    assert (entry.verb, entry.actor, entry.facts) == ("password_changed", ada, {})


def test_links_in_the_mailbox_end_with_the_old_password_and_those_of_others_live(clara):
    secret, others = (
        links.issue(user=clara, address=clara.email),
        links.issue(user=UserFactory(), address="a@x.example"),
    )
    spent = SignInLink.objects.create(
        user=clara, address=clara.email, digest="d", used_at=timezone.now(), expires_at=timezone.now() + timedelta(1)
    )

    change(user=clara, new=NEW, by=clara)

    assert (links.find(secret), links.find(others) is not None) == (None, True)
    spent.refresh_from_db()
    assert spent.expires_at > timezone.now()


def test_attempt_that_was_good_counts_no_more(clara):
    attempt = attempts.begin(door=Door.PASSWORD, about=clara.email, address="192.0.2.1")

    change(user=clara, new=NEW, by=clara, attempt=attempt)

    assert not Attempt.objects.exists()


@pytest.mark.parametrize("weak", ["", "short", "1234567890", "password1234", "clara@shop.example", "Clara Weiss"])
def test_weak_password_changes_nothing(clara, weak):
    secret = links.issue(user=clara, address=clara.email)

    with pytest.raises(ValidationError):
        change(user=clara, new=weak, by=clara)

    clara.refresh_from_db()
    assert not clara.has_usable_password()
    assert links.find(secret) is not None
    assert not Entry.objects.exists()
