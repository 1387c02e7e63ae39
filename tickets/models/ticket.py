"""Requests."""

import re
from typing import TYPE_CHECKING

import pghistory
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Grant, Team
from helpdesk.core.lookups import Selected, Written
from tickets.enums import FINISHED, UNFINISHED, Channel, Priority, Score, Status
from tickets.models.category import Edition

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


_WORD = re.compile(r"[^\W_]+")
MOST_WORDS = 10
AWAKE = Q(status__in=UNFINISHED, snoozed_until__isnull=True, merged_into__isnull=True)
"""What the ordinary lists hold. The indexes of it carry what a contractor's rights are asked by: counting then reads
them and no ticket."""
SUBJECT_WORDS = SearchVector("subject", config="russian")
"""The words of the subject as the search's documents keep words: English stems for Latin ones, Russian for others."""

LIST_COLUMNS = (
    "pk",
    "number",
    "subject",
    "status",
    "priority",
    "tags",
    "snippet",
    "active_at",
    "awaits_approval",
    "locked_by_id",
    "snoozed_until",
    "requester__name",
    "requester__email",
    "organisation__name",
    "assignee_id",
    "assignee__name",
    "assignee__email",
)
"""Just what a row of a list shows."""


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: "User") -> "TicketQuerySet":
        """What this person may know of: staff everything, a contractor granted queues and what is assigned to them,
        a customer manager the organisation's, a customer what they asked or take part in."""
        if user.can(Capability.SEE_ALL_TICKETS):
            return self
        if user.can(Capability.ENTER_DESK):
            return self.filter(self._of_granted(user) | Q(assignee=user))
        if not user.can(Capability.ENTER_CABINET):
            return self.none()
        return self.filter(self._of_customer(user))

    @staticmethod
    def _of_granted(user: "User") -> Q | Written:
        """The granted queues; by their keys where the request has them, so that the planner picks the right index."""
        if user.granted_then is None:
            return Q(team__in=Grant.objects.live().filter(contractor=user).values("team"))
        return Written(F("team"), user.granted_then)

    @staticmethod
    def _of_customer(user: "User") -> Q:
        own = Q(requester=user) | Q(_taking_part(user))
        if user.can(Capability.SEE_ORGANISATION_TICKETS) and user.organisation_id is not None:
            return own | Q(organisation=user.organisation_id)
        return own

    def involving(self, user: "User") -> "TicketQuerySet":
        """What this person asked or takes part in."""
        return self.filter(Q(requester=user) | Q(_taking_part(user)))

    def own_of(self, user: "User") -> "TicketQuerySet":
        """What a customer asked or takes part in. Where they see nothing else anyway, it is asked once: said twice, the
        planner takes it for far fewer tickets than they are."""
        seen = self.visible_to(user)
        return seen.involving(user) if user.can(Capability.SEE_ORGANISATION_TICKETS) else seen

    def with_subject_words(self, words: str) -> "TicketQuerySet":
        """Whose subject has every one of the words, or words that begin so; none of them without a word."""
        begun = [f"'{word}':*" for word in _WORD.findall(words)[:MOST_WORDS]]
        if not begun:
            return self.none()
        query = SearchQuery(" & ".join(begun), config="russian", search_type="raw")
        return self.annotate(subject_words=SUBJECT_WORDS).filter(subject_words=query)

    def waiting_first(self) -> "TicketQuerySet":
        """What waits for the customer, then what is not finished, then the rest; each latest first."""
        waiting, unfinished = When(status=Status.WAITING, then=0), When(status__in=UNFINISHED, then=1)
        urgency = Case(waiting, unfinished, default=2, output_field=models.SmallIntegerField())
        return self.order_by(urgency, "-active_at", "-pk")

    def standing_alone(self) -> "TicketQuerySet":
        """Those that are not merged into another."""
        return self.filter(merged_into__isnull=True)

    def unfinished(self) -> "TicketQuerySet":
        return self.filter(status__in=UNFINISHED)

    def finished(self) -> "TicketQuerySet":
        return self.filter(status__in=FINISHED)

    def awake(self) -> "TicketQuerySet":
        """Those that nobody put aside for later."""
        return self.filter(snoozed_until__isnull=True)

    def assigned_to(self, user: "User") -> "TicketQuerySet":
        return self.filter(assignee=user)

    def of_teams_of(self, user: "User") -> "TicketQuerySet":
        return self.filter(team__in=Team.objects.filter(members=user).values("pk"))

    def unassigned(self) -> "TicketQuerySet":
        return self.filter(assignee__isnull=True)

    def for_list(self) -> "TicketQuerySet":
        """Just what a row of a list shows, in one statement."""
        found = self.select_related("requester", "organisation", "assignee", "merged_into")
        return found.only(*LIST_COLUMNS, "merged_into__status")

    def for_page(self) -> "TicketQuerySet":
        found = self.select_related(
            "requester__organisation",
            "organisation",
            "assignee",
            "team",
            "follow_up_of",
            "merged_into",
            "locked_by",
        )
        return found.with_edition()

    def with_edition(self) -> "TicketQuerySet":
        """With what `tickets.queries.definitions.definitions_of` needs to know about category and fields."""
        return self.annotate(edition=Edition())

    def with_watchers(self) -> "TicketQuerySet":
        """`watched_by`: the keys of those who watch."""
        watching = Watcher.objects.filter(ticket=OuterRef("pk")).order_by("pk").values("user")
        return self.annotate(watched_by=ArraySubquery(watching))


