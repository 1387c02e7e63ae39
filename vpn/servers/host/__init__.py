"""What works on a VPN host: one file without anything but Python's standard library, `openssl`, `openvpn` and `wg`.

`agent.py` is handed out to hosts as it lies here, and used by Helpdesk itself where it reaches a server directly: both
do the same by the same lines. So it imports nothing of this program and stays within what Python 3.9 understands.
"""
