"""Whom an outside identity belongs to: the rules of linking (nobody is linked by an address that nobody proved)."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import CUSTOMER_ROLES, ContactKind
from helpdesk.accounts.models import ContactPoint, Organisation, User
from helpdesk.accounts.sso.models import IdentityProvider, OutsideIdentity, RoleMapping
from helpdesk.accounts.sso.outside.said import Said
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record


class NotLetIn(Refused):
    """The provider was believed, and the person is not let in all the same."""


@dataclass(frozen=True, slots=True)
class ToProve:
    """Somebody may be this person's, or nobody's: whoever came has to prove who they are here, then it is linked. It
    looks the same for both, so that nobody learns who is known."""

    said: Said


@transaction.atomic
def arrive(*, provider: IdentityProvider, said: Said) -> User | ToProve:
    """The person whom the provider vouches for; linked now where that is allowed, made now where new people are let in.

    Raises NotLetIn for somebody who is switched off. Each outcome is a line in the journal, with the provider.
    """
    known = OutsideIdentity.objects.select_for_update(of=("self",)).select_related("user")
    identity = known.filter(provider=provider, subject=said.subject).first()
    if identity is not None:
        return _entered(identity, said)
    if not (said.is_proved and provider.speaks_for(said.address)):
        return ToProve(said)
    person = find_by_address(said.address)
    if person is None:
        person = _new_person(provider, said)
        return ToProve(said) if person is None else _entered(_link(provider, said, person), said)
    if not person.is_active or person.can(Capability.CONFIGURE) or person.can(Capability.ENTER_ADMIN):
        return ToProve(said)
    return _entered(_link(provider, said, person), said)


@transaction.atomic
def link(*, provider: IdentityProvider, said: Said, by: User) -> OutsideIdentity:
    """The person, signed in here, says that this is them there. Raises Refused when it is somebody else's."""
    found = OutsideIdentity.objects.filter(provider=provider, subject=said.subject).first()
    if found is not None and found.user_id == by.pk:
        return found
    if found is not None:
        raise Refused(_("This identity is linked to somebody else here. They can unlink it on their security page."))
    return _link(provider, said, by)


@transaction.atomic
def unlink(*, identity: OutsideIdentity, by: User) -> None:
    """Nobody comes in by it any more. Raises NotAllowed for an identity of somebody else's."""
    ensure(identity.user_id == by.pk or by.can(Capability.CONFIGURE))
    provider, person, address = identity.provider, identity.user, str(identity)
    identity.delete()
    record(verb="identity_unlinked", subject=person, by=by, provider=provider.name, address=address)


@transaction.atomic
def refuse(*, provider: IdentityProvider, reason: str) -> None:
    """What came from the provider was not believed, or somebody not let in: a line about the provider."""
    record(verb="outside_sign_in_refused", subject=provider, by=None, provider=provider.name, reason=reason[:500])


def _entered(identity: OutsideIdentity, said: Said) -> User:
    person = identity.user
    if not person.is_active:
        raise NotLetIn(_("This account is switched off here. Ask whoever looks after it."))
    identity.used_at = timezone.now()
    identity.address = said.address or identity.address
    identity.save(update_fields=["used_at", "address"])
    record(verb="signed_in_outside", subject=person, by=person, provider=identity.provider.name)
    return person


def _link(provider: IdentityProvider, said: Said, person: User) -> OutsideIdentity:
    try:
        with transaction.atomic():
            identity = OutsideIdentity.objects.create(
                provider=provider, subject=said.subject, user=person, address=said.address
            )
    except IntegrityError:  # the same person came twice at once
        return OutsideIdentity.objects.select_related("user").get(provider=provider, subject=said.subject)
    record(verb="identity_linked", subject=person, by=person, provider=provider.name, address=str(identity))
    return identity


def _new_person(provider: IdentityProvider, said: Said) -> User | None:
    """Somebody whom nobody knew, with the role of the first of their groups that is mapped; None when there is no role
    for them."""
    mapping: RoleMapping | None = provider.mappings.filter(group__in=said.groups).order_by("pk").first()
    role = mapping.role if mapping is not None else provider.default_role
    if not role:
        return None
    name = said.name or said.address.partition("@")[0]
    organisation = None
    if role in CUSTOMER_ROLES:
        domain = said.address.rpartition("@")[2]
        organisation = Organisation.objects.filter(domains__contains=[domain]).order_by("pk").first()
    person = User.objects.create_user(said.address, name=name, role=role, organisation=organisation)
    ContactPoint.objects.create(user=person, kind=ContactKind.EMAIL, value=said.address, verified_at=timezone.now())
    teams = list(mapping.teams.order_by("pk").values_list("pk", flat=True)) if mapping is not None else []
    person.teams.add(*teams)
    told = {"role": role, "teams": teams}
    record(verb="user_added", subject=person, by=None, after=told, provider=provider.name)
    return person
