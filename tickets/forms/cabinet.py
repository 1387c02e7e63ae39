"""What a customer writes: a new request, and an answer on one."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.core.file_fields import FilesField
from helpdesk.core.sanitising import clean_name
from tickets.forms.composer import LONGEST
from tickets.forms.described import DescribedForm


class WritingForm(forms.Form):
    """What both share. `key` tells the same form sent twice from two forms."""

    body = forms.CharField(
        label=gettext_lazy("What happened, and what did you expect?"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "data-autosize": True}),
    )
    attachments = FilesField(required=False)
    key = forms.UUIDField(required=False)
    told = forms.CharField(required=False)

    def clean_attachments(self) -> list[UploadedFile]:
        """Together they may be as large as one may be alone: that is what the page says."""
        files: list[UploadedFile] = self.cleaned_data["attachments"]
        largest = max(files, key=lambda file: file.size or 0, default=None)
        if largest is None or sum(file.size or 0 for file in files) <= settings.UPLOAD_MAX_BYTES:
            return files
        words = _("The files together are larger than %(limit)d MB: send a link to them instead.")
        if (largest.size or 0) > settings.UPLOAD_MAX_BYTES:
            words = _("“%(name)s” is larger than %(limit)d MB: send a link to it instead.")
        megabytes = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise forms.ValidationError(words % {"limit": megabytes, "name": clean_name(largest.name or "")[:255]})

    @property
    def key_text(self) -> str:
        """The key the form came with, or a new one."""
        return str(self["key"].value() or "") if self.is_bound else str(uuid4())

    def clean_key(self) -> UUID:
        """A form without one gets its own, so that an action that is done again after a lost race writes once."""
        return self.cleaned_data["key"] or uuid4()

    @property
    def idempotency_key(self) -> str:
        return str(self.cleaned_data["key"])

    @property
    def file_errors(self) -> list[str]:
        return [str(error) for error in self["attachments"].errors]


class NewRequestForm(WritingForm, DescribedForm):
    """Category first; the fields that it shows stand under it."""

    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        max_length=500,
        help_text=gettext_lazy("A few words, for example: Payment page shows an error."),
    )
    field_order = ("category", "subject", "body", "attachments", "key")


class AnswerForm(WritingForm):
    """`body` may stay empty when files say it all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].required = False

    @property
    def body_text(self) -> str:
        """What was typed, also when the form is refused."""
        return str(self["body"].value() or "")

    @property
    def all_errors(self) -> list[str]:
        """Every error as a sentence."""
        return [str(error) for errors in self.errors.values() for error in errors]
