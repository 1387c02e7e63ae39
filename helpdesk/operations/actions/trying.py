"""Trying a way to tell of alerts before it is needed."""

from django.db import transaction

from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record
from helpdesk.operations.models import AlertWay
from helpdesk.operations.permissions import can_watch


@transaction.atomic
def try_way(*, way: AlertWay, by: User) -> None:
    """Send a test by this way: to `by` alone where it is mail. A web address is asked by a worker, and its row says how
    that went. Raises NotAllowed."""
    from helpdesk.operations.tasks import try_way as task  # noqa: PLC0415 - the task sends, by this room's telling

    ensure(can_watch(by))
    record(verb="alertway_tried", subject=way, by=by)
    ring(task, way.pk, by.pk)
