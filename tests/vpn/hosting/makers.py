"""Things of the vault that tests begin with."""

from datetime import timedelta

from django.utils import timezone

from vpn.hosting.actions.entries import EntryDetails, add_entry
from vpn.hosting.actions.granting import grant
from vpn.hosting.actions.secrets import put_in
from vpn.hosting.enums import EntryKind, SecretKind

VALUE = "sesam-öffne-dich-4711"
"""What no page, log or answer may hold, until it is revealed."""


def details(name="Web server", **said):
    return EntryDetails(kind=EntryKind.SERVER, name=name, **{"host": "web1.shop.example", "login": "deploy", **said})


def an_entry(organisation, by, name="Web server", **said):
    return add_entry(organisation=organisation, details=details(name, **said), by=by)


def put(entry, by, label="root", value=VALUE):
    return put_in(entry=entry, kind=SecretKind.PASSWORD, label=label, value=value, by=by)


def granted(entry, user, by, days=1):
    until = timezone.now() + timedelta(days=days)
    return grant(entry=entry, user=user, until=until, reason="New checkout", by=by)
