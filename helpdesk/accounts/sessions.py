"""Sessions in the database, read by a statement that is prepared once: every request begins with it."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models.functions import Now

from helpdesk.core.prepared import Prepared


def _build_session(*, key: str) -> "models.QuerySet[Any]":
    return Session.objects.filter(session_key=key, expire_date__gt=Now()).order_by("pk")


_session: Prepared[Session] = Prepared(_build_session)


class SessionStore(DatabaseStore):
    """Django's store; one that is missing or has run out begins anew, as there."""

    def _get_session_from_db(self) -> Session | None:
        found = next(iter(_session(key=self.session_key)), None) if self.session_key else None
        if found is None:
            self._session_key = None
        return found
