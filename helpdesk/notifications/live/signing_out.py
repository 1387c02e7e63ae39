"""Pages that are open end with the session that opened them."""

from typing import Any

from django.http import HttpRequest

from helpdesk.notifications.live import bus
from helpdesk.notifications.live.hub import SIGNED_OUT


def end_streams(*, request: HttpRequest | None, **_others: Any) -> None:
    """Receiver of `user_logged_out`, which is sent while the session still has its key."""
    session = getattr(request, "session", None)
    if session is not None and session.session_key:
        end_streams_of(session.session_key)


def end_streams_of(session_key: str) -> None:
    """Whatever is open by this session ends with it, once the caller's transaction has committed."""
    bus.publish("all", SIGNED_OUT, bus.digest(session_key))
