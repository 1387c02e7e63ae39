"""What is said of secrets that are moved out of a message."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tickets.actions.masking import LONGEST
from tickets.actions.small_texts import small_texts
from tickets.models import Attachment, Message
from vpn.hosting.actions.moving import Attached, Written
from vpn.hosting.actions.places import NewPlace
from vpn.hosting.actions.secrets import LONGEST_LABEL
from vpn.hosting.detecting import MOST_FOUND, holds_secret, secrets_in
from vpn.hosting.enums import EntryKind, SecretKind
from vpn.hosting.models import Entry
from vpn.hosting.surroundings import Found

MOST_CHOICES = 200


class WrittenForm(forms.Form):
    """One secret of the message. The value stands in the message beside it, so it may come back in the page."""

    is_chosen = forms.BooleanField(label=_("Move and mask this"), required=False)
    value = forms.CharField(
        label=_("As it stands in the message"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 1, "autocomplete": "off", "spellcheck": "false", "class": "input mono"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=SecretKind.choices)
    label = forms.CharField(
        label=_("Label"), required=False, max_length=LONGEST_LABEL, help_text=_("What it opens: root, database, panel.")
    )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("is_chosen"):
            for name in ("value", "label"):
                if not said.get(name, "").strip() and name not in self.errors:
                    self.add_error(name, gettext("This is needed of what is moved."))
        return said


class AttachedForm(forms.Form):
    """One small file of the message. Its text is not on the page."""

    is_chosen = forms.BooleanField(label=_("Move this file and take it out of the message"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=SecretKind.choices)
    label = forms.CharField(label=_("Label"), max_length=LONGEST_LABEL)

    def __init__(self, data: Any = None, *, file: Attachment, text: str) -> None:
        self.file = file
        is_key = "PRIVATE KEY" in text or text.startswith("PuTTY-User-Key-File-")
        looks = holds_secret(text)
        kind = SecretKind.SSH_KEY if is_key else SecretKind.OTHER
        initial = {"is_chosen": looks, "kind": kind, "label": file.filename[:LONGEST_LABEL]}
        super().__init__(data, prefix=f"f-{file.pk}", initial=initial)


class MovingForm(forms.Form):
    """The secrets that were found in a message, one row for one that was not, and where they go."""

    entry = forms.ModelChoiceField(
        label=_("Entry"), queryset=Entry.objects.none(), required=False, empty_label=_("A new entry")
    )
    place = forms.ChoiceField(label=_("Kind"), choices=EntryKind.choices)
    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=200, required=False)
    host = forms.CharField(label=_("Host"), max_length=255, required=False)
    login = forms.CharField(label=_("Login"), max_length=200, required=False)
    elsewhere = forms.BooleanField(label=_("Mask them in the other messages of this ticket too"), required=False)

    def __init__(self, data: Any = None, *, message: Message, entries: QuerySet[Entry]) -> None:
        found = secrets_in(message.text, message.folds) or secrets_in(message.subject)
        first = found[0] if found else None
        known = entries.filter(host=first.host).order_by("pk").first() if first and first.host else None
        initial = {
            "entry": known,
            "place": first.place if first else EntryKind.OTHER,
            "name": _name_of(first, message),
            "host": first.host if first else "",
            "login": first.login if first else "",
            "elsewhere": True,
        }
        super().__init__(data, initial=initial)
        choice = self.fields["entry"]
        assert isinstance(choice, forms.ModelChoiceField), "the field is a choice of entries"
        choice.queryset = entries.order_by("name", "pk")[:MOST_CHOICES] if data is None else entries
        self.rows = list(_rows(data, found))
        texts = small_texts(message.attachments.all())
        self.file_rows = [AttachedForm(data, file=file, text=text) for file, text in texts]

    def is_valid(self) -> bool:
        rows = [row.is_valid() for row in (*self.rows, *self.file_rows)]
        return super().is_valid() and all(rows)

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("entry") is None and not said.get("name", "").strip():
            self.add_error("name", gettext("Give the entry a name."))
        return said

    def secrets(self) -> list[Written]:
        """What is to be moved; of a valid form."""
        said = [row.cleaned_data for row in self.rows]
        return [Written(each["value"], each["kind"], each["label"]) for each in said if each["is_chosen"]]

    def chosen_files(self) -> list[Attached]:
        """Which files are to be moved; of a valid form."""
        chosen = [row for row in self.file_rows if row.cleaned_data["is_chosen"]]
        return [Attached(row.file.pk, row.cleaned_data["kind"], row.cleaned_data["label"]) for row in chosen]

    def where(self) -> Entry | NewPlace:
        """Of a valid form."""
        said = self.cleaned_data
        return said["entry"] or NewPlace(said["place"], said["name"], said["host"], said["login"])


def _rows(data: Any, found: Iterable[Found]) -> Iterable[WrittenForm]:
    if data is not None:
        numbers = [number for number in range(MOST_FOUND + 1) if f"s{number}-kind" in data]
        yield from (WrittenForm(data, prefix=f"s{number}") for number in numbers)
        return
    number = 0
    for number, each in enumerate(found, start=1):
        label = each.label or each.login or SecretKind(each.kind).label
        initial = {"is_chosen": True, "value": each.value, "kind": each.kind, "label": str(label)[:LONGEST_LABEL]}
        yield WrittenForm(initial=initial, prefix=f"s{number - 1}")
    yield WrittenForm(initial={"kind": SecretKind.PASSWORD}, prefix=f"s{number}")


def _name_of(found: Found | None, message: Message) -> str:
    """What a new entry is called unless somebody knows better."""
    if found is None:
        return ""
    return found.host or f"{EntryKind(found.place).label} · {message.ticket.number}"
