"""What people write in the chat."""

from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.core.file_fields import FilesField, UploadsField

LONGEST = 100_000
"""More than the actions take, so that what is too long comes back whole."""


class LineForm(forms.Form):
    """`body` or a file is enough; `key` tells the same form sent twice from two forms."""

    body = forms.CharField(max_length=LONGEST, required=False, strip=False)
    attachments = FilesField(required=False)
    file = UploadsField(required=False)
    key = forms.UUIDField(required=False)

    def clean_key(self) -> UUID:
        """A form without one gets its own, so that an action that is done again after a lost race writes once."""
        return self.cleaned_data["key"] or uuid4()

    @property
    def uploads(self) -> list[UUID]:
        """The files sent ahead, as far as they can be read."""
        found: list[UUID] = getattr(self, "cleaned_data", {}).get("file", [])
        return found

    @property
    def all_errors(self) -> list[str]:
        """Every error as a sentence."""
        return [str(error) for errors in self.errors.values() for error in errors]


class EditForm(forms.Form):
    """A line written anew; `version` is that of the line which is changed."""

    text = forms.CharField(
        label=_("Line"),
        strip=False,
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "data-autosize": True}),
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
