"""What somebody who leaves knows is changed, one secret after the other."""

from django.db import transaction

from helpdesk.accounts.models import User
from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record
from vpn.hosting.actions.secrets import locked
from vpn.hosting.models import CheckOff, Secret
from vpn.hosting.permissions import can_keep_vault


@transaction.atomic
def check_off(*, secret: Secret, person: User, by: User) -> CheckOff:
    """What `person` knew of this secret is no longer good: it was changed where it is used, or need not be. Locks the
    entry; writes `vault_checked_off`. Raises NotAllowed, Refused."""
    ensure(can_keep_vault(by))
    entry = locked(secret.entry, by)
    made = CheckOff.objects.create(secret=secret, person=person, by=by)
    record(verb="vault_checked_off", subject=entry, by=by, secret=secret.label, person=person.pk)
    return made
