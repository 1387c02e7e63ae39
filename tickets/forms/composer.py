"""What an agent writes on a ticket: an answer, a note, or the conversation passed on."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.core.errors import Refused
from tickets.actions.recipients import Recipient, read_addresses
from tickets.enums import Status
from tickets.forms.uploads import FilesField

AFTER_REPLY = (
    (Status.WAITING.value, _("then waiting for the customer")),
    (Status.OPEN.value, _("then open")),
    (Status.ON_HOLD.value, _("then on hold")),
    (Status.RESOLVED.value, _("then resolved")),
)
LONGEST = 1_000_000
LONGEST_KEY = 19


class AddressesField(forms.CharField):
    """Addresses as people type them; cleans to recipients."""

    def clean(self, value: Any) -> list[Recipient]:
        line = super().clean(value)
        try:
            return read_addresses(line)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class ComposerForm(forms.Form):
    """What the three kinds share. `body` alone is enough; `key` tells the same form sent twice from two forms."""

    kind = ""
    body = forms.CharField(max_length=LONGEST, required=False, strip=False)
    attachments = FilesField(required=False)
    key = forms.UUIDField(required=False)

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


class ReplyForm(ComposerForm):
    kind = "reply"
    cc = AddressesField(max_length=2000, required=False)
    then = forms.ChoiceField(choices=AFTER_REPLY, required=False)
    shown = forms.CharField(max_length=20_000, required=False)

    def clean_shown(self) -> list[int] | None:
        """The keys of the people the page listed as receivers; None from a form that listed nobody's."""
        if "shown" not in self.data:
            return None
        words = str(self.cleaned_data["shown"]).split(".")
        return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < LONGEST_KEY]

    def clean_then(self) -> str:
        return self.cleaned_data["then"] or Status.WAITING.value


class NoteForm(ComposerForm):
    kind = "note"


class ForwardForm(ComposerForm):
    kind = "forward"
    to = AddressesField(max_length=2000, error_messages={"required": _("Say to whom: at least one e-mail address.")})


COMPOSERS: dict[str, type[ComposerForm]] = {form.kind: form for form in (ReplyForm, NoteForm, ForwardForm)}
