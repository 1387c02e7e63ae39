"""Keys, the servers they open, who signs them, and who asks for them."""

from vpn.admin import keys, requests, servers

__all__ = ["keys", "requests", "servers"]
