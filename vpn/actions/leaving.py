"""People who leave keep no key."""

from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.journal.actions import record
from vpn.actions import revoking
from vpn.enums import OPEN_REQUESTS, KeyState, Reason, RequestState
from vpn.models import Key, KeyRequest


@transaction.atomic
def end_all_of(*, person: User) -> int:
    """Every key of the person is revoked, and what they asked for is over. How many keys there were."""
    keys = list(Key.objects.of(person).exclude(state=KeyState.REVOKED).order_by("pk"))
    for key in keys:
        revoking.revoke_key(key=key, reason=Reason.AFFILIATION_CHANGED, by=None)
    for request in KeyRequest.objects.filter(person=person, state__in=sorted(OPEN_REQUESTS)).order_by("pk"):
        request.state, request.decided_at = RequestState.WITHDRAWN, request.decided_at or timezone.now()
        request.decided_by = request.decided_by or person
        request.save(update_fields=["state", "decided_at", "decided_by"])
        record(verb="vpn_request_withdrawn", subject=request, by=None)
    return len(keys)
