"""Finding entries."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q

from helpdesk.accounts.models import Organisation, User
from vpn.hosting.enums import EntryKind
from vpn.hosting.models import Entry

if TYPE_CHECKING:
    from vpn.hosting.models.entry import VaultEntryQuerySet

BESIDE = 10


@dataclass(frozen=True, slots=True)
class EntryCriteria:
    """Words in name, host, address or login; the organisation by its name; the kind; whether it was taken out."""

    words: str = ""
    organisation: str = ""
    kind: str = ""
    is_out: bool = False


def entries_found(user: User, criteria: EntryCriteria) -> "VaultEntryQuerySet":
    """The entries that the person sees and the criteria leave, each with the number of its secrets."""
    found = Entry.objects.visible_to(user).filter(taken_out_at__isnull=not criteria.is_out)
    if criteria.words:
        found = found.with_words(criteria.words)
    if criteria.organisation:
        found = found.filter(organisation__name__iexact=criteria.organisation)
    if criteria.kind in EntryKind.values:
        found = found.filter(kind=criteria.kind)
    return found.select_related("organisation").annotate(
        secret_count=Count("secrets", filter=Q(secrets__wiped_at__isnull=True))
    )


def entries_beside(user: User, organisation: Organisation) -> list[Entry]:
    """The first entries of the organisation, one more than are shown. One statement."""
    found = Entry.objects.visible_to(user).kept().filter(organisation=organisation)
    return list(found.order_by("name", "pk")[: BESIDE + 1])
