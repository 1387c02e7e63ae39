"""Somebody says that it was not they who signed in."""

from django.db import transaction
from django.urls import reverse

from helpdesk.accounts.actions.leaving import end_ways_in
from helpdesk.accounts.devices import device_facts
from helpdesk.accounts.models import KnownBrowser, SignInLink, User
from helpdesk.accounts.signals import link_asked_for
from helpdesk.journal.actions import record


@transaction.atomic
def raise_alarm(*, browser: KnownBrowser) -> User:
    """Whoever sits there is out: every session, link and API token of the person's ends, no browser is known any more,
    the password fits nothing. A link to choose another one goes to their address (`link_asked_for`); where they have a
    second factor, it is asked for."""
    user = User.objects.select_for_update(of=("self",)).get(pk=browser.user_id)
    end_ways_in(user)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    record(verb="alarm_raised", subject=user, by=user, device=device_facts(browser.agent))
    if user.email:
        link_asked_for.send(
            sender=SignInLink,
            user=user,
            address=user.email,
            next_path=reverse("account_change_password"),
            language=user.language,
        )
    return user
