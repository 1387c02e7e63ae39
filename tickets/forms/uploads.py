"""Several files in one field."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Zero or more uploaded files; cleans to a list. How large each may be is the actions' rule."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads: Sequence[UploadedFile] = data if isinstance(data, list | tuple) else [data] if data else []
        return [upload for upload in uploads if upload]
