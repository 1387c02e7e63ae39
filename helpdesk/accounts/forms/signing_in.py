"""Signing in, asking for a link, choosing a password."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import User

LONGEST_PASSWORD = 1000
"""Hashing takes time in proportion: nobody has a longer one."""


def _password(label: Any, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=LONGEST_PASSWORD, strip=False, widget=widget, **options)


class SignInForm(forms.Form):
    """The names of its two fields are relied on by outside tools."""

    login = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username webauthn"})
    )
    password = _password(_("Password"), "current-password")


class LinkForm(forms.Form):
    """To which address the link is to go."""

    address = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class PasswordForm(forms.Form):
    """A new password; the present one is asked for unless the person has just proved their address."""

    current = _password(_("Present password"), "current-password")
    new = _password(_("New password"), "new-password", help_text=_("At least ten characters; a sentence is fine."))

    def __init__(self, *args: Any, user: User, asks_current: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        if not asks_current:
            del self.fields["current"]

    def clean_current(self) -> str:
        """Checked against the person's own; one wrong word says nothing more."""
        current: str = self.cleaned_data["current"]
        if not self.user.check_password(current):
            raise forms.ValidationError(_("That is not your present password."))
        return current
