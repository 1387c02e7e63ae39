"""An HTML mail as it was meant to look, shut in a page of its own."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core import files_host
from helpdesk.core.decorators import staff_required
from helpdesk.core.sanitising import clean_original_html
from tickets.downloads import PICTURE
from tickets.models import Attachment, Message
from tickets.registries import original_sources
from tickets.views.desk.messages import shown_at, with_own_pictures
from tickets.views.desk.page import load_message

ORIGINAL, WITH_PICTURES = "original", "original with pictures"
"""What a link on the files' host may be for: the page without pictures from afar, or with them."""

# https://www.w3.org/TR/CSP3/ with the sandbox flags of the HTML standard: no script, no form, no leading our page away.
# `allow-same-origin` only lets the pictures of the mail be asked for with the reader's cookie; without scripts nothing
# can use it otherwise. On the files' host there is no cookie, and the page is of no origin at all.
POLICY = "; ".join(
    [
        "sandbox{same_origin} allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "style-src {sheets} 'unsafe-inline'",
        "img-src 'self' data:{remote}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ]
)


def register() -> None:
    """Let the files' host show originals; called once when the program starts."""
    files_host.hosted.register(ORIGINAL, lambda request, key: _hosted(key, is_remote=False))
    files_host.hosted.register(WITH_PICTURES, lambda request, key: _hosted(key, is_remote=True))


@staff_required
@require_safe
@xframe_options_sameorigin
def original(request: StaffRequest, pk: int) -> HttpResponse:
    """The message's HTML with its styles; pictures from afar only with `?pictures=1`, at the reader's wish.

    Where files have a host of their own it leads there.
    """
    message = load_message(request, pk)
    if not message.html:
        raise Http404
    is_remote = request.GET.get("pictures") == "1"
    if files_host.origin():
        return files_host.lead_to(WITH_PICTURES if is_remote else ORIGINAL, message.pk)
    return _page(message, is_remote=is_remote)


def _hosted(key: str, *, is_remote: bool) -> HttpResponse:
    return _page(get_object_or_404(Message, pk=key), is_remote=is_remote)


def _page(message: Message, *, is_remote: bool) -> HttpResponse:
    """The page for a reader who may have it. On the files' host everything but the mail itself is the site's."""
    is_hosted = bool(files_host.origin())
    site = settings.SITE_URL if is_hosted else ""
    source = _source(message)
    html = clean_original_html(source or _stored(message), remote_pictures=is_remote)
    files, address = list(message.attachments.all()), _linked if is_hosted else shown_at
    context = {
        "html": with_own_pictures(html, files, address=address, loading="eager"),
        "sheet": site + static("css/rooms/original.css"),
        "here": site + reverse("desk:original", args=[message.pk]),
        "is_remote": is_remote,
        "has_remote": message.has_remote_pictures,
        "is_reduced": message.channel in original_sources and not source,
    }
    response = HttpResponse(render_to_string("tickets/desk/original.html", context))
    response["Content-Security-Policy"] = POLICY.format(
        same_origin="" if is_hosted else " allow-same-origin",
        sheets="{0.scheme}://{0.netloc}".format(urlsplit(site)) if is_hosted else "'self'",
        remote=" https:" if is_remote else "",
    )
    response["Referrer-Policy"] = "no-referrer"
    return response


def _linked(file: Attachment) -> str:
    """A link for one picture, made with the page: where the page is there is nobody to ask for the right to it."""
    return files_host.link(PICTURE, file.pk)


def _source(message: Message) -> str:
    """What came, if the channel kept it and can read it now."""
    return original_sources[message.channel](message) if message.channel in original_sources else ""


def _stored(message: Message) -> str:
    """What we show, with the pictures it holds back where they were."""
    return message.html.replace("<img data-remote-src=", "<img src=")
