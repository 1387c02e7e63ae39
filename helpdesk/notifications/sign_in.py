"""Sending people the link that signs them in."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.accounts.actions import links
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.core.fields import seal, unseal
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.letters import letter_of_ours
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import OutgoingMail


@transaction.atomic
def send_link(*, user: User, address: str, next_path: str = "", language: str = "", route: str = "site") -> Delivery:
    """Put a fresh link for `user` into the outbox, to an address of theirs, leading to `next_path`.

    The mail is in the person's own language, else in `language`, which their browser asked for, else in the
    installation's. The link lies in the outbox sealed and is wiped when the mail is out or given up. More links to
    one address within an hour than the budget allows are held.
    """
    url = links.url_of(links.issue(user=user, address=address, next_path=next_path))
    link = Outgoing(
        purpose=Purpose.SIGN_IN_LINK,
        recipient=address,
        person_id=user.pk,
        route=route,
        content={"url": seal(url), "language": language},
    )
    return enqueue(subject=user, outgoing=[link])[0]


def compose_link(rows: Sequence[Delivery]) -> OutgoingMail:
    row = rows[0]
    if "url" not in row.content:
        raise Refused("the link is no longer kept: ask for a new one")
    person = row.person
    language = (person.language if person else "") or row.content.get("language", "")
    with translation.override(language or settings.LANGUAGE_CODE):
        subject = _("Your link to sign in to %(site)s") % {"site": settings.SITE_NAME}
    context = {
        "url": unseal(row.content["url"]),
        "hours": settings.SIGN_IN_LINK_HOURS,
        "name": person.get_short_name() if person else "",
    }
    return letter_of_ours(
        rows, template="accounts/mail/sign_in_link", subject=subject, context=context, language=language
    )
