"""Keys, the servers they open, who signs them, and who asks for them."""

from vpn.admin import keys, requests, servers
from vpn.servers import admin as hosts

__all__ = ["hosts", "keys", "requests", "servers"]
