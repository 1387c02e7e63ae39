"""Keys that run out, and keys that nobody uses."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.journal.actions import record
from helpdesk.notifications.notices import notify
from tickets.actions.opening import open_with
from tickets.actions.writing import Draft
from tickets.enums import Channel, MessageKind
from vpn.enums import KeyState
from vpn.models import Key

STAGES = (30, 14, 3)
"""Days before the end."""


def remind() -> int:
    """Whoever has a key that runs out is told 30 days before by a ticket, and 14 and 3 days before by letter; each
    once, also when a run was left out. How many were told."""
    now, count = timezone.now(), 0
    soon = Key.objects.live().filter(state=KeyState.VALID, not_after__lte=now + timedelta(days=STAGES[0]))
    for pk in soon.filter(revoke_at__isnull=True).order_by("pk").values_list("pk", flat=True):
        count += _remind_of(pk)
    return count


@transaction.atomic
def _remind_of(pk: int) -> bool:
    key = Key.objects.select_for_update(of=("self",)).select_related("device__owner").get(pk=pk)
    owner, left = key.device.owner, (key.not_after - timezone.now()).days
    stage = min((each for each in STAGES if left < each), default=None)
    is_told = key.reminded_days is not None and stage is not None and key.reminded_days <= stage
    if owner is None or not owner.is_active or stage is None or is_told or key.state != KeyState.VALID:
        return False
    is_first, key.reminded_days = key.reminded_days is None, stage
    key.save(update_fields=["reminded_days"])
    title, text = _words(key, owner, left)
    if is_first:
        draft = Draft(kind=MessageKind.INBOUND, channel=Channel.CABINET, subject=title, text=text)
        works = owner if owner.can(Capability.WORK_TICKETS) else None
        open_with(requester=owner, draft=draft, by=None, assignee=works)
    path = reverse("vpn:cabinet_keys" if owner.is_customer else "vpn:desk_keys")
    notify(person=owner, subject=key, title=title, text=text, path=path)
    record(verb="vpn_key_reminded", subject=key, by=None, key=key.common_name, days=left)
    return True


def _words(key: Key, owner: User, left: int) -> tuple[str, str]:
    with translation.override(owner.language or settings.LANGUAGE_CODE):
        title = ngettext(
            "The VPN key %(name)s ends in %(count)d day", "The VPN key %(name)s ends in %(count)d days", left
        ) % {"name": key.common_name, "count": left}
        return title, _("Ask for a new one in time: the old one goes on until its last day.")


def propose_unused() -> int:
    """Keys that nobody used for VPN_UNUSED_DAYS: administrators get a ticket that proposes to revoke them. How many."""
    limit = timezone.now() - timedelta(days=settings.VPN_UNUSED_DAYS)
    unused = Q(last_seen_at__lt=limit) | Q(last_seen_at__isnull=True, issued_at__lt=limit)
    keys = Key.objects.live().filter(unused, state=KeyState.VALID, proposed_at__isnull=True)
    return _propose(list(keys.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _propose(pks: list[int]) -> int:
    administrator = User.objects.active().filter(role=Role.ADMINISTRATOR).order_by("pk").first()
    keys = list(
        Key.objects.select_for_update(of=("self",))
        .select_related("device__owner")
        .filter(pk__in=pks, proposed_at__isnull=True)
        .order_by("pk")
    )
    if not keys or administrator is None:
        return 0
    Key.objects.filter(pk__in=[key.pk for key in keys]).update(proposed_at=timezone.now())
    with translation.override(administrator.language or settings.LANGUAGE_CODE):
        days = settings.VPN_UNUSED_DAYS
        title = ngettext(
            "VPN keys that nobody used for %(count)d day", "VPN keys that nobody used for %(count)d days", days
        ) % {"count": days}
        names = "\n".join(f"- {key.common_name} ({key.device.owner or '–'})" for key in keys)
        text = (
            _("Revoke those that are not needed:")
            + f"\n\n{names}\n\n{settings.SITE_URL}{reverse('admin:vpn_key_changelist')}"
        )
    draft = Draft(kind=MessageKind.INBOUND, channel=Channel.CABINET, subject=title, text=text)
    open_with(requester=administrator, draft=draft, by=None, assignee=administrator)
    for key in keys:
        record(verb="vpn_key_proposed", subject=key, by=None, key=key.common_name)
    return len(keys)
