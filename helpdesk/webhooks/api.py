"""Web hooks, as JSON, for those who set them up."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated
from uuid import UUID

from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import Field

from helpdesk.accounts.bearer import needs
from helpdesk.accounts.models import Team
from helpdesk.accounts.repeats import once
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api import (
    BigKey,
    CleanText,
    Limit,
    Strict,
    by_key,
    ensure_edition,
    is_conditional,
    with_edition,
)
from helpdesk.core.errors import Refused, ensure
from helpdesk.webhooks.actions import keeping
from helpdesk.webhooks.models import Event, Hook
from helpdesk.webhooks.permissions import can_manage_hooks

router = Router(tags=["web hooks"], auth=needs(Scope.WEBHOOKS_MANAGE))
Name = Annotated[CleanText, Field(min_length=1, max_length=100)]
Url = Annotated[CleanText, Field(min_length=1, max_length=2000)]
EventWords = Annotated[list[Annotated[CleanText, Field(max_length=40)]], Field(min_length=1, max_length=40)]


class HookOut(Schema):
    """It is told what `owner` (a person's id) may see. `reason`: why it was switched off by itself."""

    id: int
    name: str
    owner: int
    url: str
    events: list[str]
    team: int | None
    with_notes: bool
    is_active: bool
    reason: str
    failing_since: datetime | None
    created_at: datetime


class HookWithKey(HookOut):
    """`signing_key` is told here and never again."""

    signing_key: str


class HookPage(Schema):
    items: list[HookOut]
    next: str | None


class NewHook(Strict):
    """`events`: words such as `ticket.changed`. `team`: the id of one, to be told of its tickets alone."""

    name: Name
    url: Url
    events: EventWords
    team: BigKey | None = None
    with_notes: bool = False


class HookChange(Strict):
    """What is left out stays."""

    name: Name | None = None
    url: Url | None = None
    events: EventWords | None = None
    is_active: bool | None = None
    with_notes: bool | None = None


class AttemptOut(Schema):
    """`status` is null when no answer came; `answer` then says why."""

    at: datetime
    status: int | None
    took_ms: int
    answer: str


class EventOut(Schema):
    """`key` is the `webhook-id` without its beginning `msg_`."""

    id: int
    key: UUID
    kind: str
    state: str
    created_at: datetime
    finished_at: datetime | None
    attempts: list[AttemptOut]


class EventPage(Schema):
    items: list[EventOut]
    next: str | None


@router.get("/webhooks/", response=HookPage, url_name="webhooks")
def list_webhooks(request: ApiRequest, limit: Limit = 50, cursor: CleanText = "") -> HookPage:
    """All web hooks, oldest first."""
    ensure(can_manage_hooks(request.user))
    rows, following = by_key(Hook.objects.visible_to(request.user), cursor=cursor, limit=limit)
    return HookPage(items=[_out(row) for row in rows], next=following)


@router.post("/webhooks/", response={201: HookWithKey}, url_name="webhooks")
@once
def add_webhook(request: ApiRequest, new: NewHook) -> Status[HookWithKey]:
    """Set up a web hook that sees what the token's owner sees."""
    ensure(can_manage_hooks(request.user))
    team = Team.objects.filter(pk=new.team).first() if new.team else None
    if new.team and team is None:
        raise Refused("There is no such team: “team” is the id of a team.")
    details = keeping.HookDetails(new.name, new.url, new.events, team, new.with_notes)
    return Status(201, _with_key(keeping.add(details=details, owner=request.user, by=request.user)))


@router.get("/webhooks/{pk}/", response=HookOut, url_name="webhook")
def get_webhook(request: ApiRequest, pk: BigKey) -> HookOut:
    """One web hook."""
    return _told(request, _load(request, pk))


@router.patch("/webhooks/{pk}/", response=HookOut, url_name="webhook")
@once
def change_webhook(request: ApiRequest, pk: BigKey, changed: HookChange) -> HookOut:
    """Change a web hook, or switch it off or on."""
    found = keeping.locked(_load(request, pk), request.user)
    if is_conditional(request):
        ensure_edition(request, _out(found))
    said = changed.model_dump(exclude_unset=True, exclude_none=True)
    whole = replace(keeping.details_of(found), **said)
    return _told(request, keeping.change(hook=found, details=whole, by=request.user))


@router.delete("/webhooks/{pk}/", response={204: None}, url_name="webhook")
@once
def remove_webhook(request: ApiRequest, pk: BigKey) -> Status[None]:
    """Remove a web hook and what is kept of it."""
    keeping.remove(hook=_load(request, pk), by=request.user)
    return Status(204, None)


@router.post("/webhooks/{pk}/key/", response={201: HookWithKey}, url_name="webhook_key")
@once
def renew_webhook_key(request: ApiRequest, pk: BigKey) -> Status[HookWithKey]:
    """Sign with a new key, and for a day with the one before as well."""
    return Status(201, _with_key(keeping.renew_key(hook=_load(request, pk), by=request.user)))


@router.post("/webhooks/{pk}/test/", response={201: EventOut}, url_name="webhook_test")
@once
def test_webhook(request: ApiRequest, pk: BigKey) -> Status[EventOut]:
    """Send it an event of the type `hook.test`."""
    return Status(201, _event(keeping.test(hook=_load(request, pk), by=request.user)))


@router.get("/webhooks/{pk}/events/", response=EventPage, url_name="webhook_events")
def list_webhook_events(request: ApiRequest, pk: BigKey, limit: Limit = 50, cursor: CleanText = "") -> EventPage:
    """What it was told in the last thirty days, latest first, with every attempt."""
    found = Event.objects.filter(hook=_load(request, pk)).prefetch_related("tries")
    rows, following = by_key(found, cursor=cursor, limit=limit, newest_first=True)
    return EventPage(items=[_event(row) for row in rows], next=following)


@router.post("/webhooks/{pk}/events/{event}/again/", response={201: EventOut}, url_name="webhook_event_again")
@once
def send_webhook_event_again(request: ApiRequest, pk: BigKey, event: BigKey) -> Status[EventOut]:
    """Send an event once more, under the same `webhook-id`."""
    found = get_object_or_404(Event.objects.select_related("hook").filter(hook=_load(request, pk)), pk=event)
    return Status(201, _event(keeping.send_again(event=found, by=request.user)))


def _load(request: ApiRequest, pk: int) -> Hook:
    ensure(can_manage_hooks(request.user))
    return get_object_or_404(Hook.objects.visible_to(request.user).select_related("team"), pk=pk)


def _out(row: Hook) -> HookOut:
    return HookOut(
        id=row.pk,
        name=row.name,
        owner=row.owner_id,
        url=row.url,
        events=row.events,
        team=row.team_id,
        with_notes=row.with_notes,
        is_active=row.is_active,
        reason=row.reason,
        failing_since=row.failing_since,
        created_at=row.created_at,
    )


def _told(request: ApiRequest, row: Hook) -> HookOut:
    document = _out(row)
    with_edition(request, document)
    return document


def _with_key(row: Hook) -> HookWithKey:
    row.refresh_from_db()
    return HookWithKey(**_out(row).model_dump(), signing_key=row.key)


def _event(row: Event) -> EventOut:
    return EventOut(
        id=row.pk,
        key=row.key,
        kind=row.kind,
        state=row.state,
        created_at=row.created_at,
        finished_at=row.finished_at,
        attempts=[
            AttemptOut(at=each.at, status=each.status, took_ms=each.took_ms, answer=each.answer)
            for each in row.tries.all()
        ],
    )
