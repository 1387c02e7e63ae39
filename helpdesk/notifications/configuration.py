"""Telling administrators how the house was set up anew: nobody opens a way in, or a way out for data, quietly."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.journal.registries import verbs
from helpdesk.notifications.notices import notify

WATCHED = frozenset(
    {
        *("mailbox_added", "mailbox_changed"),
        *("hook_added", "hook_changed", "hook_key_renewed", "hook_removed"),
        *("directory_added", "directory_changed", "grouprule_added", "grouprule_changed", "grouprule_removed"),
        *("identityprovider_added", "identityprovider_changed"),
        *("rolemapping_added", "rolemapping_changed", "rolemapping_removed"),
        *("site_added", "site_changed", "site_secret_made"),
        "let_in",
    }
)
"""Lines of the journal after which mail, data or people go other ways. What a role may do has a letter of its own."""
LONGEST_VALUE = 120


def tell_of_configuration(
    *, subject: models.Model, verb: str, facts: Mapping[str, Any], by: models.Model | None
) -> None:
    """Every other active administrator gets a letter with what was before and what is now, secrets left out; also of
    somebody who becomes an administrator."""
    if verb not in WATCHED and not _makes_administrator(verb, facts):
        return
    others = User.objects.active().filter(role=Role.ADMINISTRATOR).exclude(pk=by.pk if by else None)
    for person in others.exclude(pk=subject.pk if isinstance(subject, User) else None).order_by("pk"):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            who = str(by) if by is not None else _("On the command line")
            title = _("%(who)s: %(what)s, %(thing)s") % {"who": who, "what": verbs[verb].label, "thing": subject}
            text = "\n".join(_changes(subject, facts)) or _("The journal says more.")
        notify(person=person, subject=subject, title=title, text=text, path=_page_of(subject, verb))


def _makes_administrator(verb: str, facts: Mapping[str, Any]) -> bool:
    return (verb == "role_changed" and facts.get("after") == Role.ADMINISTRATOR) or (
        verb == "colleague_invited" and facts.get("role") == Role.ADMINISTRATOR
    )


def _changes(subject: models.Model, facts: Mapping[str, Any]) -> list[str]:
    before, after = facts.get("before") or {}, facts.get("after") or {}
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [
        f"{_name_of(subject, name)}: {_short(before[name])} → {_short(after.get(name))}"
        if name in before
        else f"{_name_of(subject, name)}: {_short(after[name])}"
        for name in dict.fromkeys([*before, *after])
    ]


def _name_of(subject: models.Model, column: str) -> str:
    try:
        return str(getattr(subject._meta.get_field(column), "verbose_name", column))
    except FieldDoesNotExist:
        return column


def _short(value: object) -> str:
    if isinstance(value, list):
        value = ", ".join(str(each) for each in value)
    return str("–" if value in (None, "") else value)[:LONGEST_VALUE]


def _page_of(subject: models.Model, verb: str) -> str:
    options = subject._meta
    try:
        page = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[subject.pk])
    except NoReverseMatch:
        page = ""
    return page if page and verb != "hook_removed" else reverse("desk:journal")
