"""Words that are to be masked."""

from django import forms
from django.utils.translation import gettext_lazy as _


class MaskingForm(forms.Form):
    """The words one a line; `whole` when they are one piece of several lines."""

    words = forms.CharField(
        label=_("Words to mask"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("As they stand in the message, each on a line of its own."),
    )
    whole = forms.BooleanField(label=_("These lines are one piece, such as a key"), required=False)
    elsewhere = forms.BooleanField(label=_("Mask them in the other messages of this ticket too"), required=False)

    def pieces(self) -> list[str]:
        """What is to be masked; of a valid form."""
        words: str = self.cleaned_data["words"].replace("\r\n", "\n")
        return [words] if self.cleaned_data["whole"] else words.split("\n")
