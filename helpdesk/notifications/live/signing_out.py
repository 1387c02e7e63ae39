"""Pages that are open end with the session that opened them, and with the right to see what they show."""

from typing import Any

from django.http import HttpRequest

from helpdesk.accounts.models import User
from helpdesk.notifications.live.bus import digest
from helpdesk.notifications.live.happenings import EVERYBODY, RIGHTS, SENT_OUT, SIGNED_OUT, tell


def end_streams(*, request: HttpRequest | None, **_others: Any) -> None:
    """Receiver of `user_logged_out`, which is sent while the session still has its key."""
    session = getattr(request, "session", None)
    if session is not None and session.session_key:
        end_streams_of(session.session_key)


def end_streams_of(session_key: str) -> None:
    """Whatever is open by this session ends with it, once the caller's transaction has committed."""
    tell(SIGNED_OUT, [digest(session_key)])


def end_all_streams(*, user: User, **_others: Any) -> None:
    """Receiver of `access_ended`: every page that this person has open ends."""
    tell(SENT_OUT, [user.pk])


def doubt_streams(*, user: User | None, **_others: Any) -> None:
    """Receiver of `access_changed`: what this person has open asks again whether it may be; None for everybody."""
    tell(RIGHTS, [EVERYBODY if user is None else user.pk])
