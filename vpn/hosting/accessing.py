"""What the vault knows of a person's access, of what they take along when they leave, and of two who are one."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.accounts.registries import (
    Access,
    AccessPart,
    HandOver,
    MergerPart,
    access_parts,
    handovers,
    merger_parts,
)
from vpn.hosting.actions import merging
from vpn.hosting.models import Grant
from vpn.hosting.queries.leavers import known_secrets, sees_everything


def register() -> None:
    """Called once when the program starts."""
    access_parts.register("vault", AccessPart(gettext_lazy("Access vault"), entries))
    merger_parts.register(
        "vault",
        MergerPart(gettext_lazy("What they put into the access vault"), merging.count, merging.move, merging.give_back),
    )
    handovers.register("vault", HandOver(gettext_lazy("Secrets of customers they know: to be changed"), _count, _few))


def entries(person: User) -> list[Access]:
    """Which entries they see, by what, and until when."""
    if not person.can(Capability.ENTER_DESK):
        return _of_customer(person)
    found = []
    if sees_everything(person):
        found.append(Access(_("Every entry of the vault"), _("Their role sees the whole vault.")))
    grants = Grant.objects.live().filter(user=person).select_related("entry", "granted_by").order_by("pk")
    for each in grants:
        url = reverse("access:entry", args=[each.entry_id])
        found.append(Access(each.entry.name, _("Granted by %(who)s") % {"who": each.granted_by}, url, each.until))
    if count := known_secrets(person).count():
        url = reverse("access:leaver", args=[person.pk])
        found.append(Access(_("Secrets they know: %(count)s") % {"count": count}, _("Not changed since."), url))
    return found


def _of_customer(person: User) -> list[Access]:
    if person.organisation_id is None or not person.can(Capability.ENTER_CABINET):
        return []
    if person.can(Capability.SEE_ORGANISATION_TICKETS):
        return [Access(_("The entries of their organisation, without the secrets"), _("They see all its requests."))]
    return [Access(_("Entries that they put in, without the secrets"), _("Everybody sees their own."))]


def _count(person: User) -> int:
    return known_secrets(person).count()


def _few(person: User, most: int) -> list[tuple[str, str]]:
    url = reverse("access:leaver", args=[person.pk])
    return [(f"{each.entry.name}: {each.label}", url) for each in known_secrets(person)[:most]]
