"""The words of a note, written anew."""

from django import forms
from django.utils.translation import gettext_lazy as _


class NoteTextForm(forms.Form):
    """`version` is that of the note which is changed."""

    text = forms.CharField(
        label=_("Note"),
        strip=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 10, "data-autosize": True}),
        error_messages={"required": _("A note needs words: write some, or delete it.")},
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """With the line ends that notes have."""
        text: str = self.cleaned_data["text"]
        return text.replace("\r\n", "\n")
