"""HTTP to addresses that people gave: web hooks, metadata of other systems. The guard against SSRF stands here alone.

    answer = outgoing.post(url, body=b"...", headers={"Content-Type": "application/json"})

What is asked is resolved once, every address it has is checked, and the connection goes to a checked address: a name
that resolves to another thing a moment later changes nothing. Redirects are told and never followed. No proxy of the
environment is asked, and no cookie or password goes along.
"""

from helpdesk.core.outgoing.client import Answer, get, post
from helpdesk.core.outgoing.errors import AddressForbidden, OutgoingError, TooMuch, Unreachable
from helpdesk.core.outgoing.presenting import presented_certificate
from helpdesk.core.outgoing.targets import Target, checked_addresses, target_of

__all__ = [
    "AddressForbidden",
    "Answer",
    "OutgoingError",
    "Target",
    "TooMuch",
    "Unreachable",
    "checked_addresses",
    "get",
    "post",
    "presented_certificate",
    "target_of",
]
