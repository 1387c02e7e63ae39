"""Telling managers who asked for it that a colleague filed a request."""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import MailTopic, Role
from helpdesk.accounts.models import User
from helpdesk.core.prepared import Prepared
from helpdesk.notifications.notices import notify
from tickets.models import Ticket


def tell_managers(*, ticket: Ticket) -> None:
    """One notice each, in the caller's transaction; not to whoever filed it. No statement without an organisation."""
    if ticket.organisation_id is None:
        return
    for person in _managers(organisation=ticket.organisation_id):
        if person.pk == ticket.requester_id:
            continue
        with translation.override(person.language or settings.LANGUAGE_CODE):
            title = _("New request of your company: %(subject)s") % {"subject": ticket.subject}
            text = _("%(name)s filed it.") % {"name": ticket.requester}
        notify(
            person=person,
            subject=ticket,
            title=title,
            text=text,
            path=reverse("cabinet:request", args=[ticket.number]),
            conversation=ticket.number,
            topic=MailTopic.ORGANISATION,
        )


def may_be_told(person: User, ticket: int) -> bool:
    """Whether a manager still is one who may see the request and wants to hear of such, when the notice goes out."""
    is_manager = person.can(Capability.SEE_ORGANISATION_TICKETS) and person.wants(MailTopic.ORGANISATION)
    return is_manager and Ticket.objects.visible_to(person).filter(pk=ticket).exists()


def _build_managers(*, organisation: int) -> "models.QuerySet[Any]":
    found = User.objects.active().filter(organisation=organisation, role=Role.CUSTOMER_MANAGER)
    return found.filter(mail_topics__contains=[MailTopic.ORGANISATION.value]).order_by("pk")


_managers: Prepared[User] = Prepared(_build_managers)
