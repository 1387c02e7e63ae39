"""What an agent writes on a ticket: an answer, a note, or the conversation passed on."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Refused
from helpdesk.core.file_fields import MOST_FILES, FilesField, UploadsField
from tickets.actions.recipients import Recipient, read_addresses
from tickets.enums import Status
from tickets.hinting import NOTHING, Told

AFTER_REPLY = (
    (Status.WAITING.value, _("then waiting for the customer")),
    (Status.OPEN.value, _("then open")),
    (Status.ON_HOLD.value, _("then on hold")),
    (Status.RESOLVED.value, _("then resolved")),
)
LONGEST = 1_000_000
LONGEST_LINE = 2000
LONGEST_KEY = 19
LARGEST_KEY = 2**63 - 1
MOMENT = "%Y-%m-%dT%H:%M"
"""What an `<input type="datetime-local">` sends and shows: local time, in the reader's zone."""


class AddressesField(forms.CharField):
    """Addresses as people type them; cleans to recipients."""

    def clean(self, value: Any) -> list[Recipient]:
        line = super().clean(value)
        try:
            return read_addresses(line)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class ComposerForm(forms.Form):
    """What the three kinds share. `body` alone is enough; `key` tells the same form sent twice from two forms, `draft`
    is the version of the draft that it goes on from, `read_to` the last message on its page."""

    kind = ""
    is_to_confirm = False
    """Set where it was refused for want of confirming."""
    told_now: Told = NOTHING
    """Set where something is said of its words before they are sent."""
    body = forms.CharField(max_length=LONGEST, required=False, strip=False)
    attachments = FilesField(required=False)
    file = UploadsField(required=False)
    key = forms.UUIDField(required=False)
    draft = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    read_to = forms.IntegerField(min_value=0, max_value=LARGEST_KEY, required=False)
    told = forms.CharField(required=False)

    @property
    def body_text(self) -> str:
        """What was typed, also when the form is refused."""
        return self.typed("body")

    def typed(self, name: str) -> str:
        """What a field holds as text, "" when this kind has no such field."""
        return str(self[name].value() or "") if name in self.fields else ""

    @property
    def key_text(self) -> str:
        """The key the form came with, or a new one."""
        return str(self["key"].value() or "") if self.is_bound else str(uuid4())

    @property
    def all_errors(self) -> list[str]:
        """Every error as a sentence."""
        return [str(error) for errors in self.errors.values() for error in errors]

    def clean_key(self) -> UUID:
        """A form without one gets its own, so that an action that is done again after a lost race writes once."""
        return self.cleaned_data["key"] or uuid4()

    @property
    def idempotency_key(self) -> str:
        return str(self.cleaned_data["key"])

    @property
    def uploads(self) -> list[UUID]:
        """The files sent ahead, as far as they can be read."""
        found: list[UUID] = self.cleaned_data.get("file", [])
        return found


class SendingForm(ComposerForm):
    """What leaves the house, now or at `send_at` (asked for by the button `later`)."""

    send_at = forms.DateTimeField(
        required=False, input_formats=[MOMENT], error_messages={"invalid": _("Choose a date and a time.")}
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "later" in self.data and not cleaned.get("send_at") and "send_at" not in self.errors:
            self.add_error("send_at", _("Choose a date and a time."))
        return cleaned

    @property
    def is_for_later(self) -> bool:
        return "later" in self.data


class ReplyForm(SendingForm):
    kind = "reply"
    cc = AddressesField(max_length=LONGEST_LINE, required=False)
    then = forms.ChoiceField(choices=AFTER_REPLY, required=False)
    shown = forms.CharField(max_length=20_000, required=False)
    confirmed = forms.BooleanField(required=False)

    def clean_shown(self) -> list[int] | None:
        """The keys of the people the page listed as receivers; None from a form that listed nobody's."""
        return keys_in(str(self.cleaned_data["shown"])) if "shown" in self.data else None

    def clean_then(self) -> str:
        if "resolve" in self.data:
            return Status.RESOLVED.value
        return self.cleaned_data["then"] or Status.WAITING.value


class NoteForm(ComposerForm):
    kind = "note"


class ForwardForm(SendingForm):
    kind = "forward"
    to = AddressesField(
        max_length=LONGEST_LINE, error_messages={"required": _("Say to whom: at least one e-mail address.")}
    )


COMPOSERS: dict[str, type[ComposerForm]] = {form.kind: form for form in (ReplyForm, NoteForm, ForwardForm)}


def typed_fields(data: Mapping[str, Any], *, kind: str) -> dict[str, Any]:
    """What a form holds beside its text and files, as typed and not looked at: fit for a draft. `shown` are the keys of
    those whom it lists as receivers (no such field where it lists none), `left_out` the addresses that were taken
    out of the list."""
    many = data if isinstance(data, MultiValueDict) else MultiValueDict()
    if kind == "reply":
        kept = {word.lower() for word in many.getlist("recipient")}
        listed = dict.fromkeys(word.lower()[:254] for word in many.getlist("listed") if word)
        fields: dict[str, Any] = {"cc": _line(data, "cc"), "then": _line(data, "then")[:16]}
        fields["left_out"] = [word for word in listed if word not in kept]
        if "resolve" in data:
            fields["then"] = Status.RESOLVED.value
        if "shown" in data:
            fields["shown"] = keys_in(str(data["shown"])[:20_000])
        return fields
    if kind == "forward":
        fields = {"to": _line(data, "to"), "history": "without" if data.get("history") == "without" else "with"}
        if "choosing" in data:
            fields["chosen"] = [word[:36] for word in many.getlist("chosen")[: MOST_FILES * 10]]
        return fields
    return {}


def keys_in(words: str) -> list[int]:
    """The keys of people as a page lists them."""
    return [int(word) for word in words.split(".") if word.isascii() and word.isdigit() and len(word) < LONGEST_KEY]


def _line(data: Mapping[str, Any], name: str) -> str:
    return str(data.get(name) or "").replace("\0", "")[:LONGEST_LINE]
