"""Answers that are not a bug: each message is one sentence that says what is wrong and how to mend it."""


class Refused(Exception):
    """An action declined; `str(refusal)` is fit to be shown to the person who asked. Answered with 422."""


class Locked(Refused):
    """Somebody else has the thing to themselves for now. Answered with 423 by the API, as any refusal by pages."""


class NotAllowed(Refused):
    """The person may see the thing but not do this to it. Answered with 403."""


class ToConfirm(Refused):
    """Declined until the person confirms it: the same once more, confirmed, is done."""
