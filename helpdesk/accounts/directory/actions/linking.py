"""Tying an account that is here to an entry of a directory, by an administrator who looks."""

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.directory.models import DirectoryPerson, SyncRun
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record


@transaction.atomic
def link(*, run: SyncRun, uid: str, by: User) -> DirectoryPerson:
    """The account that has an address of the entry, which this run left out for that reason, belongs to the directory
    from now on; the next run gives it the role and teams that the directory means. The local password goes, save an
    administrator's. Locks the account. Writes `directory_person_linked`.

    Raises NotAllowed; Refused when the run did not name the entry, or either of the two belongs to another by now.
    """
    ensure(by.can(Capability.CONFIGURE))
    told = next((line["more"] for line in run.lines if uid and line["more"]["uid"] == uid), None)
    owners = [find_by_address(address) for address in (told["email"] if told else "").split(", ") if address]
    accounts = {owner.pk for owner in owners if owner is not None}
    if told is None or len(accounts) != 1:
        raise Refused(_("There is no single account with an address of this entry: read the directory again."))
    user = User.objects.select_for_update(of=("self",)).get(pk=accounts.pop())
    is_taken = DirectoryPerson.objects.filter(directory=run.directory, uid=uid).exists()
    if is_taken or DirectoryPerson.objects.filter(user=user).exists():
        raise Refused(_("They are linked already."))
    if user.role != Role.ADMINISTRATOR:
        user.password = make_password(None)
        user.save(update_fields=["password"])
    person = DirectoryPerson.objects.create(directory=run.directory, user=user, uid=uid, dn=told["dn"])
    record(verb="directory_person_linked", subject=user, by=by, directory=run.directory.name)
    return person
