"""Rows of the vault that the database refuses to take, by the names of its constraints."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import OrganisationFactory, StaffFactory
from vpn.hosting.models import DropLink, Entry, Grant, Reveal, RevealRequest, Secret


def _entry(**said):
    return Entry.objects.create(organisation=OrganisationFactory(), **{"name": "Web server", **said})


def _secret(**said):
    return Secret.objects.create(**{"entry": _entry(), "label": "root", "value": "x", "source": "desk", **said})


def _secret_twice():
    secret = _secret()
    _secret(entry=secret.entry)


def _grant(**said):
    later = timezone.now() + timedelta(days=1)
    people = {"entry": _entry(), "user": StaffFactory(), "granted_by": StaffFactory()}
    return Grant.objects.create(**{**people, "reason": "x", "until": later, **said})


def _grant_twice():
    grant = _grant()
    _grant(entry=grant.entry, user=grant.user)


def _reveal(**said):
    secret = _secret()
    known = {"entry": secret.entry, "secret": secret, "by": StaffFactory(), "kind": "shown"}
    return Reveal.objects.create(**{**known, "reason": "x", "until": timezone.now(), **said})


def _reveal_by_oneself():
    person = StaffFactory()
    _reveal(by=person, approved_by=person)


def _request(**said):
    return RevealRequest.objects.create(**{"secret": _secret(), "by": StaffFactory(), "reason": "x", **said})


def _request_by_oneself():
    person = StaffFactory()
    _request(by=person, decided_by=person, decided_at=timezone.now(), state="approved")


def _request_twice():
    asked = _request()
    _request(secret=asked.secret, by=asked.by)


def _link(**said):
    known = {"token_hash": "0" * 64, "organisation": OrganisationFactory(), "made_by": StaffFactory()}
    return DropLink.objects.create(**{**known, "asked": "root", "expires_at": timezone.now(), **said})


BROKEN_VAULT = {
    "vault_entry_has_name": lambda: _entry(name=""),
    "vault_entry_removal_asked_by_somebody": lambda: _entry(removal_asked_at=timezone.now()),
    "vault_entry_taken_out_by_somebody": lambda: _entry(taken_out_at=timezone.now()),
    "vault_secret_has_label": lambda: _secret(label=""),
    "vault_secret_has_value_until_wiped": lambda: _secret(value=""),
    "vault_secret_label_once": _secret_twice,
    "vault_grant_for_a_reason": lambda: _grant(reason=""),
    "vault_grant_ends_after_it_began": lambda: _grant(until=timezone.now() - timedelta(days=1)),
    "vault_grant_ended_at_a_moment": lambda: _grant(ended_by=StaffFactory()),
    "vault_grant_once": _grant_twice,
    "vault_reveal_for_a_reason": lambda: _reveal(reason=""),
    "vault_reveal_approved_by_another": _reveal_by_oneself,
    "vault_reveal_shown_to_somebody": lambda: _reveal(by=None),
    "vault_request_for_a_reason": lambda: _request(reason=""),
    "vault_request_decided_by_another": _request_by_oneself,
    "vault_request_decided_by_somebody": lambda: _request(state="approved"),
    "vault_request_used_by_a_reveal": lambda: _request(
        state="used", decided_at=timezone.now(), decided_by=StaffFactory()
    ),
    "vault_request_once": _request_twice,
    "vault_link_asks_for_something": lambda: _link(asked=""),
    "vault_link_used_by_a_secret": lambda: _link(used_at=timezone.now()),
    "vault_link_taken_back_or_used": lambda: _link(taken_back_at=timezone.now()),
}
