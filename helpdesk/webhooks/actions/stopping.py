"""Hooks that end."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from helpdesk.accounts.models import User
from helpdesk.journal.actions import record
from helpdesk.webhooks.enums import UNFINISHED, EventState
from helpdesk.webhooks.models import Event, Hook

FAILED_LONG = gettext_noop("It failed for five days.")
GONE = gettext_noop("The receiver answered that it is gone (410).")
OWNER_LEFT = gettext_noop("Its owner may no longer sign in.")


@transaction.atomic
def stop(*, hook: Hook, reason: str) -> None:
    """Switch the hook off; what it was still to be told is given up. One that is off stays so."""
    found = Hook.objects.select_for_update(of=("self",)).filter(pk=hook.pk, is_active=True).first()
    if found is None:
        return
    found.is_active, found.reason = False, reason
    found.save(update_fields=["is_active", "reason"])
    Event.objects.filter(hook=found, state__in=sorted(UNFINISHED)).update(
        state=EventState.FAILED, lease_until=None, finished_at=timezone.now()
    )
    record(verb="hook_stopped", subject=found, by=None, reason=reason)


def stop_all_of(owner: User) -> None:
    """The hooks of somebody whose access ends, in the caller's transaction."""
    for hook in Hook.objects.filter(owner=owner, is_active=True).order_by("pk"):
        stop(hook=hook, reason=OWNER_LEFT)
