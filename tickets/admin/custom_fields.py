"""Fields of categories."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from helpdesk.journal.administration import JournalledAdmin
from tickets.admin.words import WordsField
from tickets.enums import FieldKind
from tickets.fields.values import NO, YES
from tickets.models import CustomField

_WORD = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
WITH_CHOICES = (FieldKind.CHOICE, FieldKind.SEVERAL)
MOST_CHOICES = 100


class ChoicesField(forms.CharField):
    """One choice a line: `word | English | Русский`. Cleans to what the model keeps."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        codes = [code for code, _name in settings.LANGUAGES]
        return "\n".join(" | ".join([each["word"], *(each["label"].get(code, "") for code in codes)]) for each in value)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        found = [_choice(line) for line in str(super().clean(value)).splitlines() if line.strip()]
        words = [each["word"] for each in found]
        if len(words) != len(set(words)):
            raise ValidationError(_("Each choice needs a word of its own."))
        if len(found) > MOST_CHOICES:
            raise ValidationError(_("At most %(most)d choices: more than that nobody reads.") % {"most": MOST_CHOICES})
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class WordListField(forms.CharField):
    """Words with commas between."""

    widget = UnfoldAdminTextInputWidget

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        return list(dict.fromkeys(str(super().clean(value)).replace(",", " ").split()))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(self.prepare_value(initial), data))


class CustomFieldForm(forms.ModelForm):
    label = WordsField(label=gettext_lazy("Label"), longest=100)
    help = WordsField(
        label=gettext_lazy("Help"),
        longest=500,
        required=False,
        help_text=gettext_lazy("Stands under the field: where to find it, what it is good for."),
    )
    choices = ChoicesField(
        label=gettext_lazy("Choices"),
        required=False,
        help_text=gettext_lazy("One a line: its word, then what people read in each language, with “|” between."),
    )
    shown_values = WordListField(
        label=gettext_lazy("has one of"),
        required=False,
        help_text=gettext_lazy("Words of its choices, or “yes” or “no”, with commas between."),
    )

    class Meta:
        model = CustomField
        fields = (
            "key",
            "categories",
            "kind",
            "label",
            "help",
            "choices",
            "at_least",
            "at_most",
            "is_for_customers",
            "is_required_for_customers",
            "is_required_to_resolve",
            "shown_when",
            "shown_values",
            "position",
            "is_active",
        )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        said = self.cleaned_data
        if said.get("kind") in WITH_CHOICES and "choices" in said and not said["choices"]:
            self.add_error("choices", _("Say what can be chosen."))
        if said.get("is_required_for_customers") and not said.get("is_for_customers"):
            self.add_error("is_required_for_customers", _("Customers can’t fill in what they are not shown."))
        if (other := said.get("shown_when")) is not None:
            self._clean_condition(other, said)
        return cleaned

    def _clean_condition(self, other: CustomField, said: dict[str, Any]) -> None:
        words = _words_of(other)
        if not words:
            self.add_error("shown_when", _("Choose a field with choices, or one of yes and no."))
        elif not said.get("shown_values") or not set(said["shown_values"]) <= set(words):
            self.add_error("shown_values", _("Say at least one of these: %(words)s.") % {"words": ", ".join(words)})
        if _waits_for(other, self.instance):
            self.add_error("shown_when", _("These fields would wait for each other: choose one that does not."))
        missing = set(said.get("categories") or ()) - set(other.categories.all())
        if missing:
            names = ", ".join(sorted(map(str, missing)))
            self.add_error(
                "shown_when", _("“%(field)s” is not asked in: %(names)s.") % {"field": other, "names": names}
            )


@admin.register(CustomField)
class CustomFieldAdmin(JournalledAdmin):
    """A field is switched off, never deleted, and its word stays: tickets keep their values under it."""

    form = CustomFieldForm
    fields = CustomFieldForm.Meta.fields
    list_display = ("__str__", "key", "kind", "is_for_customers", "shown_when", "position", "is_active")
    list_select_related = ("shown_when",)
    list_filter = ("is_active", "categories", "kind")
    ordering = ("position", "pk")
    filter_horizontal = ("categories",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key",) if obj else ()


def _choice(line: str) -> dict[str, Any]:
    word, *labels = (part.strip() for part in line.split("|"))
    if not _WORD.fullmatch(word):
        sentence = _("“%(word)s” is no word of a choice: small Latin letters, digits, “-” and “_”.")
        raise ValidationError(sentence % {"word": word})
    codes = [code for code, _name in settings.LANGUAGES]
    told = {code: label for code, label in zip(codes, labels, strict=False) if label}
    return {"word": word, "label": told or {settings.LANGUAGE_CODE: word}}


def _words_of(field: CustomField) -> list[str]:
    if field.kind == FieldKind.YES_NO:
        return [YES, NO]
    return [each["word"] for each in field.choices] if field.kind in WITH_CHOICES else []


def _waits_for(field: CustomField | None, one: CustomField) -> bool:
    """Whether showing `field` hangs on `one`, at whatever distance."""
    seen: set[int] = set()
    while field is not None and field.pk not in seen:
        if field.pk == one.pk:
            return True
        seen.add(field.pk)
        field = field.shown_when
    return False
