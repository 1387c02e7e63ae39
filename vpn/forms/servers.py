"""Authorities, servers and files of archives, as administrators write them down."""

from ipaddress import ip_network
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.core.errors import Refused
from helpdesk.journal.administration import SecretField
from vpn.bundling import remotes_of
from vpn.enums import Engine, SignerKind, TlsMode
from vpn.forms.taking import SHORTEST_PASSPHRASE
from vpn.models import Authority, Group, ProfileTemplate, Server
from vpn.networks import name_servers_of, networks_of
from vpn.pki.certificates import read_certificate
from vpn.pki.naming import check_server_name
from vpn.pki.profile_templates import check_template
from vpn.pki.tls_keys import make_tls_crypt, make_v2_server_key
from vpn.signing import signer_of
from vpn.wireguard import new_pair

USUAL_NAME = "server"
"""Of servers in their certificates, as easy-rsa calls them too."""


class AuthorityForm(forms.ModelForm):
    """The certificates of an authority with a signer are read from it; others are pasted in."""

    archive_password = SecretField(
        label=gettext_lazy("Password of these archives"),
        help_text=gettext_lazy(
            "With one, they are mailed as ZIP files that it opens. Tell it by another way than by mail."
        ),
    )

    class Meta:
        model = Authority
        fields = (
            *("name", "slug", "is_active", "key_type", "signer", "socket_path", "root_pem", "issuing_pem"),
            *("encrypted_key_pem", "client_days", "archive_to", "archive_password"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("root_pem", "issuing_pem"):
            self.fields[name].required = False
        told = _("Where the signer of this authority listens. Empty: %(path)s, by VPN_SIGNER_SOCKET.")
        self.fields["socket_path"].help_text = told % {"path": settings.VPN_SIGNER_SOCKET}
        self.fields["encrypted_key_pem"].widget.attrs["rows"] = 4

    def clean_archive_password(self) -> str:
        password = str(self.cleaned_data["archive_password"] or self.instance.archive_password)
        if password and len(password) < SHORTEST_PASSPHRASE:
            raise ValidationError(_("A password of archives has at least %d characters.") % SHORTEST_PASSPHRASE)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            self._complete(cleaned)
            for name in ("root_pem", "issuing_pem"):
                read_certificate(cleaned.get(name, ""))
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return cleaned

    def _complete(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("signer") != SignerKind.SOCKET:
            return
        if cleaned.get("encrypted_key_pem"):
            raise Refused(_("A signer has the key itself: leave the encrypted key empty."))
        if not cleaned.get("issuing_pem"):
            asked = Authority(signer=SignerKind.SOCKET, socket_path=cleaned.get("socket_path", ""))
            facts = signer_of(asked).about()
            cleaned["root_pem"], cleaned["issuing_pem"] = facts.root_pem, facts.issuing_pem


class ServerForm(forms.ModelForm):
    """Keys of the server that are missing are made when it is saved."""

    management_password = SecretField(label=gettext_lazy("Password of the management socket"))

    class Meta:
        model = Server
        fields = (
            *("name", "slug", "engine", "is_active", "authority", "organisations", "network", "routes", "dns"),
            *("remotes", "server_name", "tls_mode", "management_address", "management_password"),
            *("endpoint", "public_key", "keepalive_seconds"),
        )
        help_texts = {
            "slug": gettext_lazy("Small Latin letters, digits and hyphens."),
            "network": gettext_lazy("From which each device gets its address, such as 10.8.0.0/24."),
            "routes": gettext_lazy("Networks behind the server, a line each, such as 10.1.0.0/16."),
            "remotes": gettext_lazy(
                "Where clients find it, a line each in the order they try them: vpn.example.org 1194 udp."
            ),
            "server_name": gettext_lazy("What its certificate calls it; clients look for that."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("routes", "remotes"):
            self.fields[name].widget.attrs["rows"] = 3
        if self.instance.pk is None:
            self.fields["server_name"].initial = USUAL_NAME
            if len(only := list(Authority.objects.active()[:2])) == 1:
                self.fields["authority"].initial = only[0].pk

    def clean_management_password(self) -> str:
        return str(self.cleaned_data["management_password"] or self.instance.management_password)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            networks_of(cleaned.get("routes", ""))
            name_servers_of(cleaned.get("dns", ""))
            if cleaned.get("network"):
                ip_network(cleaned["network"], strict=False)
            _sound_openvpn(cleaned) if cleaned["engine"] == Engine.OPENVPN else _sound_wireguard(cleaned)
        except ValueError as error:
            raise ValidationError({"network": _("This is no network: write it like 10.8.0.0/24.")}) from error
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return cleaned

    def save(self, commit: bool = True) -> Any:
        server: Server = self.instance
        if server.engine == Engine.OPENVPN and (not server.tls_key or "tls_mode" in self.changed_data):
            server.tls_key = make_v2_server_key() if server.tls_mode == TlsMode.V2 else make_tls_crypt()
        elif server.engine == Engine.WIREGUARD and not server.public_key:
            server.private_key, server.public_key = new_pair()
        return super().save(commit=commit)


def _sound_openvpn(cleaned: dict[str, Any]) -> None:
    if cleaned.get("authority") is None:
        raise Refused(_("An OpenVPN server trusts an authority: choose one."))
    if not remotes_of(Server(remotes=cleaned.get("remotes", ""))):
        raise Refused(_("Say where clients find the server: a line with host, port and protocol."))
    check_server_name(cleaned.get("server_name", ""))


def _sound_wireguard(cleaned: dict[str, Any]) -> None:
    if cleaned.get("authority") is not None:
        raise Refused(_("WireGuard knows no authorities: leave it empty."))
    host, colon, port = cleaned.get("endpoint", "").rpartition(":")
    if not (host and colon and port.isascii() and port.isdecimal()):
        raise Refused(_("Say where clients find the server: host:port."))
    if any(not letter.isprintable() or letter.isspace() for letter in host + cleaned.get("public_key", "")):
        raise Refused(_("Say where clients find the server: host:port."))
    if not cleaned.get("network"):
        raise Refused(
            _("The server has no network from which addresses are given: write one down, such as 10.8.0.0/24.")
        )


class GroupForm(forms.ModelForm):
    """Networks are networks before they are written down."""

    class Meta:
        model = Group
        fields = ("server", "name", "teams", "people", "routes")

    def clean_routes(self) -> str:
        text = str(self.cleaned_data["routes"])
        try:
            return "\n".join(str(each) for each in networks_of(text))
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal


class ProfileTemplateForm(forms.ModelForm):
    """Nothing that could run a command on somebody's machine."""

    class Meta:
        model = ProfileTemplate
        fields = ("name", "text")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            check_template(cleaned.get("name", ""), cleaned.get("text", ""))
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return cleaned
