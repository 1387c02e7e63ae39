"""Revocation lists: signed, checked, kept; never an older one over a newer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record
from vpn.enums import SignerKind
from vpn.models import Authority, Revocation, RevocationList
from vpn.pki import revocation_lists as pki
from vpn.signals import list_published
from vpn.signing import signer_of

FRESH_FOR = timedelta(hours=20)
"""A list is made anew once a day, though nothing was revoked."""
ALARMING = timedelta(days=7)
"""So long before a list runs out somebody should look: an expired one refuses everybody."""


def publish_list(*, authority: Authority, passphrase: str = "") -> RevocationList:
    """A new list of all that the authority revoked, checked before it takes the place of the old one. Sends
    `list_published`, writes `vpn_list_published`.

    Raises Refused when the signer is away, the passphrase is wrong, or what came is no good list: then the old one
    stays, and the reason with the authority.
    """
    authority = Authority.objects.get(pk=authority.pk)
    newest = RevocationList.objects.newest(authority)
    known = max(newest.number if newest else 0, authority.first_crl_number)
    try:
        made = signer_of(authority, passphrase).make_crl(revoked=revoked_by(authority), above=known)
        checked = pki.check_crl(made.pem, issuer_pem=authority.issuing_pem, not_below=known + 1, now=timezone.now())
        missing = {one.serial for one in revoked_by(authority, until=authority.list_due_at)} - checked.serials
        if missing:
            raise Refused(_("The signer left out what was revoked: look at its log."))
    except Refused as refusal:
        Authority.objects.filter(pk=authority.pk).update(list_failure=str(refusal)[:500])
        raise
    return _keep(authority, checked)


def publish_due() -> list[str]:
    """What the program can sign by itself and what is due: since something was revoked, or for a day. What was refused,
    for the log."""
    refusals = []
    for authority in Authority.objects.active().filter(signer=SignerKind.SOCKET):
        if authority.list_due_at is None and is_fresh(authority):
            continue
        try:
            publish_list(authority=authority)
        except Refused as refusal:
            refusals.append(f"{authority.slug}: {refusal}")
    return refusals


def is_fresh(authority: Authority) -> bool:
    newest = RevocationList.objects.newest(authority)
    return newest is not None and newest.issued_at > timezone.now() - FRESH_FOR


def revoked_by(authority: Authority, until: datetime | None = None) -> list[pki.Revoked]:
    """What the list has to say, in the order it happened."""
    rows = Revocation.objects.filter(key__authority=authority).exclude(serial="").order_by("at", "pk")
    if until is not None:
        rows = rows.filter(at__lte=until)
    return [pki.Revoked(serial=int(row.serial), at=row.at, reason=row.reason) for row in rows]


@transaction.atomic
def _keep(authority: Authority, made: pki.RevocationList) -> RevocationList:
    locked = Authority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
    newest = RevocationList.objects.newest(locked)
    if newest is not None and newest.number >= made.number:
        return newest
    kept = RevocationList.objects.create(
        authority=locked, number=made.number, pem=made.pem, issued_at=made.issued_at, next_update=made.next_update
    )
    if locked.list_due_at == authority.list_due_at:
        locked.list_due_at = None
    locked.list_failure = ""
    locked.save(update_fields=["list_due_at", "list_failure"])
    list_published.send(sender=RevocationList, authority=locked, revocation_list=kept)
    record(verb="vpn_list_published", subject=locked, by=None, number=kept.number, count=len(made.serials))
    return kept
