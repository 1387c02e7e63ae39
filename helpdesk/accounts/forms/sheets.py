"""A file of people, and which of its columns is what."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import Import
from helpdesk.accounts.sheets.columns import FIELDS
from helpdesk.core.spreadsheets import MOST_BYTES


class FileForm(forms.Form):
    """One file; what is in it is the action's to judge."""

    file = forms.FileField(
        label=_("File (CSV or XLSX)"),
        allow_empty_file=True,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        help_text=_("The first row names the columns: name, e-mail, phone, organisation, language, important."),
    )

    def content(self) -> bytes:
        """The bytes of a valid form's file; of a file that is too large just enough to see that."""
        upload: UploadedFile = self.cleaned_data["file"]
        return upload.read(MOST_BYTES + 1)


def column_choices(source: Import, matching: list[str]) -> list[dict[str, Any]]:
    """For each column its head, what its first rows say and what it is taken for."""
    options = [("", _("Leave out")), *FIELDS.items()]
    samples = [*source.sample]
    return [
        {
            "name": f"column_{index}",
            "head": head or "–",
            "sample": " · ".join(row[index] for row in samples if index < len(row) and row[index]),
            "chosen": matching[index] if index < len(matching) else "",
            "options": options,
        }
        for index, head in enumerate(source.header)
    ]


def read_matching(source: Import, said: Mapping[str, str]) -> list[str]:
    """What was chosen for each column."""
    return [said.get(f"column_{index}", "") for index, _head in enumerate(source.header)]
