"""What single sign-on keeps: handed over, forgotten, watched."""

from datetime import timedelta

import pytest
from allauth.idp.oidc.models import Token
from django.core.management import call_command
from django.utils import timezone

from helpdesk.accounts.actions import merging
from helpdesk.accounts.sso import tasks
from helpdesk.accounts.sso.actions.erasing import forget
from helpdesk.accounts.sso.models import (
    Assertion,
    AuthorizationCode,
    Consent,
    LogoutNotice,
    OutsideIdentity,
    SigningKey,
    Visit,
)
from helpdesk.accounts.sso.probes import notices_state
from helpdesk.core.erasing import Erased
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_identities_go_with_a_merger_and_come_back_with_its_undoing(provider):
    merged, survivor, by = UserFactory(), UserFactory(), StaffFactory(role="administrator")
    identity = OutsideIdentity.objects.create(provider=provider, subject="x", user=merged)

    merger = merging.merge_people(survivor=survivor, merged=merged, by=by)
    identity.refresh_from_db()
    after = identity.user
    merging.undo_merger(merger=merger, by=by)

    identity.refresh_from_db()
    assert (after, identity.user) == (survivor, merged)


def test_person_who_is_erased_is_known_by_nothing_outside_and_out_at_every_site(browser, anna, shop, provider):
    tokens = shop.enter(browser)
    OutsideIdentity.objects.create(provider=provider, subject="x", user=anna, address="anna@private.example")
    Consent.objects.create(user=anna, site=shop.site, scopes=[])

    forget(Erased(person=anna.pk, pseudonym="Person", addresses=(), names=()))

    assert shop.userinfo(tokens).status_code == 401
    assert not OutsideIdentity.objects.exists()
    assert not Consent.objects.exists()
    assert LogoutNotice.objects.count() == 1


def test_night_forgets_what_nobody_asks_about_and_keeps_what_is_waited_for(browser, shop, provider):
    shop.enter(browser)
    browser.post("/accounts/logout/")
    long_ago = timezone.now() - timedelta(days=100)
    Visit.objects.update(ended_at=long_ago)
    AuthorizationCode.objects.update(expires_at=long_ago)
    Assertion.objects.create(provider=provider, name="_1", digest="x", expires_at=long_ago)
    SigningKey.objects.create(kid="old", pem="x", ends_at=long_ago)
    Token.objects.create(type="at", hash="old", expires_at=long_ago)

    tasks.clean_up()
    kept = Visit.objects.count()
    LogoutNotice.objects.update(state="taken", done_at=long_ago)
    tasks.clean_up()

    assert (kept, Visit.objects.count()) == (1, 0)
    assert not AuthorizationCode.objects.exists()
    assert not Assertion.objects.exists()
    assert not Token.objects.exists()
    assert SigningKey.objects.count() == 1


def test_health_sees_how_long_a_site_was_not_told(browser, shop):
    before = notices_state()
    shop.enter(browser)
    browser.post("/accounts/logout/")
    LogoutNotice.objects.update(created_at=timezone.now() - timedelta(minutes=5))

    waiting = notices_state()
    LogoutNotice.objects.update(state="given_up", done_at=timezone.now())

    assert (before.waiting, before.failed) == (0, 0)
    assert (waiting.waiting, round(waiting.oldest_seconds)) == (1, 300)
    assert notices_state().failed == 1


def test_command_makes_a_new_key_and_says_which(capsys, signing_key):
    call_command("rotate_signing_key")

    new = SigningKey.objects.get(ends_at__isnull=True)
    assert capsys.readouterr().out == f"Signing with {new.kid}.\n"
    assert new.kid != signing_key.kid
    assert Entry.objects.about(new).get(verb="signing_key_made").facts["at_once"] is False
