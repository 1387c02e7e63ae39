"""Setting hooks up."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Team, User
from helpdesk.core import outgoing
from helpdesk.core.bells import ring
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from helpdesk.webhooks import listening
from helpdesk.webhooks.enums import UNFINISHED, EventState
from helpdesk.webhooks.models import Event, Hook
from helpdesk.webhooks.people import TEST
from helpdesk.webhooks.permissions import can_manage_hooks
from helpdesk.webhooks.registries import kinds
from helpdesk.webhooks.signing import new_key

BOTH_KEYS = timedelta(days=1)
MOST_HOOKS = 50


@dataclass(frozen=True, slots=True)
class HookDetails:
    """What is said of a hook."""

    name: str
    url: str
    events: list[str]
    team: Team | None = None
    with_notes: bool = False
    is_active: bool = True


@transaction.atomic
def add(*, details: HookDetails, owner: User, by: User) -> Hook:
    """A new hook with a key of its own. Raises NotAllowed, Refused."""
    ensure(can_manage_hooks(by))
    details = sound(details)
    if not owner.is_active or owner.is_customer:
        raise Refused(_("A web hook belongs to somebody of the staff, and sees what they see."))
    if Hook.objects.count() >= MOST_HOOKS:
        raise Refused(_("There are %(limit)s web hooks: remove those that are no longer used.") % {"limit": MOST_HOOKS})
    hook = Hook.objects.create(owner=owner, key=new_key(), **_columns(details))
    listening.read()
    record(verb="hook_added", subject=hook, by=by, after=_facts(details) | {"person": owner.pk})
    return hook


@transaction.atomic
def change(*, hook: Hook, details: HookDetails, by: User) -> Hook:
    """The hook is as `details` say; switched on it begins anew. Raises NotAllowed, Refused."""
    hook = locked(hook, by)
    before, after = _facts(details_of(hook)), _facts(details := sound(details))
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return hook
    if details.is_active and not hook.is_active:
        hook.reason, hook.failures, hook.failing_since, hook.rests_until, hook.told_at = "", 0, None, None, None
    for name, value in _columns(details).items():
        setattr(hook, name, value)
    hook.save()
    told = {name: before[name] for name in changed}
    listening.read()
    record(verb="hook_changed", subject=hook, by=by, before=told, after={name: after[name] for name in changed})
    return hook


@transaction.atomic
def renew_key(*, hook: Hook, by: User) -> Hook:
    """From now on it signs with a new key, and for a day with the one before as well. Raises NotAllowed."""
    hook = locked(hook, by)
    hook.key_before, hook.key_before_until, hook.key = hook.key, timezone.now() + BOTH_KEYS, new_key()
    hook.save(update_fields=["key", "key_before", "key_before_until"])
    record(verb="hook_key_renewed", subject=hook, by=by)
    return hook


@transaction.atomic
def remove(*, hook: Hook, by: User) -> None:
    """The hook goes, with all that it was told. Raises NotAllowed."""
    hook = locked(hook, by)
    record(verb="hook_removed", subject=hook, by=by, name=hook.name)
    hook.delete()


@transaction.atomic
def test(*, hook: Hook, by: User) -> Event:
    """Send it something that says nothing. Raises NotAllowed; Refused for one that is switched off."""
    hook = locked(hook, by)
    if not hook.is_active:
        raise Refused(_("This web hook is switched off: switch it on first."))
    Hook.objects.filter(pk=hook.pk).update(rests_until=None)
    event = Event.objects.create(hook=hook, kind=TEST, thread="test")
    record(verb="hook_tested", subject=hook, by=by)
    _ring()
    return event


@transaction.atomic
def send_again(*, event: Event, by: User) -> Event:
    """The event is sent once more, under the same `webhook-id`. One that is on its way stays so. Raises NotAllowed,
    Refused."""
    hook = locked(event.hook, by)
    event = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    if event.state in UNFINISHED:
        return event
    if not hook.is_active:
        raise Refused(_("This web hook is switched off: switch it on first."))
    event.state, event.finished_at, event.due_at, event.created_at = EventState.WAITING, None, *[timezone.now()] * 2
    event.save(update_fields=["state", "finished_at", "due_at", "created_at"])
    record(verb="hook_event_sent_again", subject=hook, by=by, event=str(event.key))
    _ring()
    return event


def details_of(hook: Hook) -> HookDetails:
    """What is said of it now."""
    return HookDetails(hook.name, hook.url, hook.events, hook.team, hook.with_notes, hook.is_active)


def locked(hook: Hook, by: User) -> Hook:
    """The hook as it is now, until the transaction ends. Raises NotAllowed."""
    ensure(can_manage_hooks(by))
    return Hook.objects.select_for_update(of=("self",)).select_related("team", "owner").get(pk=hook.pk)


def sound(details: HookDetails) -> HookDetails:
    """The same as it is kept. Raises Refused."""
    name = details.name.strip()
    if not name or len(name) > 100:
        raise Refused(_("Give the web hook a name of at most 100 letters."))
    outgoing.target_of(details.url)
    chosen = [kind for kind, _each in kinds.items() if kind in details.events]
    if not chosen or len(chosen) != len(set(details.events)):
        raise Refused(_("Choose what the web hook is to be told; there is no other event."))
    return HookDetails(name, details.url, chosen, details.team, details.with_notes, details.is_active)


def _columns(details: HookDetails) -> dict[str, Any]:
    return {name: getattr(details, name) for name in HookDetails.__slots__}


def _facts(details: HookDetails) -> dict[str, Any]:
    return _columns(details) | {"team": details.team.pk if details.team else None}


def _ring() -> None:
    from helpdesk.webhooks.tasks import send_due  # noqa: PLC0415 - the task sends, by this room's actions

    ring(send_due)
