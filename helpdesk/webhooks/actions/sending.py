"""Sending events: claimed under a lease, read as the owner, signed, written down."""

import json
import time
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.core import outgoing
from helpdesk.core.crash import crash_point
from helpdesk.core.errors import Refused
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.notifications.notices import notify
from helpdesk.webhooks.actions import stopping
from helpdesk.webhooks.enums import EventState
from helpdesk.webhooks.models import SWITCHED_OFF_AFTER, TRIED_FOR, Attempt, Event, Hook
from helpdesk.webhooks.people import TEST
from helpdesk.webhooks.registries import kinds
from helpdesk.webhooks.signing import signature

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)
SECONDS = 10.0
"""How long a receiver may take."""
MOST_BYTES = 256 * 1024
"""Of a body; what is more is told by its keys alone, to be fetched."""
MOST_ANSWER = 1024
DELAYS = tuple(timedelta(seconds=each) for each in (5, 60, 300, 1800, 7200, 18_000, 36_000))
"""Before an event is tried again; from the last one on always that."""
LONGEST_REST = timedelta(minutes=15)
TOLD_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt."""

    status: int | None
    took_ms: int
    answer: str

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def send_next() -> bool:
    """Send the event that is due longest; False when there is none. Nothing is raised for the receiver's fault."""
    event = retrying(claim, times=PATIENT)
    if event is None:
        return False
    if not event.hook.owner.is_active:
        retrying(lambda: stopping.stop(hook=event.hook, reason=stopping.OWNER_LEFT), times=PATIENT)
        return True
    body = _body(event)
    if body is None:
        retrying(lambda: drop(event=event), times=PATIENT)
        return True
    outcome = _send(event, body)
    crash_point("hook_sent")
    retrying(lambda: write_down(event=event, outcome=outcome), times=PATIENT)
    return True


@transaction.atomic(durable=True)
def claim() -> Event | None:
    """The event that is due longest, leased to this worker."""
    found = Event.objects.due().select_related("hook__owner").select_for_update(of=("self",), skip_locked=True)
    event = found.first()
    if event is not None:
        event.state, event.lease_until, event.attempts = (
            EventState.SENDING,
            timezone.now() + LEASE,
            event.attempts + 1,
        )
        event.save(update_fields=["state", "lease_until", "attempts"])
    return event


@transaction.atomic
def drop(*, event: Event) -> None:
    """The owner may not see, or no longer, what it is about: there is nothing to tell."""
    _held(event).update(state=EventState.DROPPED, lease_until=None, finished_at=timezone.now())


@transaction.atomic
def write_down(*, event: Event, outcome: Outcome) -> None:
    """Keep the attempt, and say what is to become of the event and of its hook."""
    Attempt.objects.create(
        event=event, status=outcome.status, took_ms=outcome.took_ms, answer=outcome.answer[:MOST_ANSWER]
    )
    hook = Hook.objects.select_for_update(of=("self",)).select_related("owner").get(pk=event.hook_id)
    now = timezone.now()
    if outcome.is_good:
        _held(event).update(state=EventState.DELIVERED, lease_until=None, finished_at=now)
        if hook.failures:
            Hook.objects.filter(pk=hook.pk).update(failures=0, failing_since=None, rests_until=None, told_at=None)
        return
    log.warning("hook_failed", hook=hook.pk, event_id=event.pk, attempts=event.attempts, status=outcome.status)
    if now - event.created_at >= TRIED_FOR:
        _held(event).update(state=EventState.FAILED, lease_until=None, finished_at=now)
        log.error("hook_event_given_up", hook=hook.pk, event_id=event.pk, kind=event.kind)
    else:
        due = now + DELAYS[min(event.attempts, len(DELAYS)) - 1]
        _held(event).update(state=EventState.WAITING, lease_until=None, due_at=due)
    _note_failure(hook, outcome)


def _note_failure(hook: Hook, outcome: Outcome) -> None:
    now = timezone.now()
    hook.failures, hook.failing_since = hook.failures + 1, hook.failing_since or now
    hook.rests_until = now + min(timedelta(seconds=2 ** min(hook.failures, 12)), LONGEST_REST)
    tells = now - hook.failing_since >= TOLD_EVERY and (hook.told_at is None or now - hook.told_at >= TOLD_EVERY)
    hook.told_at = now if tells else hook.told_at
    hook.save(update_fields=["failures", "failing_since", "rests_until", "told_at"])
    if outcome.status == 410:
        stopping.stop(hook=hook, reason=stopping.GONE)
    elif now - hook.failing_since >= SWITCHED_OFF_AFTER:
        stopping.stop(hook=hook, reason=stopping.FAILED_LONG)
    elif not tells:
        return
    _tell_owner(hook, outcome)


def _tell_owner(hook: Hook, outcome: Outcome) -> None:
    with translation.override(hook.owner.language or None):
        notify(
            person=hook.owner,
            subject=hook,
            title=_("The web hook “%(name)s” fails") % {"name": hook.name},
            text=_("What came back last: %(answer)s") % {"answer": outcome.status or outcome.answer[:200]},
            path=f"/admin/webhooks/hook/{hook.pk}/change/",
        )


def _held(event: Event) -> "models.QuerySet[Event]":
    """The row, as long as it is still in this worker's hand."""
    return Event.objects.filter(pk=event.pk, state=EventState.SENDING, attempts=event.attempts)


def _body(event: Event) -> bytes | None:
    """What is sent, read now; None when there is nothing that the owner may see."""
    data = {} if event.kind == TEST else kinds[event.kind].read(event.hook.owner, event.facts)
    if data is None:
        return None
    body = _as_json(event, data)
    return body if len(body) <= MOST_BYTES else _as_json(event, event.facts | {"is_cut": True})


def _as_json(event: Event, data: dict[str, object]) -> bytes:
    document = {"type": event.kind, "timestamp": event.created_at.isoformat(), "data": data}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def _send(event: Event, body: bytes) -> Outcome:
    hook, began, now = event.hook, time.monotonic(), timezone.now()
    keys = [hook.key]
    if hook.key_before and hook.key_before_until and hook.key_before_until > now:
        keys.append(hook.key_before)
    identifier, timestamp = f"msg_{event.key.hex}", int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "webhook-id": identifier,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(keys=keys, identifier=identifier, timestamp=timestamp, body=body),
    }
    try:
        answer = outgoing.post(hook.url, body=body, headers=headers, seconds=SECONDS, most=MOST_ANSWER, cuts=True)
        status, said = answer.status, answer.body.decode("utf-8", "replace").replace("\0", "")
    except Refused as refusal:
        status, said = None, str(refusal)
    return Outcome(status, int((time.monotonic() - began) * 1000), said)
