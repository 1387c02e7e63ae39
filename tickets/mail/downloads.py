"""Handing out raw mail: bytes in a file, never a page."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404

from helpdesk.core import files_host
from tickets.mail.models import RawMail

RAW = "raw mail"
"""What a link on the files' host may be for."""


def register() -> None:
    """Let the files' host show raw mail; called once when the program starts."""
    files_host.hosted.register(RAW, _hosted)


def hand_out(raw: RawMail) -> HttpResponse:
    """To a person who may have it: as `as_download`, from the files' own host when there is one."""
    return files_host.lead_to(RAW, raw.pk) if files_host.origin() else as_download(raw)


def as_download(raw: RawMail) -> HttpResponse:
    """The bytes as they came, as `raw-mail-<id>.eml`."""
    response = HttpResponse(bytes(raw.content), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="raw-mail-{raw.pk}.eml"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


def _hosted(request: HttpRequest, key: str) -> HttpResponseBase:
    return as_download(get_object_or_404(RawMail, pk=key))
