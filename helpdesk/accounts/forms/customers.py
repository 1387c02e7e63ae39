"""A person, an organisation, a note: what staff write down of customers."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.actions.details import LONGEST_NAME, LONGEST_NOTES, Details, OrganisationDetails
from helpdesk.accounts.actions.notes import LONGEST_NOTE
from helpdesk.accounts.enums import ContactKind, Role
from helpdesk.accounts.models import Organisation, User


class PersonForm(forms.Form):
    """All that staff say of a customer; of a new one their address and number as well."""

    name = forms.CharField(label=_("Full name"), max_length=LONGEST_NAME)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    organisation = forms.CharField(
        label=_("Organisation"), max_length=200, required=False, help_text=_("Its name, as it stands in the list.")
    )
    role = forms.ChoiceField(label=_("Sees in the cabinet"), choices=[], initial=Role.CUSTOMER.value)
    language = forms.ChoiceField(label=_("Language"), choices=[], required=False)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[], required=False)
    notes = forms.CharField(
        label=_("Important"),
        required=False,
        max_length=LONGEST_NOTES,
        widget=forms.Textarea(attrs={"rows": 3, "data-autosize": ""}),
        help_text=_("What everybody must know before answering. It stands beside each of their tickets."),
    )

    def __init__(self, *args: Any, person: User | None = None, **kwargs: Any) -> None:
        if person is not None:
            kwargs.setdefault("initial", _of_person(person))
        super().__init__(*args, **kwargs)
        if person is not None:
            del self.fields["email"], self.fields["phone"]
        seen = [
            (Role.CUSTOMER.value, _("Their own requests")),
            (Role.CUSTOMER_MANAGER.value, _("Every request of their organisation")),
        ]
        self._choices("role", seen)
        self._choices("language", [("", _("As their browser asks")), *settings.LANGUAGES])
        self._choices(
            "time_zone", [("", _("That of this installation")), *((z, z) for z in sorted(available_timezones()))]
        )

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField), "the field is a choice"
        field.choices = choices

    def clean_organisation(self) -> Organisation | None:
        """The organisation of that name; a name that nobody has is told, not made up."""
        name = self.cleaned_data["organisation"].strip()
        if not name:
            return None
        found = Organisation.objects.filter(name__iexact=name).order_by("pk").first()
        if found is None:
            raise forms.ValidationError(
                gettext("There is no organisation of this name. Add it to the organisations first.")
            )
        return found

    def details(self) -> Details:
        """What was said, of a valid form."""
        return Details(**{name: self.cleaned_data[name] for name in Details.__slots__})


class OrganisationForm(forms.Form):
    """All that staff say of a client company."""

    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME)
    domains = forms.CharField(
        label=_("Mail domains"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "data-autosize": ""}),
        help_text=_("Whoever writes from one of these joins the organisation, for example: shop.example"),
    )
    notes = forms.CharField(
        label=_("Important"),
        required=False,
        max_length=LONGEST_NOTES,
        widget=forms.Textarea(attrs={"rows": 3, "data-autosize": ""}),
        help_text=_("What everybody must know before answering."),
    )

    def __init__(self, *args: Any, organisation: Organisation | None = None, **kwargs: Any) -> None:
        if organisation is not None:
            initial = {
                "name": organisation.name,
                "domains": "\n".join(organisation.domains),
                "notes": organisation.notes,
            }
            kwargs.setdefault("initial", initial)
        super().__init__(*args, **kwargs)

    def details(self) -> OrganisationDetails:
        """What was said, of a valid form."""
        said = self.cleaned_data
        domains = said["domains"].replace(",", " ").replace(";", " ").split()
        return OrganisationDetails(said["name"], domains, said["notes"])


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"), max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 3, "data-autosize": ""})
    )


class ContactForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=ContactKind.choices)
    value = forms.CharField(label=_("Address or number"), max_length=254)


def _of_person(person: User) -> dict[str, Any]:
    return {
        "name": person.name,
        "organisation": person.organisation.name if person.organisation else "",
        "role": person.role,
        "language": person.language,
        "time_zone": person.time_zone,
        "notes": person.notes,
    }
