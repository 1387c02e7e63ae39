"""How it was, in the requester's eyes."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.actions.rating import LONGEST_WORDS
from tickets.enums import Score
from tickets.models import Survey

CHOICES = [(score.value, score.label) for score in reversed(Score)]


class RatingForm(forms.Form):
    """One of three, and a word if they like."""

    score = forms.TypedChoiceField(
        label=_("How was it?"), choices=CHOICES, coerce=int, widget=forms.RadioSelect(attrs={"class": "rating-choice"})
    )
    words = forms.CharField(
        label=_("A word about it"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3, "data-autosize": True}),
    )

    @classmethod
    def of(cls, survey: Survey | None, *, chosen: str = "") -> "RatingForm":
        """The form with what was said before; `chosen` is the answer that a link carried."""
        known: dict[str, Any] = {"score": survey.score, "words": survey.words} if survey else {}
        if chosen in {str(score) for score in Score.values}:
            known["score"] = int(chosen)
        return cls(initial=known)
