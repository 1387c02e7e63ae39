"""How long certificates are still good: that of the site itself, those that `WATCH_CERTIFICATES` names, and those that
identity providers sign with."""

import base64
import socket
import ssl
import time
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from cryptography import x509
from django.conf import settings
from django.utils import timezone

from helpdesk.accounts.sso.enums import Kind
from helpdesk.accounts.sso.models import IdentityProvider

log = structlog.get_logger(__name__)
SECONDS = 5.0
KNOWN_FOR = 3600.0
"""Seconds that an answer is believed: a certificate does not age by the minute."""
AGAIN_AFTER = 300.0
DAY = 86_400.0

_known: dict[str, tuple[float, float | None]] = {}


def watched() -> list[str]:
    """Files of certificates, and hosts as `host:port`."""
    places = list(settings.WATCH_CERTIFICATES)
    if settings.HTTPS:
        site = urlsplit(settings.SITE_URL)
        places.insert(0, f"{site.hostname}:{site.port or 443}")
    return list(dict.fromkeys(places))


def look() -> None:
    """Ask whoever's answer is not believed any more. Asks other machines: never within a transaction."""
    for place in watched():
        if time.monotonic() >= _known.get(place, (0.0, None))[0]:
            answer = _read(place)
            _known[place] = (time.monotonic() + (AGAIN_AFTER if answer is None else KNOWN_FOR), answer)


def days_left() -> dict[str, float | None]:
    """By place: days until the certificate is no longer good, below zero afterwards; None when it can't be read."""
    left = {place: _known[place][1] for place in watched() if place in _known}
    for provider in IdentityProvider.objects.filter(kind=Kind.SAML, is_active=True).order_by("pk"):
        left[f"SAML {provider.name}"] = _last_of(provider.described.get("certificates", []))
    return left


def _last_of(certificates: list[str]) -> float | None:
    """Of those that a provider may sign with: of a new one and an old one, the new one matters."""
    try:
        loaded = [x509.load_der_x509_certificate(base64.b64decode(each)) for each in certificates]
    except ValueError:
        return None
    return max((_days_until(each) for each in loaded), default=None)


def _days_until(certificate: x509.Certificate) -> float:
    return round((certificate.not_valid_after_utc - timezone.now()).total_seconds() / DAY, 2)


def _read(place: str) -> float | None:
    try:
        content = _of_file(Path(place)) if "/" in place else _of_host(place)
        return _days_until(x509.load_pem_x509_certificate(content))
    except (OSError, ValueError) as error:
        log.warning("certificate_not_read", place=place, error=type(error).__name__)
        return None


def _of_file(path: Path) -> bytes:
    return path.read_bytes()


def _of_host(place: str) -> bytes:
    """Whatever it shows, trusted or not: the question is only until when it says it is good."""
    host, _colon, port = place.rpartition(":")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection((host.strip("[]"), int(port)), timeout=SECONDS) as plain:
        plain.settimeout(SECONDS)
        with context.wrap_socket(plain, server_hostname=host.strip("[]")) as shown:
            content = shown.getpeercert(binary_form=True)
    if not content:
        raise ValueError("no certificate was shown")
    return ssl.DER_cert_to_PEM_cert(content).encode()
