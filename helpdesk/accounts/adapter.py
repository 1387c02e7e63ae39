"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: customers come by mail or invitation, staff by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
