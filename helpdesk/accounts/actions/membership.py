"""Who belongs to an organisation, and who manages it."""

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.actions import roles
from helpdesk.accounts.actions.leaving import end_ways_in
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Organisation, User
from helpdesk.accounts.permissions import ensure_manages_people
from helpdesk.accounts.signals import person_removed
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record


@transaction.atomic
def change_manager(*, person: User, by: User, is_manager: bool) -> User:
    """Make a colleague a manager, or not any more. The last manager stays one. Raises NotAllowed, Refused."""
    person = _colleague(person, by)
    role = Role.CUSTOMER_MANAGER if is_manager else Role.CUSTOMER
    if person.role == role:
        return person
    if not is_manager:
        _ensure_not_last(person)
    return roles.change_role(person=person, role=role, by=by)


@transaction.atomic
def remove(*, person: User, by: User) -> User:
    """The person leaves the organisation: switched off at once, with their sessions (who is switched off has none),
    tokens and links. What they asked stays with the organisation. The rooms above tell them, and take them off what
    they follow (`person_removed`). The last manager stays. Raises NotAllowed, Refused."""
    person = _colleague(person, by)
    _ensure_not_last(person)
    organisation = person.organisation_id
    person_removed.send(sender=User, person=person, organisation=organisation, by=by)
    person.is_active, person.organisation, person.role = False, None, Role.CUSTOMER
    person.save(update_fields=["is_active", "organisation", "role"])
    end_ways_in(person)
    record(verb="removed_from_organisation", subject=person, by=by, organisation=organisation)
    return person


def _colleague(person: User, by: User) -> User:
    """An active person of the same organisation, locked after it: the last manager can't be two at once."""
    ensure_manages_people(by)
    Organisation.objects.select_for_update(of=("self",)).get(pk=by.organisation_id or 0)
    found = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    is_colleague = found.organisation_id == by.organisation_id and found.is_customer
    ensure(is_colleague, _("This person is not of your company: you manage its people only."))
    if not found.is_active:
        raise Refused(_("This person was removed meanwhile."))
    return found


def _ensure_not_last(person: User) -> None:
    if person.role != Role.CUSTOMER_MANAGER:
        return
    managers = User.objects.active().filter(organisation=person.organisation_id, role=Role.CUSTOMER_MANAGER)
    if not managers.exclude(pk=person.pk).exists():
        raise Refused(_("A company keeps at least one manager: make a colleague one first."))
