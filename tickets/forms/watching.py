"""Of what a person wants to be told on the tickets they watch."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.enums import News


class WatchingForm(forms.Form):
    """The kinds that are ticked; none of them is a choice as well."""

    kinds = forms.MultipleChoiceField(
        label=_("Tell me by mail when on a ticket that I watch"),
        choices=[(kind.value, kind.label) for kind in News.of_watched()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
