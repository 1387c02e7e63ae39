"""What the requester says of how a request was resolved."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.actions import record
from tickets.actions.locking import locked
from tickets.enums import Score
from tickets.models import Message, Survey, Ticket
from tickets.permissions import can_rate
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

LONGEST_WORDS = 2000
_SIGNER = Signer(salt="tickets.survey")


@transaction.atomic
def rate(*, ticket: Ticket, by: "User", score: int, words: str = "") -> Survey:
    """Keep the score and the words for the present resolution; once more changes them, until RATING_DAYS are over.

    The same again changes and records nothing. The journal learns the scores, never the words. Raises NotAllowed for
    anybody but the requester; Refused where nothing is resolved, the time is over, or there is no such score.
    """
    ticket = locked(ticket)
    if not can_rate(by, ticket):
        raise NotAllowed(_("Only the person who asked can rate how a request was solved."))
    if score not in Score.values:
        raise Refused(_("Choose one: good, so-so or bad."))
    if not is_open_to_rating(ticket) or ticket.resolved_at is None:
        raise Refused(_("This request can no longer be rated: it is open again, or was solved too long ago."))
    survey, _is_new = Survey.objects.get_or_create(ticket=ticket, resolved_at=ticket.resolved_at)
    words = words.strip()[:LONGEST_WORDS]
    if (survey.score, survey.words) == (score, words):
        return survey
    before, survey.score, survey.words = survey.score, score, words
    survey.rated_at, survey.rated_by = timezone.now(), by
    survey.save(update_fields=["score", "words", "rated_at", "rated_by"])
    ticket.rating = score
    ticket.save(update_fields=["rating"])
    record(verb="rated", subject=ticket, by=by, survey=survey.pk, before=before, after=score)
    ticket_changed.send(sender=Ticket, ticket=ticket, change="rated")
    return survey


def is_open_to_rating(ticket: Ticket) -> bool:
    """Whether it is resolved for good (the answer that did it can't be taken back), not longer ago than RATING_DAYS."""
    if not ticket.is_finished or ticket.resolved_at is None:
        return False
    since = timezone.now() - ticket.resolved_at
    if since <= timedelta(seconds=settings.SEND_UNDO_SECONDS) and Message.objects.held().filter(ticket=ticket).exists():
        return False
    return since <= timedelta(days=settings.RATING_DAYS)


def survey_of(ticket: Ticket) -> Survey | None:
    """What is kept of the present resolution."""
    if ticket.resolved_at is None:
        return None
    return Survey.objects.filter(ticket=ticket, resolved_at=ticket.resolved_at).first()


def token_of(survey: Survey) -> str:
    """What stands in the letter's links: it says whose survey it is, and lets nobody but its receiver answer."""
    return _SIGNER.sign(str(survey.pk))


def survey_by(token: str) -> Survey | None:
    """The survey that a token of ours names; None for any other token."""
    try:
        key = int(_SIGNER.unsign(token))
    except (BadSignature, ValueError):
        return None
    return Survey.objects.select_related("ticket__requester").filter(pk=key).first()
