"""The way back in for whoever sits at the machine itself."""

from datetime import timedelta

from django.db import transaction

from helpdesk.accounts.actions import links, proofs
from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.actions.roles import change_role
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record

LIFETIME = timedelta(minutes=15)


@transaction.atomic
def let_in(*, address: str, reset_mfa: bool, role: str, switch_on: bool) -> str:
    """A link that signs the person of this address in once, for a quarter of an hour; returns it.

    `reset_mfa` takes their second factors away, `role` gives them another role ("" for none), `switch_on` makes them
    active again. Raises Refused in one line.
    """
    found = find_by_address(address.strip())
    if found is None:
        raise Refused(f"Nobody here has the address {address.strip()}.")
    person = User.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if not person.is_active and not switch_on:
        raise Refused(f"{person} is switched off: say --switch-on to let them in all the same.")
    if role and role not in Role.values:
        raise Refused(f"There is no role {role}. There are: {', '.join(Role.values)}.")
    before = {"role": person.role, "active": person.is_active}
    person.is_active = True
    person.save(update_fields=["is_active"])
    if role and role != person.role:
        person = change_role(person=person, role=Role(role), by=None)
    if reset_mfa:
        proofs.reset(person=person, by=None)
    after = {"role": person.role, "active": True}
    record(verb="let_in", subject=person, by=None, before=before, after=after)
    return links.url_of(links.issue(user=person, address=address.strip(), lifetime=LIFETIME))
