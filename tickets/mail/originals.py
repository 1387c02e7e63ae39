"""What a mail's HTML looked like when it came, read again from the raw mail when somebody asks for it.

It is not kept beside the message: few ever ask, and the raw mail has it. Hostile bytes are read by a process of its
own, never in the web's, and only as long as a person may be kept waiting.
"""

import os
import subprocess
import sys

import structlog
from django.conf import settings

from tickets.enums import Channel
from tickets.mail.enums import RawMailState
from tickets.mail.models import RawMail
from tickets.mail.parsing.link import PASSED_ON
from tickets.models import Message
from tickets.registries import original_sources

log = structlog.get_logger(__name__)

LARGEST = 10 * 1024 * 1024
"""Bytes of a mail that are read while somebody waits; of a larger one the page shows what is stored."""
SECONDS = 3.0


def register() -> None:
    """Let the page of originals show those of mails; called once when the program starts."""
    original_sources.register(Channel.MAIL, html_of)


def html_of(message: Message) -> str:
    """The HTML that came, sanitised, with its inline styles; "" when it takes more than `LARGEST` and `SECONDS`."""
    mails = RawMail.objects.filter(message=message, state=RawMailState.PROCESSED, size__lte=LARGEST)
    content = mails.order_by("pk").values_list("content", flat=True).first()
    return read_again(bytes(content), message=message.pk) if content is not None else ""


def read_again(raw: bytes, *, message: int, seconds: float = SECONDS) -> str:
    """The same of a mail's bytes; `message` is for the log."""
    command = [sys.executable, "-s", "-X", "utf8", "-m", "tickets.mail.parsing.original_child", str(LARGEST)]
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            command,
            input=raw,
            capture_output=True,
            timeout=seconds,
            cwd=settings.BASE_DIR,
            env=environment,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        log.warning("original_not_read", message=message, error=type(error).__name__)
        return ""
    return done.stdout.decode("utf-8", "replace")
