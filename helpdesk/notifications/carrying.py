"""The worker that hands rows to browsers and gateways.

Many rows of one way out are claimed and recorded together, each is carried by itself. Unlike letters they go at least
once: whoever dies with a batch in hand leaves a lease, and what of it had gone already may go again (at most `BATCH`
messages), for a message about news that comes twice is no harm and one that never comes is.
"""

import time

import structlog
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from helpdesk.core.context import acting_from
from helpdesk.core.crash import crash_point
from helpdesk.core.errors import Refused
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.notifications.answers import Deferred, Rejected, RouteTrouble
from helpdesk.notifications.breakers import begin_trial, doubtful_routes, note_failure, note_success, resting_routes
from helpdesk.notifications.claiming import Claim, LeaseLost, lease_length, prolong
from helpdesk.notifications.enums import Channel, DeliveryState
from helpdesk.notifications.models import Delivery, DeliveryQuerySet
from helpdesk.notifications.recording import Outcome, cancelled, failed, kept, later, record_outcomes
from helpdesk.notifications.registries import Carry, Withdrawn, carriers

log = structlog.get_logger(__name__)
BATCH = 100
LONGEST_SHIFT = 30.0
"""As that of letters."""
LOST_RACES = 3
TAKEN = Outcome(DeliveryState.SENT)


def carry_all_due(*, route: str = "") -> bool:
    """Carry what is due, of one route or of all. True when nothing is left, False when the shift was over first."""
    ends_at = time.monotonic() + LONGEST_SHIFT
    while claimed := retrying(lambda: claim(route=route), times=PATIENT):
        with acting_from("task", request_id=f"delivery-{claimed.rows[0].pk}"):
            _carry(claimed)
        if time.monotonic() > ends_at:
            return False
    return True


def carriable() -> DeliveryQuerySet:
    """Due rows of carriers whose way out does not rest and which are not behind an earlier one to the same receiver
    that is in hand or waits to be tried again, oldest first: so they arrive in their order."""
    earlier = Delivery.objects.exclude(channel=Channel.EMAIL).filter(
        Q(state=DeliveryState.SENDING) | Q(due_at__gt=OuterRef("due_at")),
        state__in=[DeliveryState.QUEUED, DeliveryState.SENDING],
        route=OuterRef("route"),
        recipient=OuterRef("recipient"),
        pk__lt=OuterRef("pk"),
    )
    found = Delivery.objects.due().exclude(channel=Channel.EMAIL).exclude(route__in=resting_routes())
    return found.filter(~Exists(earlier)).order_by("due_at", "pk")


@transaction.atomic(durable=True)
def claim(*, route: str = "") -> Claim | None:
    """The longest waiting rows of one way out, leased to the caller; None when nothing is due. Claims of one way out
    come one after the other, or the order of its rows would be lost between them. Ways of which nobody knows whether
    they work again come last, and each is tried by one."""
    for _try in range(LOST_RACES):
        doubtful = doubtful_routes()
        due = carriable().filter(**({"route": route} if route else {}))
        head = due.exclude(route__in=doubtful).first() or (due.first() if doubtful else None)
        if head is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [head.route])
        same = carriable().filter(route=head.route, purpose=head.purpose).select_related("person", "subject_type")
        rows = list(same.select_for_update(skip_locked=True, of=("self",))[:BATCH])
        if rows and (head.route not in doubtful or begin_trial(head.route)):
            return _leased(rows)
    return None


def _leased(rows: list[Delivery]) -> Claim:
    lease = timezone.now() + lease_length()
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=DeliveryState.SENDING, attempts=F("attempts") + 1, lease_until=lease, data_at=None
    )
    for row in rows:
        row.state, row.attempts, row.lease_until, row.data_at = DeliveryState.SENDING, row.attempts + 1, lease, None
    return Claim(rows, lease)


def _carry(claimed: Claim) -> None:
    carry = carriers[claimed.route.partition(":")[0]]
    decided: dict[int, Outcome] = {}
    stopped: Outcome | None = None
    behind: set[str] = set()
    try:
        for row in claimed.rows:
            retrying(lambda: prolong(claimed), times=PATIENT)
            if stopped is None and row.recipient not in behind:
                decided[row.pk], is_route = _carried(carry, row)
                stopped = decided[row.pk] if is_route else None
                crash_point("carried")
            else:
                decided[row.pk] = stopped or Outcome(DeliveryState.QUEUED, due_at=timezone.now(), counts=False)
            if decided[row.pk].state == DeliveryState.QUEUED:
                behind.add(row.recipient)
    except LeaseLost:
        log.warning("delivery_taken_over", delivery=claimed.rows[0].pk)
        return
    if any(outcome == TAKEN for outcome in decided.values()) and stopped is None:
        retrying(lambda: note_success(route=claimed.route), times=PATIENT)
    outcomes = [(row, decided[row.pk]) for row in claimed.rows]
    retrying(lambda: record_outcomes(outcomes, claim=claimed), times=PATIENT)


def _carried(carry: Carry, row: Delivery) -> tuple[Outcome, bool]:
    """What became of the row, and whether its way out is of no use at present."""
    try:
        carry(row)
    except (DatabaseError, InterfaceError):
        raise  # not the row's fault: the lease runs out and it is tried again
    except RouteTrouble as trouble:
        problem = trouble
        retrying(lambda: note_failure(route=row.route, trouble=problem), times=PATIENT)
        return kept(trouble, route=row.route), True
    except Deferred as trouble:
        return later(str(trouble), status=trouble.status), False
    except Rejected as trouble:
        return failed(str(trouble), status=trouble.status), False
    except Withdrawn as refusal:
        return cancelled(str(refusal)), False
    except Refused as refusal:
        return failed(str(refusal)), False
    except Exception as error:
        log.exception("notice_not_carried", delivery=row.pk)
        return failed(f"the mail could not be written: {type(error).__name__}: {error}".splitlines()[0]), False
    return TAKEN, False
