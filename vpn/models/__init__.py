from vpn.models.authority import Authority, ProfileTemplate, RevocationList
from vpn.models.key import Access, Device, DownloadLink, Key, Revocation
from vpn.models.request import KeyRequest
from vpn.models.server import Server

__all__ = [
    "Access",
    "Authority",
    "Device",
    "DownloadLink",
    "Key",
    "KeyRequest",
    "ProfileTemplate",
    "Revocation",
    "RevocationList",
    "Server",
]
