"""Places that come into the vault with their first secret: out of a message, or from a customer."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from helpdesk.accounts.models import Organisation, User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from vpn.hosting.actions.secrets import put_in
from vpn.hosting.enums import EntryKind, Source
from vpn.hosting.models import Entry
from vpn.hosting.permissions import can_put_in

MOST_OWN = 100
"""Entries that one customer has added and that are still kept."""


@dataclass(frozen=True, slots=True)
class NewPlace:
    """What is said of an entry that is made for a secret."""

    kind: str
    name: str
    host: str = ""
    login: str = ""


@sensitive_variables("value")
@transaction.atomic
def hand_over(*, place: NewPlace, kind: str, label: str, value: str, by: User) -> Entry:
    """A customer puts a place of their organisation into the vault that was not there yet. Writes `vault_entry_added`
    and what `put_in` writes. Raises NotAllowed for whoever is of no organisation; Refused."""
    ensure(can_put_in(by, Source.CABINET))
    organisation = by.organisation
    assert organisation is not None, "whoever may put in from the cabinet is of an organisation"
    if Entry.objects.kept().filter(created_by=by).count() >= MOST_OWN:
        raise Refused(_("You have added %(limit)s entries: ask us to remove some.") % {"limit": MOST_OWN})
    entry = make_place(place=place, organisation=organisation, by=by)
    put_in(entry=entry, kind=kind, label=label, value=value, by=by, source=Source.CABINET)
    return entry


@transaction.atomic
def make_place(*, place: NewPlace, organisation: Organisation, by: User) -> Entry:
    """The entry. The caller has asked whether `by` may. Writes `vault_entry_added`. Raises Refused."""
    name = " ".join(place.name.split())[:200]
    if not name:
        raise Refused(_("Give the entry a name."))
    if place.kind not in EntryKind.values:
        raise Refused(_("Choose what kind of place this is."))
    entry = Entry.objects.create(
        organisation=organisation,
        kind=place.kind,
        name=name,
        host=place.host.strip()[:255],
        login=place.login.strip()[:200],
        created_by=by,
    )
    record(verb="vault_entry_added", subject=entry, by=by, name=entry.name, organisation=organisation.pk)
    return entry
