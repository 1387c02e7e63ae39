"""Forms that ask what a request is about: a category first, then the fields of it that are shown."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _

from tickets.enums import FieldKind
from tickets.fields import Definition, Definitions, FieldErrors, candidates, in_words, raw_of, shown, validated
from tickets.fields.values import LONGEST, NO, YES

PREFIX = "field."
SHOW = "show"
"""The name of the button that asks for the form again with the fields of what was chosen; it sends nothing off."""


class Value(forms.Field):
    """What was said for a field, as it was said: whether it may be kept is the whole form's question."""

    def validate(self, value: Any) -> None:
        """`tickets.fields.validated` does."""


class DescribedForm(forms.Form):
    """`category` and, named `field.<key>`, the fields of it that are shown with what was said so far.

    `asked` are the words of an address, or of a form that asks for its fields and is not sent yet: nothing is wrong in
    it. A valid form has `category_word` and `said`.
    """

    category = Value(required=False)
    help_of_category = ""

    def __init__(
        self,
        data: QueryDict | None = None,
        files: Any = None,
        *,
        definitions: Definitions,
        to_staff: bool,
        asked: QueryDict | None = None,
        before: Mapping[str, Any] | None = None,
        category: str = "",
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, initial={**(asked.dict() if asked else {}), **(initial or {})})
        self._definitions, self._to_staff, self._before = definitions, to_staff, before or {}
        source = data if data is not None else asked
        self._source = source if source is not None else QueryDict()
        self._ask(source.get("category", category) if source is not None else category)

    def _ask(self, word: str) -> None:
        offered = self._definitions.offered(to_staff=self._to_staff)
        known = self._definitions.category_called(word)
        if known and known not in offered and self._to_staff and not known.is_active:
            offered.append(known)
        chosen = known if known in offered else None
        self.category_word = chosen.key if chosen else ""
        self._fields = self._definitions.fields_of(chosen.pk) if chosen else []
        self._reachable = [each for each in self._fields if self._to_staff or each.is_for_customers]
        self.said = self._read_said()
        if not offered:
            del self.fields["category"]
            return
        self.help_of_category = chosen.help if chosen else ""
        nothing = _("No category") if self._to_staff else _("Something else")
        control = forms.Select(choices=[("", nothing), *((each.key, each.name) for each in offered)])
        control.attrs["data-asks"] = True
        self.fields["category"].widget = control
        self.fields["category"].label = _("Category") if self._to_staff else _("What is it about?")
        self.initial["category"] = self.category_word
        self._add_fields()

    def _add_fields(self) -> None:
        values, _wrong = candidates(self._reachable, self.said, self._before)
        asking = {field.shown_when for field in self._fields}
        for field in shown(self._fields, values):
            if field not in self._reachable:
                continue
            made = _form_field(field, self._before.get(field.key), to_staff=self._to_staff)
            made.initial = self.said.get(field.key, raw_of(field, self._before.get(field.key)))
            if field.key in asking:
                made.widget.attrs["data-asks"] = True
            self.fields[f"{PREFIX}{field.key}"] = made

    def _read_said(self) -> dict[str, object]:
        """What the form says of the category's fields; those it does not name stay as they are. A group of boxes of
        which none is ticked names nothing, so the form says beside it that it was there."""
        found: dict[str, object] = {}
        for field in self._reachable:
            name = f"{PREFIX}{field.key}"
            if field.kind == FieldKind.SEVERAL:
                if name in self._source or name in self._source.getlist("group"):
                    found[field.key] = self._source.getlist(name)
            elif name in self._source:
                found[field.key] = self._source.get(name)
        return found

    @property
    def bound_fields(self) -> list[BoundField]:
        """The category's fields, in order."""
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    @property
    def says_optional(self) -> bool:
        """Staff need fill in nothing, and know."""
        return not self._to_staff

    @property
    def groups(self) -> list[str]:
        """The names of those that are groups of boxes."""
        return [each.name for each in self.bound_fields if each.use_fieldset]

    def clean(self) -> dict[str, Any] | None:
        """The same question that the action asks again under its lock; here each field learns what is wrong."""
        cleaned = super().clean()
        if self.data.get("category") and not self.category_word:
            self.add_error("category" if "category" in self.fields else None, _("There is no such category."))
        try:
            validated(self._fields, said=self.said, before=self._before, by_staff=self._to_staff)
        except FieldErrors as refusal:
            for key, sentence in refusal.by_key.items():
                name = f"{PREFIX}{key}"
                self.add_error(name if name in self.fields else None, sentence)
        return cleaned


def _form_field(field: Definition, value: Any, *, to_staff: bool) -> forms.Field:
    is_required = field.is_required_for_customers and not to_staff
    helps = [
        field.help,
        _("Needed before the ticket is resolved.") if to_staff and field.is_required_to_resolve else "",
    ]
    return Value(
        label=field.label, help_text=" ".join(filter(None, helps)), required=is_required, widget=_widget(field, value)
    )


def _widget(field: Definition, value: Any) -> forms.Widget:
    """Text fields for numbers and addresses: whatever was typed comes back, also when it is wrong."""
    longest = LONGEST.get(field.kind, 0)
    if field.kind == FieldKind.LONG_TEXT:
        return forms.Textarea(attrs={"rows": 3, "data-autosize": True, "maxlength": longest})
    if field.kind == FieldKind.YES_NO:
        return forms.Select(choices=[("", "–"), (YES, _("Yes")), (NO, _("No"))])
    if field.kind in (FieldKind.CHOICE, FieldKind.SEVERAL):
        offered = [(option.word, in_words(option.labels)) for option in field.options]
        known = {word for word, _label in offered}
        kept = raw_of(field, value)
        gone = [word for word in ([kept] if isinstance(kept, str) else kept) if word and word not in known]
        choices = [*offered, *((word, _("%(choice)s (no longer offered)") % {"choice": word}) for word in gone)]
        if field.kind == FieldKind.SEVERAL:
            return forms.CheckboxSelectMultiple(choices=choices)
        return forms.Select(choices=[("", "–"), *choices])
    if field.kind == FieldKind.DATE:
        return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    modes = {FieldKind.WHOLE: "numeric", FieldKind.DECIMAL: "decimal", FieldKind.LINK: "url", FieldKind.EMAIL: "email"}
    attributes: dict[str, Any] = {"inputmode": modes[field.kind]} if field.kind in modes else {}
    return forms.TextInput(attrs=attributes | ({"maxlength": longest} if longest else {}))


class FieldsForm(DescribedForm):
    """What a ticket is about, changed by staff. `seen` is the mark of what they saw."""

    seen_mark = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
