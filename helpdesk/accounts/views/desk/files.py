"""Handing out spreadsheets that we made."""

import io
from typing import IO

from django.http import FileResponse
from django.utils.http import content_disposition_header

from helpdesk.core.sanitising import clean_name
from helpdesk.core.spreadsheets import MEDIA_TYPES


def sheet_response(stream: IO[bytes] | io.BytesIO, *, name: str, form: str) -> FileResponse:
    """A download under this name; a browser neither shows it nor keeps it."""
    response = FileResponse(stream, content_type=MEDIA_TYPES[form])
    response["Content-Disposition"] = content_disposition_header(True, clean_name(name)) or "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
