"""What single sign-on does when somebody's access ends."""

from typing import Any

from django.contrib.auth.signals import user_logged_out

from helpdesk.accounts.signals import access_ended, person_erased, session_ended
from helpdesk.accounts.sso.actions import erasing, visits
from helpdesk.accounts.sso.enums import Ending


def connect() -> None:
    user_logged_out.connect(_on_signing_out)
    session_ended.connect(_on_session_ended)
    access_ended.connect(_on_access_ended)
    person_erased.connect(_on_person_erased)


def _on_signing_out(request: Any, **facts: Any) -> None:
    if request is not None and request.session.session_key:
        visits.end_session(session_key=request.session.session_key, why=Ending.SIGNED_OUT)


def _on_session_ended(session_key: str, **facts: Any) -> None:
    visits.end_session(session_key=session_key, why=Ending.SESSION_GONE)


def _on_access_ended(user: Any, **facts: Any) -> None:
    visits.end_all_of(person=user, why=Ending.ACCESS_ENDED)


def _on_person_erased(erased: Any, **facts: Any) -> None:
    erasing.forget(erased)
