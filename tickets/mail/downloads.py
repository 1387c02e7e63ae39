"""Handing out raw mail: bytes in a file, never a page."""

from django.http import HttpResponse

from tickets.mail.models import RawMail


def as_download(raw: RawMail) -> HttpResponse:
    """The bytes as they came, as `raw-mail-<id>.eml`."""
    response = HttpResponse(bytes(raw.content), content_type="message/rfc822")
    response["Content-Disposition"] = f'attachment; filename="raw-mail-{raw.pk}.eml"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
