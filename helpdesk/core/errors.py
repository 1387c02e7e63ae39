"""Answers that are not a bug: each message is one sentence that says what is wrong and how to mend it."""


class Refused(Exception):
    """An action declined; `str(refusal)` is fit to be shown to the person who asked. Answered with 422."""


class NotAllowed(Refused):
    """The person may see the thing but not do this to it. Answered with 403."""


class ToConfirm(Refused):
    """Declined until the person confirms it: the same once more, confirmed, is done."""
