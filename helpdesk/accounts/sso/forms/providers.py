"""The form of an identity provider."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_domain_name
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from helpdesk.accounts.sso.enums import Kind
from helpdesk.accounts.sso.models import IdentityProvider
from helpdesk.accounts.sso.outside import metadata
from helpdesk.core.errors import Refused
from helpdesk.core.outgoing import target_of

TAKEN = frozenset({"linking", "visits", "identities"})


class SecretField(forms.CharField):
    """Written, never shown: left empty it keeps what is stored."""

    def __init__(self, **options: Any) -> None:
        widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}, render_value=False)
        super().__init__(required=False, strip=True, max_length=500, widget=widget, **options)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class ProviderForm(forms.ModelForm):
    secret = SecretField(label=gettext_lazy("Client secret"), help_text=gettext_lazy("Empty: as it is."))
    domains = forms.CharField(
        label=gettext_lazy("Domains"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy(
            "Domains of addresses that this provider may speak for, separated by spaces. For others nobody is found or"
            " made: they prove who they are here first."
        ),
    )
    metadata = forms.CharField(
        label=gettext_lazy("Metadata"),
        required=False,
        max_length=metadata.LONGEST,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy("The XML, where there is no address for it."),
    )

    class Meta:
        model = IdentityProvider
        fields = (
            "name",
            "slug",
            "kind",
            "is_active",
            "domains",
            "vouches",
            "proves_second",
            "default_role",
            "group_claim",
            "issuer",
            "client_id",
            "secret",
            "scopes",
            "metadata_url",
            "metadata",
            "takes_unsolicited",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["domains"] = " ".join(self.instance.domains)
        self.initial["secret"] = ""
        self._kept = self.instance.secret or ""

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug in TAKEN:
            raise ValidationError(_("This word is taken: choose another one."))
        return slug

    def clean_secret(self) -> str:
        return self.cleaned_data["secret"] or self._kept

    def clean_domains(self) -> list[str]:
        found = self.cleaned_data["domains"].replace(",", " ").lower().split()
        for domain in found:
            validate_domain_name(domain)
        return list(dict.fromkeys(found))

    def clean_issuer(self) -> str:
        return _fetchable(self.cleaned_data["issuer"])

    def clean_metadata_url(self) -> str:
        return _fetchable(self.cleaned_data["metadata_url"] or "")

    def clean(self) -> dict[str, Any] | None:
        cleaned, asked = super().clean(), self.cleaned_data
        if asked.get("kind") == Kind.OIDC and not (asked.get("issuer") and asked.get("client_id")):
            raise ValidationError({"issuer": _("OpenID Connect needs the issuer and a client id.")})
        if asked.get("kind") == Kind.SAML and not (asked.get("metadata_url") or asked.get("metadata")):
            raise ValidationError({"metadata_url": _("SAML needs the provider's metadata, or the address of it.")})
        if asked.get("is_active") and not self.instance.described:
            raise ValidationError({"is_active": _("Save it, test it, then switch it on: it was never read.")})
        return cleaned


def _fetchable(address: str) -> str:
    if address:
        try:
            target_of(address)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
    return address
