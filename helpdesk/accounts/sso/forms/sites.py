"""The form of a site."""

from typing import Any
from urllib.parse import urlsplit

from allauth.idp.oidc.models import Client
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from helpdesk.accounts.enums import Role
from helpdesk.accounts.sso.enums import Scope
from helpdesk.accounts.sso.models import Site
from helpdesk.core.errors import Refused
from helpdesk.core.outgoing import target_of

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
LINES = gettext_lazy("One for each line, exactly as the site sends it.")

KINDS = [
    (Client.Type.CONFIDENTIAL, gettext_lazy("a server that keeps a secret")),
    (Client.Type.PUBLIC, gettext_lazy("an app or a page, which can keep none")),
]


class SiteForm(forms.ModelForm):
    """What allauth's client keeps as text with lines is asked for as what it is."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=100, widget=UnfoldAdminTextInputWidget)
    type = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=KINDS,
        widget=UnfoldAdminSelectWidget,
    )
    redirect_uris = forms.CharField(
        label=gettext_lazy("Redirect URIs"), help_text=LINES, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )
    return_uris = forms.CharField(
        label=gettext_lazy("Addresses after signing out"),
        required=False,
        help_text=LINES,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
    )
    allowed_roles = forms.MultipleChoiceField(
        label=gettext_lazy("Who may enter"), choices=Role.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    may_learn = forms.MultipleChoiceField(
        label=gettext_lazy("May learn"),
        choices=[choice for choice in Scope.choices if choice[0] != Scope.OPENID],
        required=False,
        initial=[Scope.PROFILE, Scope.EMAIL, Scope.ROLES],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    skip_consent = forms.BooleanField(
        label=gettext_lazy("A site of our own"),
        help_text=gettext_lazy("Nobody is asked whether it may know them."),
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
    )

    class Meta:
        model = Site
        fields = (
            "name",
            "type",
            "home_url",
            "is_active",
            "skip_consent",
            "redirect_uris",
            "return_uris",
            "notice_uri",
            "allowed_roles",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["may_learn"] = [scope for scope in self.instance.get_scopes() if scope != Scope.OPENID]

    def clean_redirect_uris(self) -> str:
        return _addresses(self.cleaned_data["redirect_uris"])

    def clean_return_uris(self) -> str:
        return _addresses(self.cleaned_data["return_uris"])

    def clean_notice_uri(self) -> str:
        return _web_address(self.cleaned_data["notice_uri"])

    def clean_home_url(self) -> str:
        return _web_address(self.cleaned_data["home_url"])

    def save(self, commit: bool = True) -> Any:
        self.instance.set_scopes([Scope.OPENID, *self.cleaned_data["may_learn"]])
        self.instance.set_grant_types(["authorization_code", "refresh_token"])
        self.instance.set_response_types(["code"])
        self.instance.allow_uri_wildcards = False
        return super().save(commit)


def _addresses(text: str) -> str:
    """The lines of it, each an address that nobody but the site gets what is sent to. Raises ValidationError."""
    found = text.split()
    for address in found:
        parts = urlsplit(address)
        if not parts.scheme or "#" in address or "*" in address or parts.scheme in ("javascript", "data", "vbscript"):
            raise ValidationError(_("This is no address that people can be sent to: %(uri)s") % {"uri": address})
        is_here = (parts.hostname or "") in LOOPBACK or (parts.hostname or "").endswith(".localhost")
        if parts.scheme == "http" and not is_here:
            raise ValidationError(_("Only https:// is safe on the way: %(uri)s") % {"uri": address})
        if parts.scheme in ("http", "https") and not parts.hostname:
            raise ValidationError(_("This is no address that people can be sent to: %(uri)s") % {"uri": address})
    return "\n".join(dict.fromkeys(found))


def _web_address(address: str) -> str:
    if address:
        try:
            target_of(address)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
    return address
