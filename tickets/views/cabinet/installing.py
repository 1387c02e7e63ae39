"""The cabinet as an app: its manifest, its worker, and the page for being offline. All three are the same for
everybody, signed in or not."""

import hashlib
import json
import re

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from helpdesk.core.templatetags.ui import styles

WORKER = settings.BASE_DIR / "static/js/worker.js"
THEME = "#2c52b8"
PAPER = "#fbfcfe"
_HREF = re.compile(r'href="([^"]+)"')
ICONS = (
    ("img/favicon.svg", "any", "image/svg+xml", "any"),
    ("img/app-192.png", "192x192", "image/png", "any"),
    ("img/app-512.png", "512x512", "image/png", "any"),
    ("img/app-maskable-512.png", "512x512", "image/png", "maskable"),
)


@login_not_required
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """What it is called and how it looks on a phone (W3C Web Application Manifest). Signing in belongs to it, so its
    scope is the whole site."""
    said = {
        "name": _("%(site)s: my requests") % {"site": settings.SITE_NAME},
        "short_name": settings.SITE_NAME[:12],
        "id": reverse("cabinet:home"),
        "start_url": reverse("cabinet:home"),
        "scope": "/",
        "display": "standalone",
        "lang": get_language(),
        "theme_color": THEME,
        "background_color": PAPER,
        "icons": [
            {"src": static(path), "sizes": sizes, "type": kind, "purpose": purpose}
            for path, sizes, kind, purpose in ICONS
        ],
        "shortcuts": [{"name": _("New request"), "url": reverse("cabinet:new_request")}],
    }
    return JsonResponse(said, content_type="application/manifest+json")


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the addresses of the static files it keeps; the browser asks each day for another."""
    files = [*_HREF.findall(styles()), static("img/favicon.svg"), static("img/icons.svg"), static("js/early.js")]
    version = hashlib.sha256("\n".join([*files, get_language() or ""]).encode()).hexdigest()[:12]
    known = {"SHELL": f"shell-{version}", "OFFLINE": reverse("cabinet:offline"), "KEPT": files}
    begin = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in known.items())
    response = HttpResponse(begin + WORKER.read_text(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Says that there is no connection; it holds nothing of anybody."""
    return render(request, "tickets/cabinet/offline.html")
