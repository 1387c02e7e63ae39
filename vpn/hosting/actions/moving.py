"""Secrets that were written in a message go into the vault, and the message is masked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from helpdesk.accounts.models import Organisation, User
from helpdesk.core.errors import Refused, ensure
from tickets.actions.masking import Masked, mask_words
from tickets.actions.masking_files import take_files_out
from tickets.models import Message
from vpn.hosting.actions.places import NewPlace, make_place
from vpn.hosting.actions.secrets import put_in
from vpn.hosting.enums import Source
from vpn.hosting.models import Entry
from vpn.hosting.permissions import can_put_in


@dataclass(frozen=True, slots=True)
class Written:
    """A secret as it stands in a message; printed without its value."""

    value: str = field(repr=False)
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Attached:
    """A small file of a message that is a secret as a whole."""

    file: UUID
    kind: str
    label: str


@sensitive_variables("secrets", "words", "texts", "text")
@transaction.atomic
def move_to_vault(
    *,
    message: Message,
    by: User,
    secrets: Sequence[Written],
    place: Entry | NewPlace,
    files: Sequence[Attached] = (),
    elsewhere: bool = True,
) -> tuple[Entry, Masked]:
    """The secrets are put into the entry, or one that is made for them, and the message no longer says them, nor has
    it the files: all of it or nothing. Locks the conversation, then the entry; writes what `mask_words`,
    `take_files_out` and `put_in` write, and `vault_entry_added` for a new one. Raises NotAllowed, Refused.
    """
    ensure(can_put_in(by, Source.MESSAGE))
    if not secrets and not files:
        raise Refused(_("Tick what is to be moved."))
    organisation = organisation_of(message, by)
    if organisation is None:
        raise Refused(_("Whoever asked belongs to no organisation, so the vault has no place for it: mask it instead."))
    masked = Masked(0, ())
    if secrets:
        words = [each.value for each in secrets]
        masked = mask_words(message=message, by=by, words=words, elsewhere=elsewhere, is_moved=True)
    texts = take_files_out(message=message, by=by, files=[each.file for each in files]) if files else []
    entry = place if isinstance(place, Entry) else make_place(place=place, organisation=organisation, by=by)
    if entry.organisation_id != organisation.pk:
        raise Refused(_("This entry is another organisation’s."))
    for each in secrets:
        put_in(entry=entry, kind=each.kind, label=each.label, value=each.value, by=by, source=Source.MESSAGE)
    for attached, text in zip(files, texts, strict=True):
        put_in(entry=entry, kind=attached.kind, label=attached.label, value=text, by=by, source=Source.MESSAGE)
    return entry, masked


def organisation_of(message: Message, by: User) -> Organisation | None:
    """Whose secrets these are: the ticket's organisation, of a customer's own message theirs."""
    return by.organisation if by.is_customer else message.ticket.organisation or message.ticket.requester.organisation
