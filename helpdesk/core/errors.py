"""Answers that are not a bug: each message is one sentence that says what is wrong and how to mend it."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """An action declined; `str(refusal)` is fit to be shown to the person who asked. Answered with 422."""


class Locked(Refused):
    """Somebody else has the thing to themselves for now. Answered with 423 by the API, as any refusal by pages."""


class NotAllowed(Refused):
    """The person may see the thing but not do this to it. Answered with 403."""


class ToConfirm(Refused):
    """Declined until the person confirms it: the same once more, confirmed, is done."""


class Away(Refused):
    """A server that this needs does not answer at present, and the same may well be done later. Answered with 503."""


def ensure(allowed: bool, refusal: str = "") -> None:
    """Raise NotAllowed with one clear sentence, `refusal` if given, when a predicate said no."""
    if not allowed:
        raise NotAllowed(refusal or _("Your role does not allow this. Ask an administrator if you need it."))
