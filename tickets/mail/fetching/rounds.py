"""What a round of fetching yields, and what every kind of session can do."""

import threading
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(slots=True)
class Round:
    """`stored` mails are new here; the server holds `server_count`; `unreadable` names those it would not hand out;
    `complaints` say what it refused to do with mails that are stored."""

    stored: int = 0
    server_count: int = 0
    unreadable: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def notice(self) -> str:
        """For the people who look after the mailbox; empty when all is well."""
        sentences = list(dict.fromkeys(self.complaints))
        if self.unreadable:
            some = ", ".join(self.unreadable[:20])
            sentences.append(
                f"The server does not hand out {len(self.unreadable)} of its mails (UID {some}); they stay there."
            )
        return " ".join(sentences)[:500]


class Session(Protocol):
    """Signed-in work on one mailbox. Methods raise ServerFailed, LockLost or django.db.Error.

    `renumbered`: the UIDs are not those of the session before, everything is read again.
    """

    renumbered: bool

    def fetch_new(self) -> Round:
        """Store everything that is new, then do to it on the server what the mailbox says."""

    def wait(self, stop: threading.Event) -> None:
        """Return when there may be something new, or soon after `stop` is set."""

    def close(self) -> None:
        """Hang up; never raises."""
