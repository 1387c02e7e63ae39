"""Why nothing came back: each message is one sentence for the person who gave the address."""

from helpdesk.core.errors import Refused


class OutgoingError(Refused):
    """No whole answer came from an address that somebody gave."""


class AddressForbidden(OutgoingError):
    """We don't go there: the address itself is to be changed, or a setting."""


class Unreachable(OutgoingError):
    """It did not answer in time, or not in HTTP, or not as who it should be. Later it may."""


class TooMuch(OutgoingError):
    """It answered more than was wanted."""
