"""Inviting a colleague."""

from django import forms
from django.utils.translation import gettext_lazy as _


class InvitationForm(forms.Form):
    """Whom, and whether they may do what the one who invites may."""

    address = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=_("Full name"), required=False, max_length=200)
    is_manager = forms.BooleanField(
        label=_("As a manager"),
        required=False,
        help_text=_("Managers see every request of the company and invite and remove people."),
    )
