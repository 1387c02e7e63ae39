"""What people say of doors and temporary accesses."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability, role_has
from helpdesk.accounts.enums import CUSTOMER_ROLES, Role
from helpdesk.accounts.models import User
from vpn.hosting.actions.doors import LONGEST_AUTHORITY, LONGEST_OPTION, DoorDetails
from vpn.hosting.actions.reveals import LONGEST_REASON
from vpn.hosting.connectors import connectors
from vpn.hosting.models import Entry, EntryDoor, Secret
from vpn.hosting.permissions import can_keep_vault

LASTING = [
    ("1", _("1 hour")),
    ("4", _("4 hours")),
    ("8", _("8 hours")),
    ("24", _("1 day")),
    ("72", _("3 days")),
    ("168", _("7 days")),
]
_PEM = {"rows": 3, "spellcheck": "false", "class": "input mono"}


class SecretChoice(forms.ModelChoiceField):
    """Secrets by their labels."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} ({obj.get_kind_display()})"


class DoorForm(forms.Form):
    """Where the program comes in, and as whom. The options of all connectors stand in it, each with the words for
    which kind it is."""

    connector = forms.ChoiceField(label=_("Kind"))
    address = forms.CharField(label=_("Address"), max_length=500)
    login = forms.CharField(label=_("Login"), max_length=200, required=False)
    secret = SecretChoice(
        label=_("Secret"),
        queryset=Secret.objects.none(),
        help_text=_("One of this entry's. Each time that it is used stands among its reveals."),
    )
    authority = forms.CharField(
        label=_("Authority's certificate"),
        required=False,
        max_length=LONGEST_AUTHORITY,
        widget=forms.Textarea(attrs=_PEM),
        help_text=_("PEM, where the panel's certificate is not of a public authority. It is checked in any case."),
    )

    def __init__(self, *args: Any, entry: Entry, door: EntryDoor | None = None, **kwargs: Any) -> None:
        if door is not None:
            initial = {name: getattr(door, name) for name in ("connector", "address", "login", "secret", "authority")}
            initial |= {f"option_{name}": value for name, value in door.options.items()}
            kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)
        known = connectors()
        kinds, secrets = self.fields["connector"], self.fields["secret"]
        assert isinstance(kinds, forms.ChoiceField) and isinstance(secrets, forms.ModelChoiceField), "as declared"
        kinds.choices = [(name, each.label) for name, each in known.items()]
        secrets.queryset = entry.secrets.kept().without_values()
        self.fields["address"].help_text = ", ".join(each.example for each in known.values())
        for connector in known.values():
            for option in connector.options:
                self.fields[f"option_{option.name}"] = forms.CharField(
                    label=f"{connector.label}: {option.label}",
                    max_length=LONGEST_OPTION,
                    required=False,
                    help_text=option.help,
                )

    @property
    def option_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("option_")]

    def details(self) -> DoorDetails:
        """What was said, of a valid form."""
        said = self.cleaned_data
        options = {
            name.removeprefix("option_"): value for name, value in said.items() if name.startswith("option_") and value
        }
        return DoorDetails(
            connector=said["connector"],
            address=said["address"],
            login=said["login"],
            secret=said["secret"],
            authority=said["authority"],
            options=options,
        )


class AccessForm(forms.Form):
    """Which door, for how long, why; by keepers also for whom."""

    door = forms.ModelChoiceField(label=_("Where"), queryset=EntryDoor.objects.none(), empty_label=None)
    hours = forms.ChoiceField(label=_("For how long"), choices=LASTING, initial="4")
    for_whom = forms.ModelChoiceField(label=_("For"), queryset=User.objects.none(), empty_label=None)
    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, help_text=_("The customer reads it in their cabinet.")
    )
    ticket = forms.IntegerField(label=_("Ticket"), required=False, min_value=1, max_value=2**31 - 1)

    def __init__(self, *args: Any, entry: Entry, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"for_whom": user.pk} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        doors = self.fields["door"]
        assert isinstance(doors, forms.ModelChoiceField), "as declared"
        doors.queryset = EntryDoor.objects.kept().filter(entry=entry)
        if not can_keep_vault(user):
            del self.fields["for_whom"]
            return
        staff = [role for role in Role.values if role not in CUSTOMER_ROLES and role_has(role, Capability.ENTER_DESK)]
        people = self.fields["for_whom"]
        assert isinstance(people, forms.ModelChoiceField), "as declared"
        people.queryset = User.objects.active().filter(role__in=staff).order_by("name", "pk")

    @property
    def lasting(self) -> timedelta:
        return timedelta(hours=int(self.cleaned_data["hours"]))
