"""Canned texts that people keep, change and give to others.

The order of locks: the template's owner, then the template. The owner is locked so that their names stay different.
"""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import Team, User
from helpdesk.core.errors import Refused
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record
from tickets.actions.sharing import Sentences, called, ensure_audience, owner_locked
from tickets.enums import Audience
from tickets.models import Template
from tickets.permissions import can_change_template, can_keep_templates, ensure
from tickets.placeholders import PLACEHOLDERS, unknown_in

if TYPE_CHECKING:
    from tickets.models import TemplateQuerySet

MOST_TEMPLATES = 200
"""So many templates a person may keep."""
LONGEST_NAME = 60
LONGEST_SHORTCUT = 30
LONGEST_TEXT = 20_000
SENTENCES = Sentences(
    unclear=gettext_lazy("Choose for whom the template is."),
    foreign=gettext_lazy("You can give templates only to teams that you belong to."),
)
_SHORTCUT = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Wording:
    """All there is to say of a template; `text` by the code of its language, empty ones left out when it is kept."""

    name: str
    text: dict[str, str]
    shortcut: str = ""
    audience: str = Audience.PRIVATE
    team: Team | None = None
    is_for_replies: bool = True
    is_for_notes: bool = True
    is_active: bool = True


@transaction.atomic
def add_template(*, by: User, wording: Wording) -> Template:
    """Keep a text. The same once more is the template that there is already. Writes `template_added`.

    Raises NotAllowed, Refused."""
    ensure(can_keep_templates(by))
    wording = _sound(wording)
    ensure_audience(by, wording.audience, wording.team, kept=None, sentences=SENTENCES)
    own = _templates_of(by.pk)
    same = called(own, wording.name).first()
    if same is not None and _wording_of(same) == wording:
        return same
    _ensure_new_name(own, wording.name)
    if own.count() >= MOST_TEMPLATES:
        raise Refused(
            _("You keep %(limit)s templates already. Delete one that you no longer need.") % {"limit": MOST_TEMPLATES}
        )
    template = Template.objects.create(owner=by, **_columns(wording))
    record(verb="template_added", subject=template, by=by, after=_facts(template))
    return template


@transaction.atomic
def change_template(*, template: Template, by: User, wording: Wording) -> Template:
    """The template says this. Writes `template_changed` where anything is another than before.

    Raises NotAllowed, Refused."""
    own = _templates_of(template.owner_id)
    found = own.filter(pk=template.pk).select_for_update(of=("self",)).first()
    if found is None:
        raise Refused(_("Somebody deleted this template meanwhile."))
    ensure(can_change_template(by, found))
    wording = _sound(wording)
    ensure_audience(by, wording.audience, wording.team, kept=found.team_id, sentences=SENTENCES)
    _ensure_new_name(own.exclude(pk=found.pk), wording.name)
    if _wording_of(found) == wording:
        return found
    before = _facts(found)
    for name, value in _columns(wording).items():
        setattr(found, name, value)
    found.save(update_fields=list(_columns(wording)))
    record(verb="template_changed", subject=found, by=by, before=before, after=_facts(found))
    return found


@transaction.atomic
def delete_template(*, template: Template, by: User) -> None:
    """The template is gone; one that is gone already stays so. Writes `template_deleted` with all there was of it.

    Raises NotAllowed."""
    found = _templates_of(template.owner_id).filter(pk=template.pk).select_for_update(of=("self",)).first()
    if found is None:
        return
    ensure(can_change_template(by, found))
    record(verb="template_deleted", subject=found, by=by, before=_facts(found))
    found.delete()


def _templates_of(owner: int) -> "TemplateQuerySet":
    """The owner's templates; nobody else adds or changes one of them until the transaction ends."""
    owner_locked(owner)
    return Template.objects.filter(owner=owner).order_by("pk")


def _ensure_new_name(own: "TemplateQuerySet", name: str) -> None:
    if called(own, name).exists():
        raise Refused(_("There is a template called “%(name)s” already. Choose another name.") % {"name": name})


def _sound(wording: Wording) -> Wording:
    """As it is kept; Refused where it can't be."""
    name, shortcut = clean_name(wording.name), wording.shortcut.strip().lstrip("/").lower()
    if not name or len(name) > LONGEST_NAME:
        raise Refused(_("Give the template a name of at most %(limit)s letters.") % {"limit": LONGEST_NAME})
    if shortcut and (len(shortcut) > LONGEST_SHORTCUT or not _SHORTCUT.fullmatch(shortcut)):
        raise Refused(_("The word after “/” has letters, digits, “-” and “_”, no spaces."))
    if not (wording.is_for_replies or wording.is_for_notes):
        raise Refused(_("Choose for what the template is: answers, notes or both."))
    return replace(wording, name=name, shortcut=shortcut, text=_sound_text(wording.text))


def _sound_text(text: dict[str, str]) -> dict[str, str]:
    known = [code for code, _name in settings.LANGUAGES]
    said = {code: text[code].replace("\0", "").replace("\r\n", "\n").strip() for code in known if code in text}
    said = {code: words for code, words in said.items() if words}
    if not said:
        raise Refused(_("Write the text in at least one language."))
    if any(len(words) > LONGEST_TEXT for words in said.values()):
        raise Refused(_("A template has at most %(limit)s letters.") % {"limit": LONGEST_TEXT})
    if unknown := [name for words in said.values() for name in unknown_in(words)]:
        there_are = ", ".join(f"{{{{ {name} }}}}" for name in PLACEHOLDERS)
        raise Refused(
            _("There is no placeholder {{ %(name)s }}. These are known: %(known)s.")
            % {"name": unknown[0][:60], "known": there_are}
        )
    return said


def _columns(wording: Wording) -> dict[str, Any]:
    return {each: getattr(wording, each) for each in wording.__dataclass_fields__}


def _wording_of(template: Template) -> Wording:
    return Wording(**{each: getattr(template, each) for each in Wording.__dataclass_fields__})


def _facts(template: Template) -> dict[str, Any]:
    facts = _columns(_wording_of(template))
    return facts | {"team": template.team_id}
