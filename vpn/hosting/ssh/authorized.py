"""`authorized_keys` as bytes (sshd(8), AUTHORIZED_KEYS FILE FORMAT): our lines put in and out, all else kept."""

import re
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused

MOST_BYTES = 1024 * 1024
NAME = re.compile(r"[a-z][a-z0-9]{3,30}\Z")
FROM = re.compile(r"[0-9a-fA-F.:/,]{2,400}\Z")
AWAY = "no-agent-forwarding,no-port-forwarding,no-X11-forwarding"
ENDS = (8, 2)
"""The version of OpenSSH from which on a line may name its end (https://www.openssh.com/txt/release-8.2)."""
ENDS_UTC = (9, 1)
"""And from which on that may be in UTC (https://www.openssh.com/txt/release-9.1)."""
ANY_ZONE = timedelta(hours=14)


def comment(name: str) -> str:
    return f"helpdesk-{name}"


def make_line(*, name: str, public: str, until: datetime, version: tuple[int, int] | None, origins: str = "") -> bytes:
    """A line for the key `public` ("ssh-ed25519 AAAA…"), without a newline. `origins`: addresses and networks with
    commas between, from which alone it may be used. Raises Refused."""
    if not NAME.match(name) or len(public.split()) < 2 or (origins and not FROM.match(origins)):
        raise Refused(_("The addresses of `from` are numbers and networks with commas between."))
    options = [AWAY]
    if end := _end(until, version):
        options.append(f'expiry-time="{end}"')
    if origins:
        options.append(f'from="{origins}"')
    kind, body = public.split()[:2]
    return f"{','.join(options)} {kind} {body} {comment(name)}".encode("ascii")


def with_line(content: bytes, line: bytes, name: str) -> bytes:
    """`line` before all else; one of the same name that was there is gone. Raises Refused for a file beyond bounds."""
    if len(content) > MOST_BYTES:
        raise Refused(_("authorized_keys is larger than a megabyte: see what is in it."))
    return line + b"\n" + without_line(content, name)


def without_line(content: bytes, name: str) -> bytes:
    """Without the lines of ours that have this name."""
    ending = f" {comment(name)}".encode("ascii")
    return b"".join(each for each in content.splitlines(keepends=True) if not _is_ours(each, ending))


def _is_ours(line: bytes, ending: bytes) -> bool:
    return line.rstrip(b"\r\n").endswith(ending) and line.startswith(AWAY.encode())


def _end(until: datetime, version: tuple[int, int] | None) -> str:
    """Servers before ENDS_UTC read it in a time zone that we don't know: late enough for all of them. To the minute it
    is ended by us."""
    if version is None or version < ENDS:
        return ""
    if version >= ENDS_UTC:
        return f"{until.astimezone(UTC):%Y%m%d%H%M%S}Z"
    return f"{until.astimezone(UTC) + ANY_ZONE:%Y%m%d%H%M%S}"
