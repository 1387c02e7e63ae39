"""What can become of a file that is read."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST = 200_000
"""So many characters of a file are kept; what comes later is not found."""


class Outcome(StrEnum):
    """The end of a file: one of these."""

    READ = "read"
    EMPTY = "empty"
    OTHER = "other"
    LARGE = "large"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    SLOW = "slow"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says, or in one short English phrase why it says nothing."""

    outcome: Outcome
    text: str = ""
    reason: str = ""


class Unread(Exception):
    """The file gives no text, for the reason that is the message."""

    def __init__(self, outcome: Outcome, reason: str = "") -> None:
        super().__init__(reason)
        self.outcome = outcome
