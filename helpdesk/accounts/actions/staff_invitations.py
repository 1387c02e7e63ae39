"""Inviting colleagues: by an administrator, by mail, with a link that works once and ends with the next one."""

from collections.abc import Iterable

from django.contrib.auth.password_validation import validate_password
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions import attempts, invitations
from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import CUSTOMER_ROLES, ContactKind, Door, Role
from helpdesk.accounts.models import ContactPoint, Invitation, Team, User
from helpdesk.accounts.signals import staff_invited
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record


@transaction.atomic
def invite(
    *, by: User, address: str, name: str, role: str, teams: Iterable[Team], language: str, from_address: str
) -> Invitation:
    """Invite whoever has `address` to work here; the rooms above send the link (`staff_invited`).

    Raises NotAllowed, TooManyAttempts; Refused for a role of customers, and for an address that somebody has already.
    """
    _ensure_may(by)
    attempts.begin(door=Door.INVITATION, about="staff", address=from_address)
    address = address.strip().lower()
    validate_email(address)
    if role not in Role.values or role in CUSTOMER_ROLES:
        raise Refused(_("Colleagues have a role at the desk: choose one of these."))
    _ensure_nobodys(address)
    if Invitation.objects.open().of_staff().filter(address=address).exists():
        raise Refused(_("This address is invited already: send that invitation again."))
    invitation = Invitation(address=address, name=clean_name(name)[:200], role=role, language=language, invited_by=by)
    secret = invitations.with_new_link(invitation)
    invitation.teams.set(teams)
    return _told(invitation, secret, by=by, verb="colleague_invited")


@transaction.atomic
def resend(*, invitation: Invitation, by: User, from_address: str) -> Invitation:
    """Another link, with its whole time; the one before ends. Raises NotAllowed, TooManyAttempts, Refused."""
    invitation = _locked(invitation, by)
    attempts.begin(door=Door.INVITATION, about="staff", address=from_address)
    _ensure_nobodys(invitation.address)
    return _told(invitation, invitations.with_new_link(invitation), by=by, verb="invitation_resent")


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> Invitation:
    """The link ends. Raises NotAllowed, Refused."""
    invitation = _locked(invitation, by)
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    record(verb="invitation_revoked", subject=invitation, by=by)
    return invitation


@transaction.atomic
def accept(*, secret: str, name: str, password: str) -> User | None:
    """Whoever opened the letter is a colleague now; "" for no password. None when the link can't be used (any more), or
    somebody has the address meanwhile. Raises ValidationError when the password is too weak."""
    found = invitations.find(secret)
    invitation = invitations.taken_up(found) if found is not None and found.is_of_staff else None
    if invitation is None or find_by_address(invitation.address) is not None:
        return None
    person = User(
        email=invitation.address,
        name=(clean_name(name) or invitation.name or invitation.address.partition("@")[0])[:200],
        role=invitation.role,
        language=invitation.language,
    )
    if password:
        validate_password(password, person)
        person.set_password(password)
    else:
        person.set_unusable_password()
    person.save()
    person.teams.set(invitation.teams.all())
    ContactPoint.objects.create(
        user=person, kind=ContactKind.EMAIL, value=invitation.address, verified_at=timezone.now()
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    record(verb="invitation_accepted", subject=invitation, by=person)
    record(verb="user_added", subject=person, by=invitation.invited_by, after={"role": person.role})
    return person


def _told(invitation: Invitation, secret: str, *, by: User, verb: str) -> Invitation:
    if verb == "colleague_invited":
        record(verb="colleague_invited", subject=invitation, by=by, role=invitation.role)
    else:
        record(verb="invitation_resent", subject=invitation, by=by)
    staff_invited.send(sender=Invitation, invitation=invitation, secret=secret)
    return invitation


def _ensure_may(by: User) -> None:
    ensure(by.can(Capability.CONFIGURE), _("Only an administrator invites colleagues."))


def _ensure_nobodys(address: str) -> None:
    if find_by_address(address) is not None:
        raise Refused(_("Somebody here has this address already: look among the people."))


def _locked(invitation: Invitation, by: User) -> Invitation:
    _ensure_may(by)
    found = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not found.is_of_staff or found.accepted_at is not None or found.revoked_at is not None:
        raise Refused(_("This invitation was accepted or taken back meanwhile."))
    return found
