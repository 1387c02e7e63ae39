"""Asking how it was."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.accounts.enums import MailTopic
from helpdesk.notifications.letters import letter_of_ours
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import OutgoingMail, Withdrawn
from tickets.actions.rating import token_of
from tickets.enums import Score
from tickets.mail.routing import mailbox_of
from tickets.mail.tokens import subject_token
from tickets.models import Survey


def compose_survey(rows: Sequence[Delivery]) -> OutgoingMail:
    """Three links, each to the page with that answer chosen: nothing is kept before somebody presses the button there.
    Raises Withdrawn when the request is open again, or was rated meanwhile."""
    survey = Survey.objects.select_related("ticket").filter(pk=rows[0].subject_id).first()
    if survey is None or survey.ticket.resolved_at != survey.resolved_at:
        raise Withdrawn("the request is not resolved any more")
    if survey.score is not None:
        raise Withdrawn("the request was rated meanwhile")
    mailbox, person = mailbox_of(rows[0].route), rows[0].person
    language = (person.language if person else "") or (mailbox.language if mailbox else "") or settings.LANGUAGE_CODE
    ticket, page = survey.ticket, settings.SITE_URL + reverse("rating", args=[token_of(survey)])
    with translation.override(language):
        subject = f"{_('How was it?')} {subject_token(ticket.number)}"
        answers = [(str(Score(score).label), f"{page}?score={score}") for score in reversed(Score.values)]
    context = {"number": ticket.number, "topic": ticket.subject, "answers": answers, "days": settings.RATING_DAYS}
    return letter_of_ours(
        rows,
        template="tickets/mail/survey",
        subject=subject,
        context=context,
        language=language,
        topic=MailTopic.SURVEYS,
    )
