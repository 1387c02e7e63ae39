"""Handing out files that people sent, so that nothing in them runs."""

from typing import Any, Protocol

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from helpdesk.core.filetypes import INLINE_PICTURES
from helpdesk.core.ranges import NoSuchPart, Part, part_asked_for
from helpdesk.core.sanitising import clean_name

POLICY = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
PLAIN = "application/octet-stream"
# What a browser may be told it is: nothing of this runs. Everything else is bytes.
HARMLESS = INLINE_PICTURES | {
    "application/pdf",
    "application/zip",
    "application/gzip",
    "application/rtf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "text/plain",
    "text/csv",
    "text/calendar",
    "text/vcard",
    "message/rfc822",
}
HARMLESS_FAMILIES = ("audio/", "video/", "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.")


class KeptFile(Protocol):
    """A row of a file in the store; `content_type` is our own finding."""

    filename: Any
    content_type: Any
    size: Any
    sha256: Any
    file: Any


def respond(request: HttpRequest, found: KeptFile, *, may_show: bool) -> HttpResponseBase:
    """The file as a download, or the part of it that is asked for (206); with `may_show` a bitmap as a picture. 304 to
    whom has it already, 404 when its bytes are gone, 416 for a part behind its end."""
    tag = f'"{found.sha256}"'
    as_download = not (may_show and found.content_type in INLINE_PICTURES)
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == tag:
        response = HttpResponseNotModified()
    else:
        try:
            part = part_asked_for(request, size=found.size, tag=tag)
            response = _content(found, as_download=as_download, part=part)
        except NoSuchPart:
            response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{found.size}"})
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _content(found: KeptFile, *, as_download: bool, part: range | None) -> HttpResponseBase:
    try:
        stream: Any = default_storage.open(str(found.file.name))
    except FileNotFoundError as error:
        raise Http404(_("The file is not in the store.")) from error
    if part is not None:
        stream.seek(part.start)
        stream = Part(stream, len(part))
    response = FileResponse(stream, status=206 if part else 200, content_type=_shown_type(found.content_type))
    response["Content-Length"] = len(part) if part else found.size
    if part:
        response["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{found.size}"
    name = clean_name(found.filename) or "file"
    # RFC 6266; the name is set here because FileResponse would guess a type from it.
    response["Content-Disposition"] = content_disposition_header(as_download, name) or "attachment"
    return response


def _shown_type(content_type: str) -> str:
    bare = content_type.partition(";")[0].strip().lower()
    return bare if bare in HARMLESS or bare.startswith(HARMLESS_FAMILIES) else PLAIN
