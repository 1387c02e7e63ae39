"""A request that staff write down for a customer."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Team, User
from helpdesk.core.file_fields import FilesField
from tickets.enums import Priority
from tickets.forms.described import DescribedForm
from tickets.models import Ticket
from tickets.queries import teams_for


class NewTicketForm(DescribedForm):
    """Who asked for what; the customer is known by their address, or is new with it."""

    email = forms.EmailField(
        label=_("Customer’s e-mail"), max_length=254, help_text=_("Somebody new is remembered under this address.")
    )
    name = forms.CharField(label=_("Customer’s name"), max_length=200, required=False)
    subject = forms.CharField(label=_("Subject"), max_length=500, help_text=_("One line that says what it is about."))
    body = forms.CharField(label=_("What they said"), widget=forms.Textarea(attrs={"rows": 8, "data-autosize": True}))
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )
    priority = forms.TypedChoiceField(
        label=_("Priority"), coerce=int, choices=Priority.choices, initial=Priority.NORMAL.value
    )
    is_mine = forms.BooleanField(label=_("Assign it to me"), required=False)
    attachments = FilesField(label=_("Files"), required=False)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    follows = forms.ModelChoiceField(
        queryset=Ticket.objects.none(), to_field_name="number", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, to_staff=True, **kwargs)
        self.fields["follows"].queryset = Ticket.objects.visible_to(by)  # type: ignore[attr-defined]
        self.fields["team"].queryset = teams_for(by).filter(is_active=True)  # type: ignore[attr-defined]

    def clean_key(self) -> UUID:
        """A form without one gets its own, so that an action that is done again after a lost race writes once."""
        return self.cleaned_data["key"] or uuid4()
