"""What this room has to say of people, in the places where lower rooms ask."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from helpdesk.accounts.models import User
from helpdesk.accounts.registries import Access, AccessPart, MergerPart, PersonLink, SecurityPanel
from tickets.registries import MenuEntry
from vpn.models import Device, Group, Key, KeyRequest
from vpn.paths import keys_path
from vpn.permissions import can_issue


def may_be_told_of_key(person: User, key: int) -> bool:
    return Key.objects.visible_to(person).filter(pk=key).exists()


def may_be_told_of_request(person: User, key: int) -> bool:
    return KeyRequest.objects.visible_to(person).filter(pk=key).exists()


def requests_known_of(person: User, keys: Iterable[int]) -> set[int]:
    found = KeyRequest.objects.visible_to(person).filter(pk__in=set(keys))
    return set(found.order_by().values_list("pk", flat=True))


def ticket_entry(number: int) -> MenuEntry:
    """A key for the customer of the ticket. No statement."""
    return MenuEntry(_("Ask for a VPN key"), reverse("vpn:ticket_key", args=[number]))


def _issue_url(person: User, by: User) -> str:
    """The issue page with the person chosen."""
    return f"{reverse('admin:vpn_key_issue')}?person={person.pk}" if person.is_active and can_issue(by) else ""


PERSON_LINK = PersonLink(label=gettext_lazy("Issue a VPN key"), url=_issue_url)


def _panel(person: User) -> dict[str, Any]:
    return {"url": keys_path(person)}


def has_keys(person: User) -> bool:
    """One statement."""
    return Key.objects.of(person).exists()


SECURITY_PANEL = SecurityPanel("vpn/_panel.html", _panel)


def _accesses(person: User) -> list[Access]:
    keys = Key.objects.live().of(person).for_lists().order_by("common_name", "pk")
    return [
        Access(
            what=", ".join(server.name for server in key.servers.all()) or key.common_name,
            why=_("VPN key %(name)s, %(state)s")
            % {"name": key.common_name, "state": str(key.get_state_display()).lower()},
            until=key.revoke_at or key.not_after,
        )
        for key in keys
    ]


ACCESS_PART = AccessPart(label=gettext_lazy("Servers by VPN keys"), lines=_accesses)


def _move(merged: User, survivor: User) -> dict[str, list[int]]:
    devices = list(Device.objects.filter(owner=merged).order_by("pk").values_list("pk", flat=True))
    Device.objects.filter(pk__in=devices).update(owner=survivor)
    wishes = _without_twins(merged, survivor)
    KeyRequest.objects.filter(pk__in=wishes).update(person=survivor)
    groups = list(Group.objects.filter(people=merged).exclude(people=survivor).order_by("pk"))
    for group in groups:
        group.people.add(survivor)
    return {"devices": devices, "requests": wishes, "groups": [group.pk for group in groups]}


def _without_twins(merged: User, survivor: User) -> list[int]:
    """Requests that change hands: all but those that the other has open alike."""
    alike = {(each.server_id, each.device_name) for each in KeyRequest.objects.open().filter(person=survivor)}
    found = KeyRequest.objects.filter(person=merged).order_by("pk")
    return [each.pk for each in found if (each.server_id, each.device_name) not in alike]


def _give_back(merged: User, survivor: User, moved: Any) -> None:
    Device.objects.filter(pk__in=moved["devices"], owner=survivor).update(owner=merged)
    KeyRequest.objects.filter(pk__in=moved["requests"], person=survivor).update(person=merged)
    for group in Group.objects.filter(pk__in=moved.get("groups", [])).order_by("pk"):
        group.people.remove(survivor)


MERGER_PART = MergerPart(
    label=pgettext_lazy("what changes hands", "VPN keys"),
    count=lambda person: Device.objects.filter(owner=person).count(),
    move=_move,
    give_back=_give_back,
)
