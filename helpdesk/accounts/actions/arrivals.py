"""Somebody is in: where they sit, by which way, and whether the browser is a new one."""

from django.db import transaction

from helpdesk.accounts.actions import browsers
from helpdesk.accounts.devices import device_facts
from helpdesk.accounts.models import KnownBrowser, OpenSession, User
from helpdesk.accounts.signals import browser_met
from helpdesk.journal.actions import record


@transaction.atomic
def arrive(
    *,
    user: User,
    session_key: str,
    way: str,
    factor: str,
    secret: str,
    agent: str,
    address: str,
    trusts: bool,
) -> KnownBrowser:
    """The person signed in by this way and second factor, from the browser with this secret.

    Who comes from a new browser, and was here before, is told so (`browser_met`).
    """
    was_here = KnownBrowser.objects.filter(user=user).exists()
    browser, is_new = browsers.meet(user=user, secret=secret, agent=agent, address=address, trusts=trusts)
    OpenSession.objects.filter(session_key=session_key).update(browser=browser, way=way, factor=factor)
    record(verb="signed_in", subject=user, by=user, way=way, factor=factor, device=device_facts(agent))
    if is_new and was_here:
        browser_met.send(sender=KnownBrowser, user=user, browser=browser)
    return browser
