"""Taking along who could see the vault."""

from datetime import date

from django.db import transaction

from helpdesk.accounts.models import User
from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record
from vpn.hosting.permissions import can_keep_vault


@transaction.atomic
def take_report(*, day: date, by: User) -> None:
    """The report of a day leaves with the person. Writes `vault_report_taken`. Raises NotAllowed."""
    ensure(can_keep_vault(by))
    record(verb="vault_report_taken", subject=by, by=by, day=day.isoformat())
