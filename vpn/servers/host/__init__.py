"""What works on a VPN host, with nothing but Python's standard library, `openssl`, `openvpn` and `wg`.

Hosts are given these modules as they lie here, in one file that Python runs (`zipapp` in Python's library), and
Helpdesk itself uses them where it reaches a server directly: both do the same by the same lines. So they import nothing
else of this program and stay within what Python 3.9 understands.
"""
