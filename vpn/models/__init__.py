from vpn.models.authority import Authority, ProfileTemplate, RevocationList
from vpn.models.group import Group
from vpn.models.key import Access, Device, DownloadLink, Key, Revocation
from vpn.models.reminder import Reminder
from vpn.models.request import KeyRequest
from vpn.models.server import Server
from vpn.models.serving import Canary, Ending, Host, Session

__all__ = [
    "Access",
    "Authority",
    "Canary",
    "Device",
    "DownloadLink",
    "Ending",
    "Group",
    "Host",
    "Key",
    "KeyRequest",
    "ProfileTemplate",
    "Reminder",
    "Revocation",
    "RevocationList",
    "Server",
    "Session",
]
