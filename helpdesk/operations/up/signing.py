"""The signer of VPN keys where one machine runs everything: an authority on the first start, then a process of its own.

It runs under the program's own user, so it guards against what reads the database and the settings, not against what
reads this user's files. docs/operate.md says how it is given a user of its own.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from helpdesk.embedded import DataFolder
from helpdesk.embedded.keys import secret
from vpn.pki.private_keys import KeyType
from vpn.signer.folder import SignerFolder
from vpn.signer.passphrases import VARIABLE

NAME = "Helpdesk VPN"


def is_ours() -> bool:
    """Whether the settings name the signer of the data folder, and not a service beside us."""
    return Path(settings.VPN_SIGNER_SOCKET).parent == settings.DATA_DIR


def found(folder: DataFolder) -> str:
    """Make the authority where there is none; what was done, in a word."""
    place = SignerFolder(Path(settings.VPN_SIGNER_FOLDER))
    if place.has_authority:
        return "there"
    place.make(name=NAME, passphrase=secret(folder.path, VARIABLE), kind=KeyType.EC)
    return "made"


def sign(folder: DataFolder) -> None:
    """The child's life. The passphrase comes from `secrets.env` and never into another process's environment."""
    os.environ[VARIABLE] = secret(folder.path, VARIABLE)
    call_command("vpn_signer", "serve", "--servers", verbosity=0)
