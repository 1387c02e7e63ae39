"""Relations of tickets."""

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Now
from django.utils.translation import gettext_lazy as _

from tickets.enums import Relation
from tickets.models.ticket import Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

NO_CIRCLE = """
PERFORM pg_advisory_xact_lock(hashtext('tickets_ticketlink child'));
IF EXISTS (
    WITH RECURSIVE above (id) AS (
        SELECT NEW.target_id
        UNION
        SELECT target_id FROM tickets_ticketlink JOIN above ON source_id = above.id WHERE kind = 'child'
    )
    SELECT 1 FROM above WHERE id = NEW.source_id
) THEN
    RAISE EXCEPTION 'ticket_link_no_circle'
    USING ERRCODE = 'check_violation', CONSTRAINT = 'ticket_link_no_circle';
END IF;
RETURN NEW;
"""


class TicketLinkQuerySet(models.QuerySet["TicketLink"]):
    def of(self, ticket: Ticket) -> "TicketLinkQuerySet":
        return self.filter(Q(source=ticket) | Q(target=ticket))

    def visible_to(self, user: "User") -> "TicketLinkQuerySet":
        """Those of which the person may know both tickets."""
        seen = Ticket.objects.visible_to(user)
        return self.filter(source__in=seen, target__in=seen)


class TicketLink(models.Model):
    """That `source` has to do with `target`: what `kind` says, read from the source. Of one kind there is at most one
    between two tickets, whichever way it points; a ticket is the child of at most one, and never of its own child."""

    source = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Ticket, verbose_name=_("other"), on_delete=models.CASCADE, related_name="links_here")
    kind = models.CharField(_("kind"), max_length=16, choices=Relation.choices)
    made_at = models.DateTimeField(_("made at"), db_default=Now())
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("made by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = TicketLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of tickets")
        verbose_name_plural = _("links of tickets")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "kind", Least("source", "target"), Greatest("source", "target"), name="ticket_link_once"
            ),
            models.UniqueConstraint(fields=["source"], name="ticket_link_one_parent", condition=Q(kind="child")),
            models.CheckConstraint(condition=~Q(source=F("target")), name="ticket_link_not_to_itself"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="ticket_link_no_circle",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__kind="child"),
                func=NO_CIRCLE.strip(),
            )
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"

    def other(self, ticket: Ticket) -> Ticket:
        """The ticket at the other end."""
        return self.target if self.source_id == ticket.pk else self.source
