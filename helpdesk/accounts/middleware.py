"""Whoever is signed in, has a second factor where their role asks for one, and reads in their own language and zone."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from helpdesk.accounts import sessions
from helpdesk.accounts.parting import parted, sign_in_url
from helpdesk.accounts.stepping_up import owes_second_factor
from helpdesk.core.http import see_other, wants_fragment, words_sent

Handler = Callable[[HttpRequest], HttpResponse]
ZONES = frozenset(available_timezones())


class SignedIn(LoginRequiredMiddleware):
    """Leads strangers to the entrance. A page that asks for a part of itself after its session had ended stands still
    and is told so. A form that was sent comes back with what was written; signing in leads to the page on which it
    stood."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if wants_fragment(request):
            return parted(request)
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        url = sign_in_url(request.headers.get("Referer", ""))
        if not words_sent(request):
            return HttpResponseRedirect(url)
        return render(request, "403_signed_out.html", {"sign_in_url": url}, status=403)


class SecondFactor:
    """Whose role asks for a second factor, and whose session has not seen one, sees the page that says so and no other:
    but for those by which it is set up, and those that strangers see as well. No statement. Notes that the session
    was seen."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return None
        if request.session.session_key:
            sessions.see(request.session.session_key)
        if getattr(view, "opens_without_second_factor", False):
            return None
        if not owes_second_factor(request.session, request.user):
            return None
        return see_other(request, reverse("second_factor_owed"))


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
