"""Somebody says that it was not they who signed in."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from helpdesk.accounts.actions import browsers, sessions
from helpdesk.accounts.devices import device_of
from helpdesk.accounts.models import KnownBrowser, SignInLink, User
from helpdesk.accounts.signals import link_asked_for
from helpdesk.journal.actions import record


@transaction.atomic
def raise_alarm(*, browser: KnownBrowser) -> User:
    """Whoever sits there is out: every session and link of the person's ends, no browser is known any more, the
    password fits nothing. A link to choose another one goes to their address (`link_asked_for`); where they have a
    second factor, it is asked for."""
    user = User.objects.select_for_update(of=("self",)).get(pk=browser.user_id)
    now = timezone.now()
    sessions.end_silently(person=user)
    SignInLink.objects.filter(user=user, used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    browsers.forget(user=user)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    record(verb="alarm_raised", subject=user, by=user, device=device_of(browser.agent))
    if user.email:
        link_asked_for.send(
            sender=SignInLink,
            user=user,
            address=user.email,
            next_path=reverse("account_change_password"),
            language=user.language,
        )
    return user
