"""The link of a letter about a new sign-in: it was not me."""

from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions import alarms
from helpdesk.accounts.alarm_links import browser_of
from helpdesk.accounts.devices import device_of
from helpdesk.accounts.models import KnownBrowser
from helpdesk.core.http import render
from helpdesk.core.retrying import retrying


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def alarm(request: HttpRequest, token: str) -> HttpResponse:
    """A GET says what happened and asks; the POST ends every session. 410 for a link that did its work or is old."""
    browser = browser_of(token)
    if browser is None:
        response = render(request, "accounts/alarm_gone.html", {}, status=410)
    elif request.method == "POST":
        response = _raised(request, browser)
    else:
        context = {"device": device_of(browser.agent), "address": browser.address or "", "at": browser.first_at}
        response = render(request, "accounts/alarm.html", context)
    response["Referrer-Policy"] = "strict-origin"
    return response


def _raised(request: HttpRequest, browser: KnownBrowser) -> HttpResponse:
    user = retrying(lambda: alarms.raise_alarm(browser=browser))
    if request.user.is_authenticated and request.user.pk == user.pk:
        logout(request)
    return render(request, "accounts/alarm_raised.html", {"has_address": bool(user.email)})
