"""Checking where a mail came from when no server of ours has done it: mail that strangers hand to the SMTP inlet.

Mail that was fetched, or handed over by a machine of our own network, passed a server that writes
Authentication-Results; what stands there is read by `authentication`. The check speaks DNS and reads hostile bytes,
so it runs in a process of its own with limits, outside every transaction.
"""

import ipaddress
import json
import subprocess
import sys

import structlog
from django.conf import settings

from tickets.mail.enums import Source
from tickets.mail.models import RawMail

log = structlog.get_logger(__name__)

CHECKED_BY_US = "helpdesk.invalid"  # RFC 2606: nobody else can be called that, and headers by this name are not read
LARGEST = 20 * 1024 * 1024
SECONDS = 15


def wants_check(raw: RawMail) -> bool:
    """A mail that came to our inlet straight from the Internet."""
    if not settings.CHECK_MAIL_ORIGIN or raw.source != Source.SMTP or not raw.peer or raw.size > LARGEST:
        return False
    return ipaddress.ip_address(raw.peer).is_global


def check(raw: RawMail) -> str:
    """The mail's Authentication-Results as we find them; "" when they could not be found out in time."""
    question = {
        "peer": raw.peer,
        "envelope_from": raw.envelope_from,
        "authserv_id": CHECKED_BY_US,
        "dns": settings.MAIL_DNS_SERVER,
    }
    command = [sys.executable, "-m", "tickets.mail.origin_child"]
    data = json.dumps(question).encode() + b"\n" + bytes(raw.content)
    try:
        done = subprocess.run(
            command, input=data, capture_output=True, timeout=SECONDS, cwd=settings.BASE_DIR, check=True
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        log.warning("origin_not_checked", raw_mail=raw.pk, error=type(error).__name__)
        return ""
    return done.stdout.decode("ascii", "replace")
