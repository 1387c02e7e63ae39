"""Keys that nobody uses: whoever answers for them is asked whether they may go."""

from collections import defaultdict
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.accounts.models import User
from helpdesk.journal.actions import record
from helpdesk.notifications.notices import notify
from tickets.actions.opening import open_with
from tickets.actions.writing import Draft
from tickets.enums import Channel, MessageKind
from vpn.enums import KeyState
from vpn.models import Key
from vpn.paths import keys_path
from vpn.queries import can_see_to, issuers, queue_of, responsible_for


def propose_unused() -> int:
    """Keys that nobody used for VPN_UNUSED_DAYS: whoever approved or issued them gets one ticket that proposes to
    revoke them, and their people are told. A key that was used since is proposed again. How many."""
    limit = timezone.now() - timedelta(days=settings.VPN_UNUSED_DAYS)
    unused = Q(last_seen_at__lt=limit) | Q(last_seen_at__isnull=True, issued_at__lt=limit)
    asked_before = Q(proposed_at__isnull=False) & (Q(last_seen_at__isnull=True) | Q(last_seen_at__lte=F("proposed_at")))
    keys = Key.objects.live().filter(unused, state=KeyState.VALID, revoke_at__isnull=True).exclude(asked_before)
    return _propose(list(keys.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _propose(pks: list[int]) -> int:
    locked = Key.objects.select_for_update(of=("self",)).select_related("device__owner", "issued_by")
    keys = [key for key in locked.filter(pk__in=pks).order_by("pk") if not _was_asked(key)]
    keepers = issuers()
    if not keys or not keepers:
        return 0
    Key.objects.filter(pk__in=[key.pk for key in keys]).update(proposed_at=timezone.now())
    groups: dict[User | None, list[Key]] = defaultdict(list)
    for key in keys:
        right = responsible_for(key)
        groups[right.assignee if right else None].append(key)
    for assignee, theirs in groups.items():
        _open(theirs, assignee, keepers)
    for key in keys:
        _tell_owner(key)
        record(verb="vpn_key_proposed", subject=key, by=None, key=key.common_name)
    return len(keys)


def _was_asked(key: Key) -> bool:
    return key.proposed_at is not None and (key.last_seen_at is None or key.last_seen_at <= key.proposed_at)


def _open(keys: list[Key], assignee: User | None, keepers: list[User]) -> None:
    """In the language of whoever is asked; each key with the page on which it is revoked."""
    requester = assignee or keepers[0]
    with translation.override(requester.language or settings.LANGUAGE_CODE):
        names = "\n".join(
            f"- {key.common_name} ({key.device.owner or '–'}): "
            f"{settings.SITE_URL}{reverse('admin:vpn_key_bundle', args=[key.pk])}"
            for key in keys
        )
        text = _("Revoke those that are not needed:") + f"\n\n{names}"
        draft = Draft(
            kind=MessageKind.INBOUND,
            channel=Channel.CABINET,
            subject=_unused_for(),
            text=text,
            from_name=settings.SITE_NAME,
        )
    team = None if assignee else queue_of(keepers)
    open_with(requester=requester, draft=draft, by=None, assignee=assignee, team=team)


def _unused_for() -> str:
    days = settings.VPN_UNUSED_DAYS
    return ngettext(
        "VPN keys that nobody used for %(count)d day", "VPN keys that nobody used for %(count)d days", days
    ) % {"count": days}


def _tell_owner(key: Key) -> None:
    owner = key.device.owner
    if owner is None or not can_see_to(owner):
        return
    with translation.override(owner.language or settings.LANGUAGE_CODE):
        title = _("Do you still need the VPN key %(name)s?") % {"name": key.common_name}
        text = _("Nobody has used it for a long time, so revoking it was proposed. If you need it, connect once.")
        path = keys_path(owner)
        notify(person=owner, subject=key, title=title, text=text, path=path)
