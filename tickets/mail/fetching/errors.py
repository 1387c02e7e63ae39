"""What goes wrong between us and a mail server."""


class ServerFailed(Exception):
    """Talking to a mail server failed at `stage`; `str(error)` is one sentence that says what and how to mend it,
    without secrets."""

    def __init__(self, stage: str, sentence: str) -> None:
        super().__init__(sentence)
        self.stage = stage


class LockLost(Exception):
    """The advisory lock on a mailbox went away with its connection: somebody else may be fetching now."""
