"""Form fields for texts in every language of the program."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

NAMES = {"en": "English", "ru": "Русский"}


def _names() -> list[str]:
    """The languages of the program, each in its own words, in the order of their controls."""
    return [NAMES.get(code, code) for code, _name in settings.LANGUAGES]


class WordsWidget(forms.MultiWidget):
    """One control for each language, each saying which."""

    def __init__(self, control: type[forms.Widget] = UnfoldAdminTextInputWidget) -> None:
        codes = [code for code, _name in settings.LANGUAGES]
        attributes = [{"placeholder": name, "aria-label": name} for name in _names()]
        super().__init__({code: control(attrs=each) for code, each in zip(codes, attributes, strict=True)})

    def decompress(self, value: Any) -> list[str]:
        words = value if isinstance(value, dict) else {}
        return [words.get(code, "") for code, _name in settings.LANGUAGES]


class WordsField(forms.MultiValueField):
    """A text by the code of its language; what is empty is left out. One that is required needs the program's own
    language at least."""

    def __init__(self, *, longest: int, is_long: bool = False, required: bool = True, **options: Any) -> None:
        fields = [forms.CharField(max_length=longest, required=False) for _code in settings.LANGUAGES]
        control = UnfoldAdminTextareaWidget if is_long else UnfoldAdminTextInputWidget
        self.is_needed = required
        order = format_lazy("{words} {names}.", words=gettext_lazy("In this order:"), names=", ".join(_names()))
        said = options.pop("help_text", "")
        options["help_text"] = format_lazy("{said} {order}", said=said, order=order) if said else order
        super().__init__(fields, require_all_fields=False, required=False, widget=WordsWidget(control), **options)

    def compress(self, data_list: list[str]) -> dict[str, str]:
        codes = [code for code, _name in settings.LANGUAGES]
        return {code: text for code, text in zip(codes, data_list or [], strict=False) if text}

    def clean(self, value: Any) -> dict[str, str]:
        words: dict[str, str] = super().clean(value) or {}
        if self.is_needed and settings.LANGUAGE_CODE not in words:
            own = NAMES.get(settings.LANGUAGE_CODE, settings.LANGUAGE_CODE)
            raise forms.ValidationError(_("Write it at least in this language: %(language)s.") % {"language": own})
        return words
