"""Blocking, revoking, renewing, leaving; lists of what was revoked."""

from datetime import timedelta

import pytest
from cryptography import x509
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actions.leaving import deactivate, end_access
from helpdesk.core.errors import Away, NotAllowed, Refused
from tests.factories import StaffFactory
from tests.vpn_world import signer_at
from vpn.actions import publishing
from vpn.actions.issuing import issue_key
from vpn.actions.renewing import end_due, renew_key
from vpn.actions.revoking import block_key, revoke_key, unblock_key
from vpn.enums import KeyState
from vpn.models import Authority, Key, Revocation, RevocationList
from vpn.probes import lists_state
from vpn.signals import key_blocked, key_revoked, list_published

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(ada, anna, server):
    return issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)


@pytest.fixture
def heard():
    """What signals said, in their order."""
    said = []

    def hear(signal, name):
        def listen(**told):
            said.append((name, told.get("key") or told.get("revocation_list")))

        signal.connect(listen, weak=False, dispatch_uid=f"test {name}")

    signals = {"revoked": key_revoked, "blocked": key_blocked, "published": list_published}
    for name, signal in signals.items():
        hear(signal, name)
    yield said
    for name, signal in signals.items():
        signal.disconnect(dispatch_uid=f"test {name}")


def listed(slug="example"):
    found = x509.load_pem_x509_crl(Client().get(f"/vpn/crl/{slug}.pem").content)
    return {row.serial_number: row for row in found}


def test_key_when_it_is_revoked_then_the_next_list_has_it_with_its_reason(key, ada, authority, heard):
    revoke_key(key=key, reason="keyCompromise", by=ada)
    assert Authority.objects.get().list_due_at is not None

    assert publishing.publish_due() == []

    row = listed()[int(key.serial)]
    assert row.extensions.get_extension_for_class(x509.CRLReason).value.reason.value == "keyCompromise"
    assert Authority.objects.get().list_due_at is None
    assert [name for name, _thing in heard] == ["revoked", "published"]
    assert Key.objects.get().private_key == ""


def test_key_when_it_is_revoked_twice_then_once_counts(key, ada):
    revoke_key(key=key, reason="superseded", by=ada)
    revoke_key(key=key, reason="keyCompromise", by=ada)

    assert Revocation.objects.get().reason == "superseded"


@pytest.mark.parametrize("reason", ["", "removeFromCRL", "nothing"])
def test_reason_when_there_is_no_such_then_it_is_refused(reason, key, ada):
    with pytest.raises(Refused):
        revoke_key(key=key, reason=reason, by=ada)


def test_key_when_an_agent_would_revoke_it_then_it_is_not_allowed(key, anna):
    with pytest.raises(NotAllowed):
        revoke_key(key=key, reason="superseded", by=anna)


def test_list_when_the_signer_is_away_then_it_is_due_until_there_is_one(key, ada, authority, tmp_path):
    first = publishing.publish_list(authority=authority)
    revoke_key(key=key, reason="superseded", by=ada)
    Authority.objects.update(socket_path=str(tmp_path / "away.sock"))

    with pytest.raises(Away):
        publishing.publish_list(authority=authority)

    kept = Authority.objects.get()
    assert kept.list_due_at is not None
    assert kept.list_failure.startswith("The signer doesn't answer")
    assert RevocationList.objects.get() == first
    assert lists_state().waiting == 1
    Authority.objects.update(socket_path=authority.socket_path)
    assert publishing.publish_due() == []
    assert set(listed()) == {int(key.serial)}
    assert lists_state().waiting == 0


def test_list_when_a_day_has_passed_then_a_new_one_comes_with_a_higher_number(authority):
    publishing.publish_due()
    publishing.publish_due()
    first = RevocationList.objects.get()

    assert first.next_update - timezone.now() > timedelta(days=29)
    assert first.issued_at < timezone.now() - timedelta(minutes=4)
    publishing.publish_list(authority=authority)
    assert RevocationList.objects.newest(authority).number > first.number


def test_list_when_another_authority_signs_it_then_the_old_one_stays(key, ada, authority, tmp_path):
    good = publishing.publish_list(authority=authority)
    with signer_at(tmp_path / "other" / "signer") as other:
        Authority.objects.update(socket_path=str(other))

        with pytest.raises(Refused, match="Another authority"):
            publishing.publish_list(authority=authority)

    assert RevocationList.objects.get() == good


def test_list_when_it_is_fetched_then_it_is_answered_by_its_tag(authority):
    assert Client().get("/vpn/crl/example.pem").status_code == 404
    publishing.publish_list(authority=authority)

    answer = Client().get("/vpn/crl/example.pem")

    assert Client().get("/vpn/crl/example.pem", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    der = Client().get("/vpn/crl/example.crl")
    assert der["Content-Type"] == "application/pkix-crl"
    assert x509.load_der_x509_crl(der.content) == x509.load_pem_x509_crl(answer.content)


def test_key_when_it_is_blocked_then_no_authority_is_asked_and_it_can_come_back(key, ada, heard):
    block_key(key=key, by=ada)
    assert Key.objects.get().state == KeyState.BLOCKED
    assert Authority.objects.get().list_due_at is None

    unblock_key(key=key, by=ada)

    assert Key.objects.get().state == KeyState.VALID
    assert [name for name, _thing in heard] == ["blocked"]


def test_key_when_its_person_blocks_it_then_only_administrators_unblock_it(key, anna, clara):
    with pytest.raises(NotAllowed):
        block_key(key=key, by=clara)

    block_key(key=key, by=anna)

    with pytest.raises(NotAllowed):
        unblock_key(key=key, by=anna)


def test_key_when_it_is_renewed_then_the_old_one_ends_after_a_week(key, ada):
    fresh = renew_key(key=key, by=ada)

    assert renew_key(key=key, by=ada) == fresh
    assert fresh.common_name == key.common_name
    assert end_due() == 0
    Key.objects.filter(pk=key.pk).update(revoke_at=timezone.now() - timedelta(seconds=1))
    assert end_due() == 1
    assert Revocation.objects.get().reason == "superseded"
    assert Key.objects.get(pk=fresh.pk).state == KeyState.VALID


def test_key_when_it_is_rotated_at_once_then_one_is_left(key, ada):
    fresh = renew_key(key=key, by=ada, is_at_once=True)

    assert list(Key.objects.live()) == [fresh]


def test_person_when_they_leave_then_all_of_their_keys_are_revoked(key, ada, anna, server, phones):
    other = StaffFactory(name="Boris")
    kept = issue_key(person=other, login="boris", device="laptop", servers=[server], by=ada)
    issue_key(person=anna, login="anna", device="phone", servers=[phones], by=ada)

    deactivate(person=anna, by=ada, reason="Gone")

    assert [each.reason for each in Revocation.objects.all()] == ["affiliationChanged"] * 2
    assert list(Key.objects.live()) == [kept]


def test_person_when_they_only_sign_out_everywhere_then_they_keep_their_keys(key, anna):
    end_access(person=anna, by=anna)

    assert Key.objects.live().count() == 1
