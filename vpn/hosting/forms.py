"""What people say of entries, secrets and reveals."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability, role_has
from helpdesk.accounts.enums import CUSTOMER_ROLES, Role
from helpdesk.accounts.models import Organisation, User
from vpn.hosting.actions.entries import LONGEST_NOTES, EntryDetails, details_of
from vpn.hosting.actions.places import NewPlace
from vpn.hosting.actions.reveals import LONGEST_REASON
from vpn.hosting.actions.secrets import LONGEST_LABEL, LONGEST_VALUE
from vpn.hosting.enums import EntryKind, SecretKind
from vpn.hosting.models import Entry

_LONG = {"rows": 3, "data-autosize": ""}


def _value_field() -> forms.CharField:
    """The secret itself: nothing of it comes back in a page, whatever else is wrong with the form."""
    return forms.CharField(
        label=_("Secret"),
        max_length=LONGEST_VALUE,
        strip=False,
        widget=SecretInput(attrs={"rows": 2, "autocomplete": "off", "spellcheck": "false", "class": "input mono"}),
        help_text=_("A password, a token or a whole key. It is sealed at once."),
    )


class SecretInput(forms.Textarea):
    """Never shows what was typed: a form that comes back asks for it again."""

    def format_value(self, value: Any) -> None:
        return None


class EntryForm(forms.Form):
    """All that keepers say of an entry; of a new one also whose it is."""

    organisation = forms.CharField(
        label=_("Organisation"), max_length=200, help_text=_("Its name, as it stands in the list.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=EntryKind.choices)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=200)
    host = forms.CharField(label=_("Host"), max_length=255, required=False, help_text=_("A name or an IP address."))
    url = forms.CharField(
        label=_("Address"), max_length=1000, required=False, help_text=_("Of its page: https://panel.shop.example")
    )
    login = forms.CharField(label=_("Login"), max_length=200, required=False)
    how_to_get_there = forms.CharField(
        label=_("How to get there"),
        required=False,
        max_length=LONGEST_NOTES,
        widget=forms.Textarea(attrs=_LONG),
        help_text=_("By which VPN, over which host, from which network."),
    )
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=LONGEST_NOTES,
        widget=forms.Textarea(attrs=_LONG),
        help_text=_("Whoever sees the entry reads them: keep secrets below, where they are sealed."),
    )
    needs_proof = forms.BooleanField(
        label=_("Ask for a fresh proof"),
        required=False,
        help_text=_("Whoever reveals a secret gives their password or second factor once more."),
    )
    needs_four_eyes = forms.BooleanField(
        label=_("Ask a second person"),
        required=False,
        help_text=_("Somebody else who keeps the vault approves each reveal."),
    )

    def __init__(self, *args: Any, entry: Entry | None = None, **kwargs: Any) -> None:
        if entry is not None:
            said = details_of(entry)
            kwargs.setdefault("initial", {name: getattr(said, name) for name in EntryDetails.__slots__})
        super().__init__(*args, **kwargs)
        if entry is not None:
            del self.fields["organisation"]

    def clean_organisation(self) -> Organisation:
        """The organisation of that name; a name that nobody has is told, not made up."""
        found = Organisation.objects.filter(name__iexact=self.cleaned_data["organisation"].strip()).order_by("pk")
        if (first := found.first()) is None:
            raise forms.ValidationError(
                gettext("There is no organisation of this name. Add it to the organisations first.")
            )
        return first

    def details(self) -> EntryDetails:
        """What was said, of a valid form."""
        return EntryDetails(**{name: self.cleaned_data[name] for name in EntryDetails.__slots__})


class SecretForm(forms.Form):
    """A secret for an entry."""

    kind = forms.ChoiceField(label=_("Kind"), choices=SecretKind.choices)
    label = forms.CharField(
        label=_("Label"), max_length=LONGEST_LABEL, help_text=_("What it opens: root, database, panel.")
    )
    value = _value_field()


class PlaceForm(SecretForm):
    """A place that a customer hands over, with its first secret."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"), max_length=200, help_text=_("For example: our shop's server")
    )
    place = forms.ChoiceField(label=_("Kind"), choices=EntryKind.choices)
    host = forms.CharField(label=_("Host"), max_length=255, required=False, help_text=_("A name or an IP address."))
    login = forms.CharField(label=_("Login"), max_length=200, required=False)

    def new_place(self) -> NewPlace:
        """Of a valid form."""
        said = self.cleaned_data
        return NewPlace(said["place"], said["name"], said["host"], said["login"])


class DropForm(forms.Form):
    """A secret that comes by a link."""

    kind = forms.ChoiceField(label=_("Kind"), choices=SecretKind.choices)
    value = _value_field()


class ReasonForm(forms.Form):
    """Why somebody reveals a secret; with the ticket it is for, if any."""

    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, help_text=_("The customer reads it in their cabinet.")
    )
    ticket = forms.IntegerField(label=_("Ticket"), required=False, min_value=1, max_value=2**31 - 1)


class GrantForm(forms.Form):
    """Whom an entry is opened to, until when and why."""

    user = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())
    until = forms.DateField(
        label=_("Until the end of"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=_("Reason"), max_length=LONGEST_REASON)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [
            role for role in Role.values if role not in CUSTOMER_ROLES and not role_has(role, Capability.SEE_VAULT)
        ]
        people = self.fields["user"]
        assert isinstance(people, forms.ModelChoiceField), "the field is a choice of people"
        people.queryset = User.objects.active().filter(role__in=roles).order_by("name", "pk")

    def end(self) -> datetime:
        """The end of that day where the person is, of a valid form."""
        day = self.cleaned_data["until"] + timedelta(days=1)
        return timezone.make_aware(datetime.combine(day, time.min))


class LinkForm(forms.Form):
    """What a customer is asked for by a link; without an entry also whose it is."""

    organisation = forms.CharField(
        label=_("Organisation"), max_length=200, help_text=_("Its name, as it stands in the list.")
    )
    asked = forms.CharField(
        label=_("What we ask for"), max_length=LONGEST_LABEL, help_text=_("For example: the password of the panel")
    )
    ticket = forms.IntegerField(label=_("Ticket"), required=False, min_value=1, max_value=2**31 - 1)

    clean_organisation = EntryForm.clean_organisation


class AskForm(LinkForm):
    """The same for an entry that is known."""

    organisation = None  # type: ignore[assignment]
    clean_organisation = None  # type: ignore[assignment]


class DayForm(forms.Form):
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
