"""What a person may set for themselves."""

from collections import defaultdict
from dataclasses import asdict
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actions.personal import LONGEST_NAME, LONGEST_SIGNATURE, Personal
from helpdesk.accounts.enums import Theme
from helpdesk.accounts.models import User
from helpdesk.core.sanitising import clean_name

NOT_PLACES = frozenset({"Etc", "SystemV", "US", "Brazil", "Canada", "Chile", "Mexico"})
"""Groups of zones that are other names of places, or no places at all."""


class PersonalForm(forms.Form):
    """Name, language, time zone, colours; for staff the signature and the order of conversations as well."""

    name = forms.CharField(
        label=_("Full name"), max_length=LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    theme = forms.ChoiceField(
        label=_("Colours"), choices=Theme.choices, widget=forms.Select(attrs={"data-theme-field": True})
    )
    signature = forms.CharField(
        label=_("Signature"),
        required=False,
        max_length=LONGEST_SIGNATURE,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Stands under your replies in the letter, before that of the mailbox. Markdown works."),
    )

    newest_first = forms.BooleanField(label=_("Newest messages of a conversation first"), required=False)

    def __init__(self, said: QueryDict | None = None, *, person: User) -> None:
        super().__init__(said, initial=asdict(Personal.of(person)))
        self.person = person
        self._choices("language", [("", _("As the browser asks")), *_languages()])
        here = format_lazy("{words} ({zone})", words=_("As everybody here"), zone=settings.TIME_ZONE)
        self._choices("time_zone", [("", here), *_zones(person.time_zone)])
        if person.is_customer:
            del self.fields["signature"], self.fields["newest_first"]

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean_name(self) -> str:
        """Without signs that change how the text around it is read."""
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Write your name: it stands beside what you write."))
        return name

    def chosen(self) -> Personal:
        """What was written, once the form is valid."""
        said = self.cleaned_data
        signature = said["signature"].strip() if "signature" in self.fields else self.person.signature
        return Personal(
            name=said["name"],
            language=said["language"],
            time_zone=said["time_zone"],
            theme=said["theme"],
            signature=signature,
            newest_first=said.get("newest_first", self.person.newest_first),
        )


def _languages() -> list[tuple[str, str]]:
    """Each in its own words, so that everybody finds theirs."""
    own = {"en": "English", "ru": "Русский"}
    return [(code, own.get(code, str(name))) for code, name in settings.LANGUAGES]


def _zones(present: str) -> list[Any]:
    """Places by their part of the world, and what the person has now where it is none of these."""
    known = _places()
    is_listed = not present or any(present == zone for _, zones in known for zone, _ in zones)
    return [*known] if is_listed else [(present, present), *known]


@cache
def _places() -> list[tuple[str, list[tuple[str, str]]]]:
    groups = defaultdict(list)
    for zone in sorted(available_timezones()):
        part, slash, place = zone.partition("/")
        if slash and part not in NOT_PLACES:
            groups[part].append((zone, place.replace("_", " ").replace("/", ", ")))
    return [("UTC", [("UTC", "UTC")]), *groups.items()]
