"""Customers hand a secret over by a link that works once."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from helpdesk.accounts.models import Organisation, User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from tickets.models import Ticket
from vpn.hosting.actions.news import ring_for_news
from vpn.hosting.actions.reveals import ensure_sees
from vpn.hosting.actions.secrets import LONGEST_LABEL, locked, put_in
from vpn.hosting.enums import EntryKind, Source
from vpn.hosting.models import DropLink, Entry
from vpn.hosting.permissions import can_ask_by_link

GOOD_FOR = timedelta(days=7)
MOST_OPEN = 100
"""Links of one organisation that still take something."""


@transaction.atomic
def make_link(
    *, organisation: Organisation, asked: str, by: User, entry: Entry | None = None, ticket: Ticket | None = None
) -> tuple[DropLink, str]:
    """The link and its address, which is known only now. Locks the entry where there is one; writes
    `vault_link_made`. Raises NotAllowed, Refused."""
    ensure(can_ask_by_link(by))
    ensure_sees(by, ticket)
    if entry is not None:
        entry = locked(entry, by)
        organisation = entry.organisation
    asked = " ".join(asked.split())
    if not asked or len(asked) > LONGEST_LABEL or "\0" in asked:
        raise Refused(_("Say in at most 100 letters what the customer is to hand over."))
    if DropLink.objects.good().filter(organisation=organisation).count() >= MOST_OPEN:
        raise Refused(_("This organisation has %(limit)s open links: take some back.") % {"limit": MOST_OPEN})
    token = secrets.token_urlsafe(32)
    link = DropLink.objects.create(
        token_hash=hash_of(token),
        organisation=organisation,
        entry=entry,
        ticket=ticket,
        asked=asked,
        made_by=by,
        expires_at=timezone.now() + GOOD_FOR,
    )
    facts = {"ticket": ticket.pk} if ticket is not None else {}
    record(verb="vault_link_made", subject=entry or organisation, by=by, asked=asked, **facts)
    return link, settings.SITE_URL + reverse("secrets:drop", args=[token])


@transaction.atomic
def take_back(*, link: DropLink, by: User) -> DropLink:
    """It takes nothing any more. Writes `vault_link_taken_back`. Raises NotAllowed; Refused when it was used."""
    ensure(can_ask_by_link(by))
    found = DropLink.objects.select_for_update(of=("self",)).select_related("entry", "organisation")
    link = found.get(pk=link.pk)
    if link.used_at is not None:
        raise Refused(_("This link was used already: the secret is in the vault."))
    if link.taken_back_at is None:
        link.taken_back_at, link.taken_back_by = timezone.now(), by
        link.save(update_fields=["taken_back_at", "taken_back_by"])
        record(verb="vault_link_taken_back", subject=link.entry or link.organisation, by=by, asked=link.asked)
    return link


def find(token: str) -> DropLink | None:
    """The link, if it still takes something. Only reads."""
    found = DropLink.objects.good().select_related("organisation", "entry", "made_by")
    return found.filter(token_hash=hash_of(token)).first()


@sensitive_variables()
@transaction.atomic
def drop(*, token: str, kind: str, value: str) -> DropLink | None:
    """Whoever has the link hands the secret over; a link without an entry makes one. None when the link takes nothing
    (any more). Locks entry and link; writes `vault_secret_put_in`. Raises Refused, and the link stays good."""
    link = find(token)
    if link is None:
        return None
    entry = Entry.objects.select_for_update(of=("self",)).get(pk=link.entry_id) if link.entry_id else None
    link = DropLink.objects.good().select_for_update(of=("self",)).filter(pk=link.pk).first()
    if link is None:
        return None
    if entry is None:
        entry = Entry.objects.create(organisation_id=link.organisation_id, kind=EntryKind.OTHER, name=link.asked)
        record(verb="vault_entry_added", subject=entry, by=None, name=entry.name, organisation=link.organisation_id)
    link.secret = put_in(entry=entry, kind=kind, label=link.asked, value=value, by=None, source=Source.LINK)
    link.entry, link.used_at = entry, timezone.now()
    link.save(update_fields=["secret", "entry", "used_at"])
    ring_for_news()
    return link


def hash_of(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()
