"""How allauth behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from helpdesk.accounts.actions import attempts
from helpdesk.accounts.enums import Door
from helpdesk.accounts.models import User
from helpdesk.core.middleware import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: customers come by mail or invitation, staff by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The active person of this address and password. Raises TooManyAttempts.

        Whoever is unknown, switched off or without a password costs the same one hash.
        """
        address = client_address(request)
        attempt = attempts.begin(door=Door.PASSWORD, about=str(credentials.get("email", "")), address=address)
        found = super().authenticate(request, **credentials)
        if not isinstance(found, User) or not found.is_active:
            return None
        attempts.succeed(attempt=attempt, user=found)
        return found

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened."""
