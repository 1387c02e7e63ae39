"""An HTML mail as it was meant to look, shut in a page of its own."""

from django.http import Http404, HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render
from helpdesk.core.sanitising import clean_original_html
from tickets.models import Message
from tickets.registries import original_sources
from tickets.views.desk.messages import with_own_pictures
from tickets.views.desk.page import load_message

# https://www.w3.org/TR/CSP3/ with the sandbox flags of the HTML standard: no script, no form, no leading our page away.
# `allow-same-origin` only lets the pictures of the mail be asked for with the reader's cookie; without scripts nothing
# can use it otherwise.
POLICY = "; ".join(
    [
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:{remote}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ]
)


@staff_required
@require_safe
@xframe_options_sameorigin
def original(request: StaffRequest, pk: int) -> HttpResponse:
    """The message's HTML with its styles; pictures from afar only with `?pictures=1`, at the reader's wish."""
    message = load_message(request, pk)
    if not message.html:
        raise Http404
    is_remote = request.GET.get("pictures") == "1"
    html = clean_original_html(_source(message), remote_pictures=is_remote)
    context = {
        "message": message,
        "html": with_own_pictures(html, list(message.attachments.all())),
        "is_remote": is_remote,
        "has_remote": message.has_remote_pictures,
    }
    response = render(request, "tickets/desk/original.html", context)
    response["Content-Security-Policy"] = POLICY.format(remote=" https:" if is_remote else "")
    response["Referrer-Policy"] = "no-referrer"
    return response


def _source(message: Message) -> str:
    """What came, if the channel kept it; else what we show, with the pictures it holds back where they were."""
    if message.channel in original_sources and (found := original_sources[message.channel](message)):
        return found
    return message.html.replace("<img data-remote-src=", "<img src=")
