"""Where somebody is signed in: noted when they come, ended by them or for them."""

from django.contrib.sessions.models import Session
from django.db import transaction

from helpdesk.accounts.devices import device_facts
from helpdesk.accounts.models import OpenSession, User
from helpdesk.accounts.models.browser import LONGEST_AGENT
from helpdesk.accounts.signals import session_ended
from helpdesk.core.errors import ensure
from helpdesk.journal.actions import record


@transaction.atomic
def note(*, user: User, session_key: str, agent: str, address: str | None) -> OpenSession:
    """Somebody signed in, by whichever way; the journal's line is written where the way is known."""
    OpenSession.objects.filter(session_key=session_key).delete()
    return OpenSession.objects.create(
        user=user, session_key=session_key, agent=agent[:LONGEST_AGENT], address=address or None
    )


@transaction.atomic
def end(*, session: OpenSession, by: User) -> None:
    """The session is over at once, and with it every open page's stream. Raises NotAllowed for somebody else's."""
    ensure(session.user_id == by.pk)
    _end([session])
    record(verb="session_ended", subject=by, by=by, device=device_facts(session.agent))


@transaction.atomic
def end_others(*, person: User, but: str, by: User) -> int:
    """Every session of the person's is over but the one with this key; returns how many were."""
    others = list(OpenSession.objects.filter(user=person).exclude(session_key=but).order_by("pk"))
    _end(others)
    if others:
        record(verb="sessions_ended", subject=person, by=by, count=len(others))
    return len(others)


def end_silently(*, person: User, but: str = "") -> int:
    """The same as a part of another action, which writes the line."""
    others = list(OpenSession.objects.filter(user=person).exclude(session_key=but).order_by("pk"))
    _end(others)
    return len(others)


def _end(sessions: list[OpenSession]) -> None:
    keys = [session.session_key for session in sessions]
    Session.objects.filter(session_key__in=keys).delete()
    OpenSession.objects.filter(pk__in=[session.pk for session in sessions]).delete()
    for key in keys:
        session_ended.send(sender=OpenSession, session_key=key)
