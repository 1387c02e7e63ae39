"""Files in forms: those that come with it, and the keys of those that were sent ahead."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile

MOST_FILES = 50


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Zero or more uploaded files; cleans to a list. How large each may be is the actions' rule."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        uploads: Sequence[UploadedFile] = data if isinstance(data, list | tuple) else [data] if data else []
        return [upload for upload in uploads if upload]


class UploadsField(forms.Field):
    """The keys of files that were sent ahead; cleans to a list."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[UUID]:
        words: Sequence[str] = (value or [])[:MOST_FILES]
        return [forms.UUIDField().clean(word) for word in words]
