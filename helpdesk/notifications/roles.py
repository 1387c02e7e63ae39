"""Telling administrators what was decided about roles: nobody changes quietly what others may do."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import CAPABILITIES, Capability
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import RoleRule, User
from helpdesk.notifications.notices import notify


def tell_of_rule(*, rule: RoleRule, before: dict[str, Any], after: dict[str, Any], by: User) -> None:
    """Every other active administrator gets a letter with what was given and what was taken away."""
    others = User.objects.active().filter(role=Role.ADMINISTRATOR).exclude(pk=by.pk).order_by("pk")
    for person in others:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            title = _("%(name)s changed what a role may do: %(role)s") % {"name": by, "role": rule.get_role_display()}
            text = "\n".join(_changes(before, after))
        path = reverse("admin:accounts_rolerule_change", args=[rule.pk])
        notify(person=person, subject=rule, title=title, text=text, path=path)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    had, has = set(before["capabilities"]), set(after["capabilities"])
    lines = []
    if given := _names(has - had):
        lines.append(_("Given: %(names)s.") % {"names": given})
    if taken := _names(had - has):
        lines.append(_("Taken away: %(names)s.") % {"names": taken})
    if before["requires_mfa"] != after["requires_mfa"]:
        is_on = after["requires_mfa"]
        lines.append(_("A second factor is asked now.") if is_on else _("A second factor is no longer asked."))
    return lines


def _names(capabilities: set[str]) -> str:
    named = (CAPABILITIES[each].label for each in Capability if each in capabilities)
    return ", ".join(str(label) for label in named)
