"""Passwords: most people never have one."""

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.actions import browsers, sessions
from helpdesk.accounts.models import Attempt, SignInLink, User
from helpdesk.journal.actions import record


@transaction.atomic
def change(*, user: User, new: str, by: User, attempt: Attempt | None = None, session_key: str = "") -> User:
    """Give the person another password.

    Every session of theirs ends but the one with this key, and so does every sign-in link still lying in a mailbox; no
    browser is trusted any more. The `attempt` was good and counts no more. Raises ValidationError when the password is
    too weak.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    validate_password(new, user)
    user.set_password(new)
    user.save(update_fields=["password"])
    now = timezone.now()
    SignInLink.objects.filter(user=user, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    sessions.end_silently(person=user, but=session_key)
    browsers.distrust(user=user, by=by)
    if attempt is not None:
        attempt.delete()
    record(verb="password_changed", subject=user, by=by)
    return user
