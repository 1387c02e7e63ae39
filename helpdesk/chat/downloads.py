"""Handing out files of the chat, as those of tickets."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from helpdesk.chat.models import Enclosure
from helpdesk.core import files_host
from helpdesk.core.handing_out import respond

FILE = "chat-file"
"""What a link on the files' host is for."""


def register() -> None:
    """Let the files' host show them; called once when the program starts."""
    files_host.hosted.register(FILE, _hosted)


def hand_out(request: HttpRequest, found: Enclosure) -> HttpResponseBase:
    """To a person who may have it: as a download, from the files' own host when there is one."""
    if files_host.origin():
        return files_host.lead_to(FILE, found.pk)
    return respond(request, found, may_show=False)


def _hosted(request: HttpRequest, key: str) -> HttpResponseBase:
    return respond(request, get_object_or_404(Enclosure, pk=key), may_show=False)
