"""What is asked for a key, and what is done to one, in the administration."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from helpdesk.accounts.models import User
from helpdesk.core.prepared import Prepared
from vpn.actions.naming import holder_of, login_for
from vpn.enums import Reason, SignerKind
from vpn.models import Device, Key, KeyRequest, Server


def _build_servers() -> QuerySet[Server]:
    return Server.objects.active().select_related("authority")


_servers: Prepared[Server] = Prepared(_build_servers)


class PassphraseForm(forms.Form):
    """With a passphrase where an authority asks for one."""

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks:
            self.fields["passphrase"] = forms.CharField(
                label=gettext_lazy("Passphrase of the authority"),
                required=False,
                strip=False,
                max_length=500,
                widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "off"}),
            )

    @property
    def passphrase(self) -> str:
        return str(self.cleaned_data.get("passphrase", ""))


class IssueForm(PassphraseForm):
    """`person` by search, or somebody's login."""

    person = forms.ModelChoiceField(
        label=gettext_lazy("Person"), queryset=User.objects.none(), required=False, empty_label=""
    )
    login = forms.CharField(
        label=gettext_lazy("Login"),
        max_length=31,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Small Latin letters, digits and hyphens. Empty: as their address begins."),
    )
    device = forms.CharField(
        label=gettext_lazy("Device"), max_length=31, initial="laptop", widget=UnfoldAdminTextInputWidget
    )
    servers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Servers"), widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: as long as keys may be valid. A contractor's key ends on a day."),
    )
    mails_link = forms.BooleanField(
        label=gettext_lazy("Mail the person a link that works once"),
        required=False,
        initial=True,
        widget=UnfoldBooleanWidget,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        servers = {str(each.pk): each for each in _servers()}
        signers = {each.authority.signer for each in servers.values() if each.authority}
        super().__init__(*args, asks=SignerKind.PASSPHRASE in signers, **kwargs)
        person, chosen = self.fields["person"], cast(Any, self.fields["servers"])
        cast(Any, person).queryset = User.objects.active()
        looks = {"class": "unfold-admin-autocomplete admin-autocomplete", "data-theme": "admin-autocomplete"}
        person.widget = AutocompleteSelect(Device._meta.get_field("owner"), admin.site, attrs=looks)
        person.widget.choices = cast(Any, person).choices
        chosen.choices, chosen.coerce = [(key, each.name) for key, each in servers.items()], servers.__getitem__
        if len(servers) == 1:
            chosen.initial = list(servers)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        person, login = cleaned.get("person"), cleaned.get("login", "").strip()
        if person is None and login:
            person = cleaned["person"] = holder_of(login)
        if person is None:
            self.add_error(
                "person", _("Say whose key it is: choose a person, or type the login of somebody who has one.")
            )
        elif not login:
            login = login_for(person)
            if not login:
                self.add_error("login", _("Type a login: no good one can be made of the person's address."))
        cleaned["login"] = login
        return cleaned


class RenewForm(PassphraseForm):
    until = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=UnfoldAdminTextInputWidget(attrs={"type": "date"})
    )
    is_at_once = forms.BooleanField(
        label=gettext_lazy("The old key ends at once"), required=False, widget=UnfoldBooleanWidget
    )

    def __init__(self, *args: Any, key: Key, **kwargs: Any) -> None:
        asking = Server.objects.filter(accesses__key=key, authority__signer=SignerKind.PASSPHRASE)
        super().__init__(*args, asks=asking.exists(), **kwargs)


class RevokeForm(PassphraseForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), choices=Reason.choices, initial=Reason.UNSPECIFIED, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, key: Key, **kwargs: Any) -> None:
        asks = key.authority is not None and key.authority.signer == SignerKind.PASSPHRASE
        super().__init__(*args, asks=asks, **kwargs)


class AnswerForm(forms.Form):
    """Why a request is refused."""

    answer = forms.CharField(label=gettext_lazy("Why not"), max_length=500, widget=UnfoldAdminTextareaWidget)


def initial_for(request: KeyRequest) -> dict[str, Any]:
    """The issue page filled in from a request."""
    return {
        "person": request.person_id,
        "login": login_for(request.person),
        "device": request.device_name,
        "servers": [request.server_id],
        "until": request.until.isoformat() if request.until else None,
    }
