"""A token of one's own."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from helpdesk.accounts.actions.tokens import scopes_offered
from helpdesk.accounts.models import User
from helpdesk.accounts.scopes import Scope

PERIODS = (30, 90, 365, 1095)
USUAL_DAYS = 365


class NewTokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Which program has it, for example: phone, time sheets.")
    )
    scopes = forms.MultipleChoiceField(label=_("It may"), choices=[], widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(label=_("It is good for"), choices=[], coerce=int, initial=USUAL_DAYS)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = set(scopes_offered(person))
        scopes = [(value, label) for value, label in Scope.choices if value in offered]
        longest = settings.API_TOKEN_MAX_DAYS
        days = sorted({*(each for each in PERIODS if each < longest), longest})
        periods = [(each, ngettext_lazy("%(count)d day", "%(count)d days", each) % {"count": each}) for each in days]
        for name, choices in (("scopes", scopes), ("days", periods)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
