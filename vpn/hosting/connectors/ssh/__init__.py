"""Servers by SSH: a temporary key in `authorized_keys`."""
