"""What this room does when somebody comes in by whichever way, and when somebody's access ends."""

from typing import Any

from django.http import HttpRequest

from helpdesk.accounts.actions import browsers, sessions
from helpdesk.accounts.models import User
from helpdesk.core.middleware import client_address


def note_session(*, request: HttpRequest, user: User, **others: Any) -> None:
    """Receiver of Django's `user_logged_in`."""
    sessions.note(
        user=user,
        session_key=request.session.session_key or "",
        agent=request.headers.get("User-Agent", ""),
        address=client_address(request),
    )


def end_access(*, user: User, **others: Any) -> None:
    """Receiver of `access_ended`: nobody sits anywhere as this person, and no browser is known to be theirs."""
    sessions.end_silently(person=user)
    browsers.forget(user=user)
