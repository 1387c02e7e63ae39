"""Whoever is signed in, and reads in their own language and time zone."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from helpdesk.accounts.paths import safe_path
from helpdesk.core.http import wants_fragment, words_sent

Handler = Callable[[HttpRequest], HttpResponse]
ZONES = frozenset(available_timezones())


class SignedIn(LoginRequiredMiddleware):
    """Leads strangers to the entrance. A form that was sent after its session had ended comes back with what was
    written; signing in leads to the page on which it stood."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.method in ("GET", "HEAD") or wants_fragment(request):
            return super().handle_no_permission(request, view_func)
        page = urlsplit(request.headers.get("Referer", ""))
        to_sign_in = redirect_to_login(safe_path(urlunsplit(("", "", page.path, page.query, ""))) or "/")
        if not words_sent(request):
            return to_sign_in
        return render(request, "403_signed_out.html", {"sign_in_url": to_sign_in.url}, status=403)


def personal_settings(get_response: Handler) -> Handler:
    """Language: the person's own, else what the browser asks for. Zone: the person's own, else the installation's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        user = request.user
        language = getattr(user, "language", "") or translation.get_language_from_request(request)
        zone = getattr(user, "time_zone", "")
        with translation.override(language), timezone.override(ZoneInfo(zone if zone in ZONES else settings.TIME_ZONE)):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        if not getattr(user, "language", ""):
            patch_vary_headers(response, ["Accept-Language"])
        return response

    return middleware
