"""Each person reads in their own language and time zone."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

Handler = Callable[[HttpRequest], HttpResponse]
ZONES = frozenset(available_timezones())


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
