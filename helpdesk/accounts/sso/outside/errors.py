"""Why somebody who came from a provider is not let in."""

from helpdesk.core.errors import Refused


class NotBelieved(Refused):
    """What came proves nothing. The message is for the administrator; whoever tried sees it too, and it tells them
    nothing about people."""
