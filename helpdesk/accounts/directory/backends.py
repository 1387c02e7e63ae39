"""Who signs in by a directory."""

from typing import Any

from django.http import HttpRequest

from helpdesk.accounts.backends import Backend
from helpdesk.accounts.directory.actions.signing_in import sign_in
from helpdesk.accounts.models import User


class DirectoryBackend(Backend):
    """Asked after the local password was not right: who has one here gets in whatever the directory does."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """The active person. Raises DirectoryAway, NotLinked (both Refused) with a line for them."""
        login = str(credentials.get("email") or "")
        return sign_in(login=login, password=str(credentials.get("password") or ""))
