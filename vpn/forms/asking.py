"""Asking for a key."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.accounts.models import User
from vpn.models import Server


class AskingForm(forms.Form):
    server = forms.ModelChoiceField(label=_("Server"), queryset=Server.objects.none(), empty_label=None)
    device_name = forms.CharField(
        label=_("Device"),
        max_length=31,
        help_text=_("A short word in small Latin letters, for example: laptop, phone."),
    )
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only if the access is to end on a certain day."),
    )
    reason = forms.CharField(
        label=pgettext_lazy("of a request for a key", "What for"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["server"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Server.objects.offered_to(person)
