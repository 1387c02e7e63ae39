"""Where the passphrase of an authority's key comes from: never from the program's settings or database."""

import getpass
import os
import sys
from pathlib import Path

from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused

CREDENTIAL = "vpn-signer"
"""The name for `LoadCredential=` (systemd.exec(5))."""
VARIABLE = "VPN_SIGNER_PASSPHRASE"


def passphrase(file: str = "", *, twice: bool = False, prompt: str = "") -> str:
    """From the named file, systemd's credential, the environment (which forgets it), else asked for on the terminal.

    `twice` is for a new one. Raises Refused when there is none, or the two differ.
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
    if file:
        return _first_line(Path(file))
    if folder and (Path(folder) / CREDENTIAL).is_file():
        return _first_line(Path(folder) / CREDENTIAL)
    if found := os.environ.pop(VARIABLE, ""):
        return found
    if not sys.stdin.isatty():
        raise Refused(_("The passphrase is missing: name its file, or give it as systemd's credential “vpn-signer”."))
    found = getpass.getpass(prompt or _("Passphrase of the key: "))
    if twice and getpass.getpass(_("Once more: ")) != found:
        raise Refused(_("The two passphrases differ."))
    return found


def _first_line(path: Path) -> str:
    """Raises Refused for an empty file, and for one that can't be read."""
    try:
        found = path.read_text().partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(_("“%(file)s” can't be read.") % {"file": path.name}) from error
    if not found:
        raise Refused(_("“%(file)s” is empty.") % {"file": path.name})
    return found
