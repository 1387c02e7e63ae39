"""API tokens: shown once, kept as a hash, ended at once."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.actions.tokens import PREFIX, find, issue, revoke
from helpdesk.accounts.models import ApiToken
from helpdesk.accounts.scopes import Scope
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna")


def issued(anna, **options):
    return issue(user=anna, by=anna, **({"name": "phone"} | options))


def test_token_is_kept_as_its_hash_and_told_without_it(anna):
    ada = StaffFactory(name="Ada")

    secret = issue(user=anna, by=ada, name="x" * 150)

    token = ApiToken.objects.get()
    assert (token.user, token.name, token.hint, token.revoked_at) == (anna, "x" * 100, secret[:8], None)
    assert token.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret.startswith(PREFIX) and len(secret) >= 46  # noqa: PT018 - 256 bits behind the prefix
    [entry] = Entry.objects.about(anna)
    assert (entry.verb, entry.actor) == ("token_issued", ada)
    assert entry.facts == {"token": token.pk, "name": "x" * 100, "scopes": ["read", "write"]}
    assert secret not in str(entry.facts)


def test_tokens_are_never_the_same(anna):
    assert len({issued(anna) for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("given", "kept"), [(None, ["read", "write"]), ([], ["read", "write"]), ([Scope.READ], ["read"])]
)
def test_token_may_do_what_was_said_and_everything_when_nothing_was(anna, given, kept):
    assert find(issued(anna, scopes=given)).scopes == kept


@pytest.mark.parametrize(("seconds", "is_found"), [(60, True), (-1, False), (None, True)])
def test_token_works_until_its_end(anna, seconds, is_found):
    expires_at = None if seconds is None else timezone.now() + timedelta(seconds=seconds)

    assert (find(issued(anna, expires_at=expires_at)) is not None) is is_found


def test_token_of_somebody_switched_off_does_not_work(anna):
    secret = issued(anna)
    anna.is_active = False
    anna.save()

    assert find(secret) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda secret: "",
        lambda secret: PREFIX,
        lambda secret: secret[:-1],
        lambda secret: secret + "x",
        lambda secret: secret.upper(),
        lambda secret: secret.removeprefix(PREFIX),
        lambda secret: f" {secret}",
        lambda secret: hashlib.sha256(secret.encode()).hexdigest(),
        lambda secret: PREFIX + hashlib.sha256(secret.encode()).hexdigest(),
        lambda secret: "\0" + secret,
        lambda secret: f"{PREFIX}{'é' * 50}",
    ],
)
def test_token_that_was_changed_is_none(anna, change):
    assert find(change(issued(anna))) is None


def test_revoked_token_ends_at_once_and_the_others_live(anna):
    secret, other = issued(anna), issued(anna)
    ada = StaffFactory(name="Ada")

    revoke(token=find(secret), by=ada)

    assert (find(secret), find(other).user) == (None, anna)
    entry = Entry.objects.get(verb="token_revoked")
    assert (entry.actor, entry.subject_id) == (ada, anna.pk)


def test_token_is_revoked_once(anna):
    token = find(issued(anna))
    revoke(token=token, by=anna)
    first = token.revoked_at

    revoke(token=token, by=anna)

    token.refresh_from_db()
    assert token.revoked_at == first
    assert Entry.objects.filter(verb="token_revoked").count() == 1
