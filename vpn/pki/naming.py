"""Names that go into certificates, file names and configurations of other programs.

easy-rsa takes `../../evil`, `-h` and names with a newline, and writes files outside of its folder for them. So a name
is small Latin letters, digits and hyphens, whoever wrote it and wherever it goes.
"""

import re

from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused

NAME = re.compile(r"[a-z][a-z0-9-]{1,30}\Z", re.ASCII)
SERVER_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}\Z", re.ASCII)
LONGEST_COMMON_NAME = 64  # ub-common-name, RFC 5280, appendix A.1
# Names of a VPN server's own files, of accounts that are everybody's, and of Windows' devices.
RESERVED = frozenset(
    {"server", "client", "ca", "crl", "ta", "tls", "dh", "root", "issuing", "admin", "openvpn", "default", "change-me"}
    | {"con", "nul", "aux", "prn", "conin", "conout", "clock"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(10)}
)


def check_login(text: str) -> str:
    """The same text. Raises Refused for anything else than 2 to 31 of `a-z`, `0-9`, `-` after a letter, and for
    reserved names."""
    if not NAME.match(text):
        raise Refused(
            _("A name in a key has 2 to 31 small Latin letters, digits or hyphens, and begins with a letter.")
        )
    if text in RESERVED:
        raise Refused(_("“%(name)s” is a reserved name: choose another.") % {"name": text})
    return text


def check_device(text: str) -> str:
    """As `check_login`, for the name of somebody's device."""
    return check_login(text)


def check_server_name(text: str) -> str:
    """The same text: the common name of a VPN server, such as `server` or `vpn.example.org`. Raises Refused."""
    if not SERVER_NAME.match(text) or ".." in text:
        raise Refused(_("A server's name in its certificate has small Latin letters, digits, dots and hyphens."))
    return text


def common_name(login: str, device: str) -> str:
    """`anna-laptop`, at most 64 characters.

    `a-b` with `c` and `a` with `b-c` are the same: whoever issues keeps the common names of valid keys apart.
    """
    return f"{check_login(login)}-{check_device(device)}"


def check_common_name(text: str) -> str:
    """The same text: the common name of a client, with or without a device. Raises Refused."""
    if len(text) > LONGEST_COMMON_NAME or not text.isascii() or not re.fullmatch(r"[a-z][a-z0-9-]+", text):
        raise Refused(_("A name in a key has small Latin letters, digits and hyphens, and begins with a letter."))
    if text in RESERVED:
        raise Refused(_("“%(name)s” is a reserved name: choose another.") % {"name": text})
    return text
