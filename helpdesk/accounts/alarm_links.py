"""The link in a letter about a new sign-in. It works while the browser is known, which is no longer the case once it
was used; and for a week."""

from django.conf import settings
from django.core import signing

from helpdesk.accounts.models import KnownBrowser

ALARM_SECONDS = 7 * 24 * 60 * 60
LONGEST = 200
_SALT = "helpdesk.accounts.alarm"


def alarm_url(browser: KnownBrowser) -> str:
    return f"{settings.SITE_URL}/accounts/alarm/{signing.dumps([browser.user_id, browser.pk], salt=_SALT)}/"


def browser_of(token: str) -> KnownBrowser | None:
    """The browser that the letter was about; None when the link can't be used (any more)."""
    if len(token) > LONGEST:
        return None
    try:
        user, key = signing.loads(token, salt=_SALT, max_age=ALARM_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return KnownBrowser.objects.filter(user=user, pk=key, user__is_active=True).first()
