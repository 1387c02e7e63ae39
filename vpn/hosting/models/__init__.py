"""What the vault keeps, whom it was granted to, and who saw what."""

from vpn.hosting.models.drop_link import DropLink
from vpn.hosting.models.entry import Entry, Secret
from vpn.hosting.models.grant import Grant
from vpn.hosting.models.reveal import CheckOff, Reveal, RevealRequest
from vpn.hosting.models.temporary import EntryDoor, TemporaryAccess

__all__ = [
    "CheckOff",
    "DropLink",
    "Entry",
    "EntryDoor",
    "Grant",
    "Reveal",
    "RevealRequest",
    "Secret",
    "TemporaryAccess",
]
