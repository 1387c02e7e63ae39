"""Who signs in, and who is signed in."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import models
from django.db.models import OuterRef

from helpdesk.accounts import policy
from helpdesk.accounts.models import Grant, User
from helpdesk.core.prepared import Prepared


def _build_user(*, key: int) -> "models.QuerySet[Any]":
    found = User.objects.filter(pk=key).annotate(version_of_rules=policy.version_of_rules())
    return found.annotate(teams_granted=Grant.objects.live().teams_of(OuterRef("pk"))).order_by("pk")


_user: Prepared[User] = Prepared(_build_user)


class Backend(AuthenticationBackend):
    """By e-mail address and password; the signed-in person is read by a statement that is prepared once."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session; None when they are gone or switched off. What roles may do comes along."""
        found = next(iter(_user(key=user_id)), None)
        if found is None or not self.user_can_authenticate(found):
            return None
        policy.note(found.version_of_rules)  # type: ignore[attr-defined]
        found.granted_then = tuple(found.teams_granted)  # type: ignore[attr-defined]
        return found
