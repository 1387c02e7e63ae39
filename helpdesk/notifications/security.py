"""Letters to somebody about their own account: a new browser, wrong passwords, changed second factors."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.accounts.alarm_links import alarm_url
from helpdesk.accounts.devices import device_of
from helpdesk.accounts.models import KnownBrowser, User
from helpdesk.core import readable
from helpdesk.core.errors import Refused
from helpdesk.core.fields import seal, unseal
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.letters import letter_of_ours
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import OutgoingMail


def tell_of_browser(*, user: User, browser: KnownBrowser) -> None:
    """Somebody signed in as this person from a browser that was not known: where, when, with what, and what to do."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        facts = {
            "device": device_of(browser.agent),
            "address": browser.address or _("an unknown network"),
            "at": readable.full_moment(timezone.localtime(browser.first_at)),
        }
        title = _("A new sign-in to your account: %(device)s") % facts
        text = _(
            "%(device)s, from %(address)s, %(at)s. If that was you, do nothing. If it was not, open this link: it ends "
            "every session and lets you choose another password."
        )
        _tell(user, title, text % facts, alarm_url(browser))


def tell_of_tries(*, user: User, count: int, networks: Sequence[str]) -> None:
    """So many wrong passwords were given for this person, from these networks."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        title = _("Somebody tried to sign in as you")
        said = ngettext(
            "A wrong password was given for your account %(count)d time, from %(networks)s.",
            "A wrong password was given for your account %(count)d times, from %(networks)s.",
            count,
        ) % {"count": count, "networks": ", ".join(networks)}
        more = _(
            "Your account is safe: nobody got in, and further tries have to wait. If it was not you, choose a password "
            "that you use nowhere else, or set up a second factor, on this page:"
        )
        _tell(user, title, f"{said} {more}", settings.SITE_URL + reverse("security"))


def tell_of_change(*, user: User, title: str) -> None:
    """How the person proves themselves has changed. `title` is in the language of whoever changed it: the person."""
    with translation.override(user.language or settings.LANGUAGE_CODE):
        text = _("If that was you, do nothing. If it was not, look here at once, and tell an administrator:")
    _tell(user, title, text, settings.SITE_URL + reverse("security"))


def compose_security(rows: Sequence[Delivery]) -> OutgoingMail:
    """Raises Refused when the link is no longer kept."""
    content, person = rows[0].content, rows[0].person
    if "url" not in content:
        raise Refused("the link is no longer kept")
    context = {"title": content["title"], "text": content["text"], "url": unseal(content["url"])}
    return letter_of_ours(
        rows,
        template="notifications/mail/notice",
        subject=content["title"],
        context=context,
        language=person.language if person else "",
    )


def _tell(user: User, title: str, text: str, url: str) -> None:
    if not user.is_active or not user.email:
        return
    content = {"title": title[:200], "text": text, "url": seal(url)}
    enqueue(
        subject=user,
        outgoing=[Outgoing(purpose=Purpose.SECURITY, recipient=user.email, person_id=user.pk, content=content)],
    )
