"""Letters about belonging to an organisation: the invitation, and the word that somebody was removed."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.accounts.actions import invitations
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Invitation, Organisation, User
from helpdesk.core.errors import Refused
from helpdesk.core.fields import seal, unseal
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.letters import letter_of_ours
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.notices import notify
from helpdesk.notifications.registries import OutgoingMail


def send_invitation(*, invitation: Invitation, secret: str) -> None:
    """The link lies in the outbox sealed and is wiped when the mail is out or given up."""
    letter = Outgoing(
        purpose=Purpose.INVITATION,
        recipient=invitation.address,
        content={
            "url": seal(invitations.url_of(secret)),
            "language": invitation.language or invitation.invited_by.language,
        },
    )
    enqueue(subject=invitation, outgoing=[letter])


def compose_invitation(rows: Sequence[Delivery]) -> OutgoingMail:
    """In the language of who invites, or which they said. Raises Refused when the link is gone, or was taken back."""
    row = rows[0]
    found = Invitation.objects.open().select_related("organisation", "invited_by").filter(pk=row.subject_id).first()
    if found is None or "url" not in row.content:
        raise Refused("the invitation was accepted or taken back")
    language = row.content.get("language") or settings.LANGUAGE_CODE
    common = {"url": unseal(row.content["url"]), "who": str(found.invited_by), "days": settings.INVITATION_DAYS}
    if found.organisation is None:
        return _compose_of_staff(rows, common, language)
    with translation.override(language):
        subject = _("%(organisation)s invites you to %(site)s") % {
            "organisation": found.organisation.name,
            "site": settings.SITE_NAME,
        }
    context = {**common, "organisation": found.organisation.name}
    return letter_of_ours(
        rows, template="accounts/mail/invitation", subject=subject, context=context, language=language
    )


def _compose_of_staff(rows: Sequence[Delivery], common: dict[str, Any], language: str) -> OutgoingMail:
    with translation.override(language):
        subject = _("You are invited to work at %(site)s") % {"site": settings.SITE_NAME}
    return letter_of_ours(
        rows, template="accounts/mail/staff_invitation", subject=subject, context=common, language=language
    )


def tell_administrators(*, invitation: Invitation) -> None:
    """Somebody invited a person whom no link may bring there."""
    for person in User.objects.active().filter(role=Role.ADMINISTRATOR).order_by("pk"):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            facts = {"organisation": str(invitation.organisation), "address": invitation.address}
            title = _("An invitation for you to decide: %(organisation)s") % facts
            text = _(
                "%(address)s is to join %(organisation)s, but belongs to somebody else here or was switched off. "
                "No letter went out. If it is right, change the person's organisation."
            )
        notify(
            person=person,
            subject=invitation,
            title=title,
            text=text % facts,
            path=reverse("admin:accounts_user_changelist"),
        )


def tell_removed(*, person: User, organisation: int) -> None:
    """The person is told while they still are somebody here."""
    name = Organisation.objects.get(pk=organisation).name
    with translation.override(person.language or settings.LANGUAGE_CODE):
        title = _("You no longer belong to %(organisation)s here") % {"organisation": name}
        text = _(
            "A manager of the company took away your access to its requests. If this is a mistake, write to them or "
            "to us."
        )
    notify(person=person, subject=person, title=title, text=text, path="/")
