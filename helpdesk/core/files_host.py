"""People's files from a host name of their own, so that nothing in them is ever of the origin where people sign in.

With `FILES_HOST` set, an address of ours that hands out something from outside asks whether the person may have it and
leads on to a link there: signed, for one thing and one purpose, good for `FILES_LINK_SECONDS`, without a cookie. That
host answers to such links and to nothing else, and they lead nowhere on any other. What a link shows is registered by
the rooms in `hosted`.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks, signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.http.request import split_domain_port
from django.urls import Resolver404, resolve, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.core.registries import Registry

Handler = Callable[[HttpRequest], HttpResponseBase]
URLCONF = "helpdesk.core.files_urls"
SALT = "helpdesk.core.files_host"
POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"

hosted: Registry[Callable[[HttpRequest, str], HttpResponseBase]] = Registry("kind of thing on the files' host")
"""By purpose: what answers to a link, given the key of the thing. The right to it was asked when the link was made."""


def origin() -> str:
    """Scheme and host of the files' own address, as in a content security policy; "" when there is none."""
    return origin_of(site_url=settings.SITE_URL, files_host=settings.FILES_HOST)


def origin_of(*, site_url: str, files_host: str) -> str:
    """The same from the two settings: the scheme is the site's, a port may stand in `files_host`."""
    return f"{urlsplit(site_url).scheme}://{files_host}" if files_host else ""


def name_of(files_host: str) -> str:
    """The host name alone, as it stands in `ALLOWED_HOSTS`."""
    return split_domain_port(files_host.lower())[0]


def link(purpose: str, key: object) -> str:
    """The whole address of a link for whom the caller has just allowed it to; in the reader's language."""
    signed = signing.dumps([purpose, str(key), translation.get_language()], salt=SALT)
    return f"{origin()}{reverse('content', urlconf=URLCONF)}?link={signed}"  # not in the path: paths are logged


def lead_to(purpose: str, key: object) -> HttpResponse:
    """The answer on our own origin: go there. No cache keeps it, for the next reader needs a right of their own."""
    answer = HttpResponseRedirect(link(purpose, key))
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def content(request: HttpRequest) -> HttpResponseBase:
    """What a link stands for. 404 for what was not signed by us for this, 410 when its time is over."""
    try:
        given = request.GET.get("link", "")
        purpose, key, language = signing.loads(given, salt=SALT, max_age=settings.FILES_LINK_SECONDS)
    except signing.SignatureExpired:
        return _words(_("This link is no longer good. Go back to the page and open the file there."), status=410)
    except signing.BadSignature as error:
        raise Http404 from error
    if purpose not in hosted:  # another version of the program made it
        raise Http404
    with translation.override(language):
        return hosted[purpose](request, key)


def middleware(get_response: Handler) -> Handler:
    """Keeps the two apart, before anything knows of sessions: the files' host name never reaches a page of ours."""

    def files_host(request: HttpRequest) -> HttpResponseBase:
        if not settings.FILES_HOST or split_domain_port(request.get_host())[0] != name_of(settings.FILES_HOST):
            return get_response(request)
        return _answer(request)

    return files_host


def _answer(request: HttpRequest) -> HttpResponseBase:
    try:
        if request.method not in ("GET", "HEAD"):
            raise Http404
        match = resolve(request.path_info, urlconf=URLCONF)
        request.resolver_match = match
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    except (Resolver404, Http404):
        response = _words("Not found.", status=404)
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Frame-Options"] = "DENY"
    return response


def _words(text: str, *, status: int) -> HttpResponse:
    return HttpResponse(f"{text}\n", content_type="text/plain; charset=utf-8", status=status)


@checks.register
def check(**kwargs: object) -> list[checks.CheckMessage]:
    """`FILES_HOST` is a host name, with a port or not, and another one than the site's: cookies know no ports."""
    host = settings.FILES_HOST
    if not host:
        return []
    if not name_of(host):
        return [
            checks.Error(f"FILES_HOST is {host!r}, which is no host name (no scheme, no path).", id="helpdesk.E001")
        ]
    if name_of(host) == (urlsplit(settings.SITE_URL).hostname or ""):
        return [checks.Error("FILES_HOST has the host name of SITE_URL: it separates nothing.", id="helpdesk.E002")]
    return []
