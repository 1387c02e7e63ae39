"""The settings of a directory, checked as far as that goes; those of an active one are tried."""

from ipaddress import ip_address
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

from helpdesk.accounts.directory import trial
from helpdesk.accounts.directory.channel import Server, trusting
from helpdesk.accounts.directory.enums import Security
from helpdesk.accounts.directory.faults import DirectoryFault
from helpdesk.accounts.directory.models import Directory
from helpdesk.accounts.directory.presets import PRESETS
from helpdesk.core.retelling import retold
from helpdesk.journal.administration import SecretField

FIELD_OF_FAULT = {
    "credentials": "bind_password",
    "bind_dn": "bind_dn",
    "base": "person_bases",
    "base_form": "person_bases",
    "forbidden": "person_bases",
    "referral": "person_bases",
    "filter": "person_filter",
    "encryption_wanted": "security",
    "starttls": "security",
    "certificate_not_trusted": "ca_certificate",
    "extra": "is_active",
}
"""Where a fault is shown; others stand at the servers."""


class LinesField(forms.CharField):
    """A list, one on each line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=UnfoldAdminTextareaWidget(attrs={"rows": 2, "spellcheck": "false"}), **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return list(dict.fromkeys(line.strip() for line in str(value or "").splitlines() if line.strip()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(data) != (initial or [])

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        for line in value:
            super().run_validators(line)


class DirectoryForm(forms.ModelForm):
    """What is empty is filled with what is usual for the kind."""

    uris = LinesField(
        label=gettext_lazy("Servers"),
        max_length=300,
        help_text=gettext_lazy("One on each line, tried in this order: ldaps://dc1.company.com"),
    )
    person_bases = LinesField(
        label=gettext_lazy("Where people are"),
        max_length=500,
        help_text=gettext_lazy("One DN on each line: ou=people,dc=company,dc=com"),
    )
    group_bases = LinesField(label=gettext_lazy("Where groups are"), max_length=500, required=False)
    owned_domains = LinesField(
        label=gettext_lazy("E-mail domains of the directory"),
        max_length=253,
        required=False,
        help_text=Directory._meta.get_field("owned_domains").help_text,
    )
    ca_certificate = forms.CharField(
        label=gettext_lazy("Authority's certificate"),
        required=False,
        max_length=100_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "spellcheck": "false"}),
        help_text=Directory._meta.get_field("ca_certificate").help_text,
    )
    bind_password = SecretField(label=gettext_lazy("Password"), help_text=gettext_lazy("Empty: as it is."))

    class Meta:
        model = Directory
        fields = (
            "name", "kind", "is_active", "uris", "security", "ca_certificate", "bind_dn", "bind_password",
            "timeout_seconds", "page_size", "person_bases", "group_bases", "person_filter", "group_filter",
            "membership", "id_attribute", "login_attribute", "name_attribute", "email_attribute", "phone_attribute",
            "language_attribute", "title_attribute", "groups_attribute", "members_attribute", "changed_attribute",
            "default_role", "owned_domains", "sync_minutes", "whole_minutes", "most_out_percent",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["bind_password"] = ""
        self._kept = self.instance.bind_password or ""

    def clean_bind_password(self) -> str:
        return self.cleaned_data["bind_password"] or self._kept

    def clean_ca_certificate(self) -> str:
        pem = str(self.cleaned_data["ca_certificate"]).strip()
        try:
            trusting(pem)
        except DirectoryFault as fault:
            raise ValidationError(retold(str(fault))) from None
        return pem

    def clean_owned_domains(self) -> list[str]:
        return [domain.lower().removeprefix("@") for domain in self.cleaned_data["owned_domains"]]

    def clean(self) -> dict[str, Any] | None:
        cleaned, asked = super().clean(), self.cleaned_data
        for name, value in PRESETS.get(asked.get("kind", ""), {}).items():
            asked[name] = asked.get(name) or value
        if "uris" in asked and "security" in asked:
            self._check_servers(asked["uris"], asked["security"])
        return cleaned

    def _check_servers(self, uris: list[str], security: str) -> None:
        for uri in uris:
            try:
                server = Server.parse(uri)
            except DirectoryFault as fault:
                self.add_error("uris", retold(str(fault)))
                return
            if (server.scheme == "ldaps") != (security == Security.TLS):
                self.add_error(
                    "uris", _("Addresses begin with ldaps:// for TLS from the first byte, else with ldap://.")
                )
                return
            if security == Security.PLAIN and not _is_here(server.host):
                self.add_error("security", _("Passwords would cross the network readable: choose TLS or StartTLS."))
                return

    def _post_clean(self) -> None:
        """Wrong settings may be kept to be mended, but not used."""
        super()._post_clean()  # type: ignore[misc]
        if self.errors or not self.cleaned_data.get("is_active"):
            return
        try:
            trial.ensure_works(self.instance)
        except DirectoryFault as fault:
            words = _("%(fault)s Until then it can be saved as inactive.") % {"fault": retold(str(fault))}
            self.add_error(FIELD_OF_FAULT.get(fault.kind, "uris"), words)


def _is_here(host: str) -> bool:
    """Whether the name stands for this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
