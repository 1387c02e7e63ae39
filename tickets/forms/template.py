"""A canned text: what it says, in which languages, for what and for whom."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import User
from tickets.actions.templates import LONGEST_NAME, LONGEST_SHORTCUT, LONGEST_TEXT, Wording
from tickets.forms.audience import AudienceForm
from tickets.models import Template

_TEXT: dict[str, Any] = {
    "max_length": LONGEST_TEXT,
    "required": False,
    "widget": forms.Textarea(attrs={"rows": 5, "data-autosize": ""}),
}


class TemplateForm(AudienceForm):
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    shortcut = forms.CharField(
        label=_("Word after “/”"),
        max_length=LONGEST_SHORTCUT + 1,
        required=False,
        help_text=_("Typed in an answer, it finds the template: /thanks"),
    )
    text_en = forms.CharField(label=_("Text in English"), **_TEXT)
    text_ru = forms.CharField(label=_("Text in Russian"), **_TEXT)
    is_for_replies = forms.BooleanField(label=_("For answers"), required=False, initial=True)
    is_for_notes = forms.BooleanField(label=_("For notes"), required=False)
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, data: QueryDict | None = None, *, by: User, template: Template | None = None) -> None:
        initial = None
        if template:
            same = ("name", "shortcut", "is_for_replies", "is_for_notes", "is_active")
            initial = {name: getattr(template, name) for name in same}
            initial |= {f"text_{code}": words for code, words in template.text.items()}
        super().__init__(data, by=by, kept=template, initial=initial)

    @property
    def wording(self) -> Wording:
        """What a form that is in order says."""
        said = dict(self.cleaned_data)
        text = {code: said.pop(f"text_{code}") for code in ("en", "ru")}
        return Wording(text=text, **said)