def _taking_part(user: "User") -> Selected:
    """The ticket is one of those in which this person takes part."""
    taking_part = Participant.objects.filter(user=user, is_active=True).order_by().values("ticket")
    return Selected(F("pk"), ArraySubquery(taking_part))


@pghistory.track(
    pghistory.UpdateEvent(
        "ticket_changed",
        condition=pghistory.AnyChange("status", "priority", "assignee", "team", "requester", "subject"),
    ),
    fields=["id", "number", "status", "priority", "assignee", "team", "requester", "subject"],
    model_name="TicketEvent",
)
class Ticket(models.Model):
    """A request with a number. `active_at` is the moment of the last public message or change of state: lists sort by
    it. `snippet` is the beginning of the last public message, plain text. `awaits_approval` counts messages from
    people outside the conversation that nobody has let in yet, those of tickets merged here as well. `merged_into` is
    the ticket on which this one is worked while a Merge of it is live. `fields` are the values of the category's
    fields by their keys, as `tickets.fields.validated` gives them. `rating` is what the requester said last of how it
    was resolved (`Survey` has their words).

    `snoozed_until` is set while the ticket stays out of the lists until then; `locked_by` and `locked_at` while one
    agent has it for themselves (see `tickets.holding`); `archived_at` once it is old and out of every list that
    is not asked for the archive."""

    number = models.BigIntegerField(
        _("number"),
        unique=True,
        db_default=models.Func(Value("tickets_number"), function="nextval", output_field=models.BigIntegerField()),
    )
    subject = models.CharField(_("subject"), max_length=500)
    status = models.CharField(_("status"), max_length=16, choices=Status.choices, default=Status.NEW)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices, default=Priority.NORMAL)
    channel = models.CharField(_("channel"), max_length=16, choices=Channel.choices, default=Channel.DESK)
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requester"),
        on_delete=models.PROTECT,
        related_name="requested_tickets",
    )
    organisation = models.ForeignKey(
        "accounts.Organisation",
        verbose_name=_("organisation"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tickets",
    )
    team = models.ForeignKey(
        "accounts.Team",
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="tickets",
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("assignee"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_tickets",
    )
    tags = ArrayField(models.CharField(max_length=50), verbose_name=_("tags"), default=list, blank=True)
    category = models.ForeignKey(
        "tickets.Category",
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        db_index=False,  # ticket_category begins with it
        related_name="tickets",
    )
    fields = models.JSONField(
        _("fields"), default=dict, db_default=Value({}, output_field=models.JSONField()), blank=True
    )
    follow_up_of = models.ForeignKey(
        "self",
        verbose_name=_("follow-up of"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="follow_ups",
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged_here",
        db_index=False,
        editable=False,
    )
    snippet = models.CharField(_("snippet"), max_length=200, blank=True)
    awaits_approval = models.PositiveIntegerField(_("waiting for approval"), default=0)
    rating = models.PositiveSmallIntegerField(_("rating"), choices=Score.choices, null=True, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    active_at = models.DateTimeField(_("last activity"), db_default=Now())
    first_response_at = models.DateTimeField(_("first response"), null=True, blank=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    snoozed_until = models.DateTimeField(_("snoozed until"), null=True, blank=True)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("locked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="locked_tickets",
        db_index=False,
    )
    locked_at = models.DateTimeField(_("locked"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes = [
            models.Index(fields=["-active_at", "-id"], name="ticket_active"),
            models.Index(fields=["-active_at", "-id"], name="ticket_current", condition=Q(archived_at__isnull=True)),
            models.Index(fields=["-active_at", "-id"], name="ticket_archived", condition=Q(archived_at__isnull=False)),
            models.Index(
                fields=["-active_at", "-id"], name="ticket_awake", condition=AWAKE, include=["team", "assignee"]
            ),
            models.Index(fields=["team", "-active_at", "-id"], name="ticket_awake_team", condition=AWAKE),
            models.Index(fields=["assignee", "-active_at", "-id"], name="ticket_awake_assignee", condition=AWAKE),
            models.Index(
                fields=["-active_at", "-id"],
                name="ticket_awake_unassigned",
                condition=AWAKE & Q(assignee__isnull=True),
                include=["team", "assignee"],
            ),
            models.Index(fields=["-active_at", "-id"], name="ticket_snoozed", condition=Q(snoozed_until__isnull=False)),
            models.Index(fields=["snoozed_until"], name="ticket_to_wake", condition=Q(snoozed_until__isnull=False)),
            models.Index(fields=["locked_by"], name="ticket_locked", condition=Q(locked_by__isnull=False)),
            models.Index(
                fields=["closed_at"], name="ticket_to_archive", condition=Q(status="closed", archived_at__isnull=True)
            ),
            models.Index(fields=["requester", "-active_at", "-id"], name="ticket_requester"),
            models.Index(fields=["organisation", "-active_at", "-id"], name="ticket_organisation"),
            models.Index(fields=["status", "-active_at", "-id"], name="ticket_status"),
            models.Index(fields=["-created_at", "-id"], name="ticket_created"),
            models.Index(
                fields=["-created_at", "-id"], name="ticket_created_unfinished", condition=Q(status__in=UNFINISHED)
            ),
            models.Index(
                fields=["-number", "-id"], name="ticket_number_unfinished", condition=Q(status__in=UNFINISHED)
            ),
            models.Index(
                fields=["-priority", "-active_at", "-id"],
                name="ticket_priority_unfinished",
                condition=Q(status__in=UNFINISHED),
            ),
            models.Index(fields=["resolved_at"], name="ticket_resolved", condition=Q(resolved_at__isnull=False)),
            models.Index(
                fields=["category", "-active_at", "-id"], name="ticket_category", condition=Q(category__isnull=False)
            ),
            GinIndex(fields=["tags"], name="ticket_tags"),
            GinIndex(fields=["fields"], opclasses=["jsonb_path_ops"], name="ticket_fields"),
            models.Index(fields=["merged_into"], name="ticket_merged", condition=Q(merged_into__isnull=False)),
            GinIndex(SUBJECT_WORDS, name="ticket_subject_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at__isnull=True)),
                name="ticket_closed_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="resolved") | Q(resolved_at__isnull=False), name="ticket_resolved_with_time"
            ),
            models.CheckConstraint(condition=~Q(subject=""), name="ticket_has_subject"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__in=Score.values), name="ticket_rating_is_a_score"
            ),
            models.CheckConstraint(
                condition=Q(locked_by__isnull=True) | Q(locked_at__isnull=False), name="ticket_locked_with_time"
            ),
            models.CheckConstraint(
                condition=Q(archived_at__isnull=True) | Q(status="closed"), name="ticket_archived_is_closed"
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("pk")), name="ticket_not_merged_into_itself"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def is_merged(self) -> bool:
        return self.merged_into_id is not None

    def worked_on(self) -> "Ticket":
        """The ticket whose state this one shares: the one it is merged into, else itself."""
        return self.merged_into or self

    @property
    def is_finished(self) -> bool:
        return self.status in FINISHED


class Participant(models.Model):
    """Somebody beside the requester who gets the answers and may write. Inactive: removed, or not yet let in."""

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="participations"
    )
    is_active = models.BooleanField(_("active"), default=True)
    added_at = models.DateTimeField(_("added"), db_default=Now())

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id}:{self.user_id}"


class Watcher(models.Model):
    """Staff who get notices of what happens on a ticket."""

    ticket = models.ForeignKey(Ticket, verbose_name=_("ticket"), on_delete=models.CASCADE, related_name="watchers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="watched"
    )

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="watcher_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id}:{self.user_id}"
