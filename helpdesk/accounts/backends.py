"""Who signs in, and who is signed in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import models

from helpdesk.accounts.models import User
from helpdesk.core.prepared import Prepared


def _build_user(*, key: int) -> "models.QuerySet[Any]":
    return User.objects.filter(pk=key).order_by("pk")


_user: Prepared[User] = Prepared(_build_user)


class Backend(AuthenticationBackend):
    """By e-mail address and password; the signed-in person is read by a statement that is prepared once."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session; None when they are gone or switched off."""
        found = next(iter(_user(key=user_id)), None)
        return found if found is not None and self.user_can_authenticate(found) else None
