"""The name of a saved view, and for whom it is."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import User
from tickets.actions.saved_views import LONGEST_NAME
from tickets.forms.audience import AudienceForm
from tickets.models import SavedView


class SavedViewForm(AudienceForm):
    """`cleaned_data` holds name, audience and team."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, help_text=_("So it is called on the left, under “All tickets”.")
    )

    def __init__(self, data: QueryDict | None = None, *, by: User, view: SavedView | None = None) -> None:
        super().__init__(data, by=by, kept=view, initial={"name": view.name} if view else None)
