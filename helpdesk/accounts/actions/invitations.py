"""Inviting people into an organisation: by its manager, by mail, with a link that works once."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions import attempts, roles
from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.enums import ContactKind, Door, Role
from helpdesk.accounts.models import ContactPoint, Invitation, Organisation, User
from helpdesk.accounts.permissions import ensure_manages_people
from helpdesk.accounts.signals import invitation_doubted, person_invited
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record

SHORTEST = 40


@transaction.atomic
def invite(*, by: User, address: str, name: str, is_manager: bool, from_address: str) -> Invitation:
    """Invite whoever has `address` into the organisation of `by`; the rooms above send the link (`person_invited`).

    An address of somebody whom no link may bring here (staff, another organisation's, switched off) gets none: the
    administrators hear of it (`invitation_doubted`), and the one who invites sees no difference. Raises NotAllowed,
    TooManyAttempts, Refused for somebody who is here or invited already.
    """
    organisation = _own(by)
    attempts.begin(door=Door.INVITATION, about=f"organisation:{organisation.pk}", address=from_address)
    address = address.strip().lower()
    known = find_by_address(address)
    if known is not None and known.is_active and known.organisation_id == organisation.pk:
        raise Refused(_("This person is in your company already."))
    if Invitation.objects.open().filter(organisation=organisation, address=address).exists():
        raise Refused(_("This address is invited already. You can send the invitation again below."))
    invitation = Invitation(
        organisation=organisation,
        address=address,
        name=clean_name(name)[:200],
        is_manager=is_manager,
        is_doubtful=known is not None and not _may_join(known),
        invited_by=by,
    )
    return _send(invitation, by=by, verb="person_invited")


@transaction.atomic
def resend(*, invitation: Invitation, by: User, from_address: str) -> Invitation:
    """Another link, with its whole time; the one before ends. Raises NotAllowed, TooManyAttempts, Refused."""
    invitation = _locked(invitation, by)
    attempts.begin(door=Door.INVITATION, about=f"organisation:{invitation.organisation_id}", address=from_address)
    known = find_by_address(invitation.address)
    invitation.is_doubtful = known is not None and not _may_join(known)
    return _send(invitation, by=by, verb="invitation_resent")


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> Invitation:
    """The link ends. Raises NotAllowed, Refused."""
    invitation = _locked(invitation, by)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(verb="invitation_revoked", subject=invitation, by=by)
    return invitation


def find(secret: str) -> Invitation | None:
    """The invitation if its link can still be used."""
    if len(secret) < SHORTEST:
        return None
    found = Invitation.objects.open().select_related("organisation", "invited_by")
    return found.filter(digest=_digest(secret), expires_at__gt=timezone.now(), is_doubtful=False).first()


@transaction.atomic
def accept(*, secret: str, name: str) -> User | None:
    """Whoever opened the letter joins: the person of that address, a new one when nobody has it. Their address is
    verified by that. None when the link can't be used (any more), nor by this person."""
    found = find(secret)
    if found is None:
        return None
    invitation = taken_up(found)
    if invitation is None or invitation.is_of_staff:
        return None
    known = find_by_address(invitation.address)
    person = User.objects.select_for_update(of=("self",)).get(pk=known.pk) if known else None
    if person is not None and not _may_join(person):
        return None
    person = _join(person or User(email=invitation.address, name=""), invitation, name)
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    record(verb="invitation_accepted", subject=invitation, by=person)
    record(verb="joined_organisation", subject=person, by=person, organisation=invitation.organisation_id)
    return person


def url_of(secret: str) -> str:
    """The link as it is sent (see `links.url_of`)."""
    return f"{settings.SITE_URL}/accounts/invitation/{secret}/"


def _join(person: User, invitation: Invitation, name: str) -> User:
    is_new, role = person.pk is None, Role.CUSTOMER_MANAGER if invitation.is_manager else Role.CUSTOMER
    person.organisation_id = invitation.organisation_id
    if is_new:
        person.role = role
        given = clean_name(name) or invitation.name or invitation.address.partition("@")[0]
        person.name = given[:200]
        person.set_unusable_password()
    person.save()
    if is_new:
        record(
            verb="user_added", subject=person, by=person, after={"role": role, "organisation": person.organisation_id}
        )
    else:
        person = roles.change_role(person=person, role=role, by=None)
    point, _is_new = ContactPoint.objects.get_or_create(
        kind=ContactKind.EMAIL, value=invitation.address, defaults={"user": person}
    )
    if point.verified_at is None:
        point.verified_at = timezone.now()
        point.save(update_fields=["verified_at"])
    return person


def _may_join(person: User) -> bool:
    """A customer of no organisation, who then says so by opening the letter."""
    return person.is_active and person.is_customer and person.organisation_id is None


def taken_up(found: Invitation) -> Invitation | None:
    """The invitation, locked, unless somebody used it or took it back a moment ago."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=found.pk)
    is_over = invitation.accepted_at is not None or invitation.revoked_at is not None or invitation.is_expired
    return None if is_over else invitation


def with_new_link(invitation: Invitation) -> str:
    """Save it with another secret, which is returned, and its whole time; the one before ends."""
    secret, now = secrets.token_urlsafe(32), timezone.now()
    invitation.digest = _digest(secret)
    invitation.created_at, invitation.expires_at = now, now + timedelta(days=settings.INVITATION_DAYS)
    invitation.save()
    return secret


def _send(invitation: Invitation, *, by: User, verb: str) -> Invitation:
    secret = with_new_link(invitation)
    record(verb=verb, subject=invitation, by=by, organisation=invitation.organisation_id)
    if invitation.is_doubtful:
        invitation_doubted.send(sender=Invitation, invitation=invitation)
    else:
        person_invited.send(sender=Invitation, invitation=invitation, secret=secret)
    return invitation


def _own(by: User) -> Organisation:
    """The organisation whose people `by` manages, locked: two managers do not invite, remove or demote at once."""
    ensure_manages_people(by)
    return Organisation.objects.select_for_update(of=("self",)).get(pk=by.organisation_id or 0)


def _locked(invitation: Invitation, by: User) -> Invitation:
    organisation = _own(by)
    found = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    ensure(found.organisation_id == organisation.pk, _("This is an invitation of another company."))
    if found.accepted_at is not None or found.revoked_at is not None:
        raise Refused(_("This invitation was accepted or taken back meanwhile."))
    return found


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
