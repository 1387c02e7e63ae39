"""Handing out attachments."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from helpdesk.core import files_host
from helpdesk.core.handing_out import respond
from tickets.models import Attachment

FILE, PICTURE = "file", "picture"
"""What a link on the files' host may be for: a download, or a bitmap to be shown."""


def register() -> None:
    """Let the files' host show attachments; called once when the program starts."""
    files_host.hosted.register(FILE, _hosted_file)
    files_host.hosted.register(PICTURE, _hosted_picture)


def hand_out(request: HttpRequest, found: Attachment, *, may_show: bool) -> HttpResponseBase:
    """To a person who may have it: as `respond`, from the files' own host when there is one."""
    if files_host.origin():
        return files_host.lead_to(PICTURE if may_show else FILE, found.pk)
    return respond(request, found, may_show=may_show)


def _hosted_file(request: HttpRequest, key: str) -> HttpResponseBase:
    return respond(request, get_object_or_404(Attachment, pk=key), may_show=False)


def _hosted_picture(request: HttpRequest, key: str) -> HttpResponseBase:
    response = respond(request, get_object_or_404(Attachment, pk=key), may_show=True)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"  # our pages, of another site, show it
    return response
