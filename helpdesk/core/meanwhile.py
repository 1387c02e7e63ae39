"""Two people change the same thing at once: the second is told what it says by now, and loses nothing of what they
typed. Sent once more, the form has been told and goes through."""

from collections.abc import Mapping
from hashlib import sha256
from json import dumps
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused


class ChangedMeanwhile(Refused):
    """Somebody changed the thing since the form for it was opened."""


def mark_of(state: Any) -> str:
    """Tells one state of plain values from another."""
    return sha256(dumps(state, sort_keys=True).encode()).hexdigest()[:16]


def ensure_as_seen(seen: str | None, mark: str) -> None:
    """`seen` is the mark of what the person's form was opened with, None where it does not say. Raises
    ChangedMeanwhile."""
    if seen is not None and seen != mark:
        words = _("Somebody changed this in the meantime: see below what it says now. Save again to put yours there.")
        raise ChangedMeanwhile(words)


def told_meanwhile(request: HttpRequest, form: forms.Form, *, mark: str, now: Mapping[str, Any]) -> dict[str, Any]:
    """What core/_meanwhile.html reads. `mark` is the thing's as it is, `now` what a new form for it would hold."""
    is_behind = form.is_bound and request.POST.get("seen", mark) != mark
    return {"seen": mark, "meanwhile": _differing(form, now) if is_behind else []}


def _differing(form: forms.Form, now: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (str(bound.label), _told(bound.field, now[bound.name]))
        for bound in form
        if bound.name in now and _plain(bound.value()) != _plain(now[bound.name])
    ]


def _plain(value: Any) -> str:
    if isinstance(value, bool) or value in ("on", None):
        return "on" if value else ""
    return "\n".join(str(value).split("\r\n")).strip()


def _told(field: forms.Field, value: Any) -> str:
    if isinstance(field, forms.BooleanField):
        return str(_("yes") if value else _("no"))
    choices = getattr(field, "choices", ())
    return str({str(key): label for key, label in choices}.get(str(value), value)) or "–"
