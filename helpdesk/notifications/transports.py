"""The installation's own way out: the server that EMAIL_URL names."""

from email.utils import parseaddr

from django.conf import settings

from helpdesk.notifications.registries import Transport

SITE = "site"


def site_transport(route: str = SITE) -> Transport:
    """From Django's EMAIL_* settings; mail by it comes from DEFAULT_FROM_EMAIL."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    security = "plain"
    if getattr(settings, "EMAIL_USE_SSL", False):
        security = "tls"
    elif getattr(settings, "EMAIL_USE_TLS", False):
        security = "starttls"
    return Transport(
        host=settings.EMAIL_HOST or "127.0.0.1",
        port=settings.EMAIL_PORT or 25,
        security=security,
        sender=address,
        sender_name=name or settings.SITE_NAME,
        username=settings.EMAIL_HOST_USER or "",
        password=settings.EMAIL_HOST_PASSWORD or "",
        timeout=settings.EMAIL_TIMEOUT or 30,
        answer_timeout=settings.OUTGOING_ANSWER_SECONDS,
    )
