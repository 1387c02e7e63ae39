"""What people choose about their notices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.notifications.enums import Rhythm

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class ChoicesForm(forms.Form):
    """Quiet hours and letters; the table of occasions stands beside it (`views.choices`)."""

    quiet_from = forms.TimeField(label=_("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_until = forms.TimeField(label=_("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    quiet_weekends = forms.BooleanField(label=_("All of Saturday and Sunday too"), required=False)
    rhythm = forms.ChoiceField(label=_("Letters come"), choices=Rhythm.choices)
    digest_hour = forms.TypedChoiceField(label=_("The daily letter comes at"), choices=HOURS, coerce=int)

    def clean_quiet_from(self) -> Any:
        return _by_minute(self.cleaned_data["quiet_from"])

    def clean_quiet_until(self) -> Any:
        return _by_minute(self.cleaned_data["quiet_until"])


def _by_minute(value: Any) -> Any:
    return value.replace(second=0, microsecond=0) if value else value


class AddressForm(forms.Form):
    """Where somebody is reached by a gateway."""

    value = forms.CharField(max_length=120, strip=True)


class CodeForm(forms.Form):
    """The code that was sent there."""

    code = forms.CharField(max_length=20, strip=True)
