"""How views answer: the page, or to htmx the named fragment of the same page."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as render_page
from django.utils.cache import patch_vary_headers

WRITTEN = ("subject", "body", "text", "words", "notes")
"""Fields of our forms in which people write sentences."""


def words_sent(request: HttpRequest) -> str:
    """What a person wrote into the form that came, for them to copy when it could not be taken. Nothing of a form that
    another site may have made up."""
    is_ours = getattr(request, "csrf_processing_done", False) or request.headers.get("Sec-Fetch-Site") == "same-origin"
    if request.method != "POST" or not is_ours:
        return ""
    return "\n\n".join(words for words in (request.POST.get(name, "").strip() for name in WRITTEN) if words)


def wants_fragment(request: HttpRequest) -> bool:
    """htmx asked for a part of the page: not a boosted link, not a history restore."""
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return False
    return not htmx.boosted and not htmx.history_restore_request


def render(
    request: HttpRequest, template: str, context: dict[str, Any], *, fragment: str | None = None, status: int = 200
) -> HttpResponse:
    """The page, or `template#fragment` to htmx. Sets `Vary: HX-Request` whenever the two differ."""
    name = f"{template}#{fragment}" if fragment and wants_fragment(request) else template
    response = render_page(request, name, context, status=status)
    if fragment:
        patch_vary_headers(response, ["HX-Request"])
    return response


class SeeOther(HttpResponseRedirect):
    """303: the write is done, look there. A reload of the target repeats nothing."""

    status_code = 303


def see_other(request: HttpRequest, url: str) -> HttpResponse:
    """303 to browsers; htmx, which would follow it inside the page, is told to go there."""
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return SeeOther(url)
