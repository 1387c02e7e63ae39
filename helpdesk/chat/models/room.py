"""Where colleagues talk, and how far each has read."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Grant, Team
from helpdesk.chat.enums import RoomKind

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: "User") -> "RoomQuerySet":
        """Whose conversations these are, by the teams and grants of this moment: the two of a pair, the members of a
        team. Contractors see rooms of teams whose queue is granted to them, and pairs with people of such a team."""
        if not user.can(Capability.ENTER_DESK):
            return self.none()
        if user.can(Capability.SEE_ALL_TICKETS):
            teams = Team.objects.filter(members=user).order_by().values("pk")
            return self.filter(Q(first=user) | Q(second=user) | Q(team__in=teams))
        granted = Grant.objects.live().filter(contractor=user).order_by().values("team")
        members = Team.members.through.objects.filter(team__in=granted).order_by().values("user")
        others = Grant.objects.live().filter(team__in=granted).order_by().values("contractor")
        with_second = Q(first=user) & (Q(second__in=members) | Q(second__in=others))
        with_first = Q(second=user) & (Q(first__in=members) | Q(first__in=others))
        return self.filter(Q(team__in=granted) | with_second | with_first)

    def of_pair(self, one: "User", other: "User") -> "RoomQuerySet":
        """The room of these two, if there is one."""
        first, second = sorted((one.pk, other.pk))
        return self.filter(kind=RoomKind.PAIR, first=first, second=second)

    def with_names(self) -> "RoomQuerySet":
        """With what titles are made of."""
        return self.select_related("first", "second", "team")


class Room(models.Model):
    """Where two people talk (`first` is the one with the smaller key), or a `team`. `last_line` is the key of the
    latest line, 0 before there is one: whoever says one has the room locked."""

    kind = models.CharField(_("kind"), max_length=8, choices=RoomKind.choices)
    team = models.OneToOneField(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="room"
    )
    first = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("one of two"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    second = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("the other"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    last_line = models.BigIntegerField(_("latest line"), default=0)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="room_of_a_pair_once"),
            models.CheckConstraint(
                condition=Q(
                    kind=RoomKind.PAIR,
                    team__isnull=True,
                    first__isnull=False,
                    second__isnull=False,
                    first__lt=F("second"),
                )
                | Q(kind=RoomKind.TEAM, team__isnull=False, first__isnull=True, second__isnull=True),
                name="room_is_of_two_or_of_a_team",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_pair(self) -> bool:
        return self.kind == RoomKind.PAIR

    def other_than(self, user: "User") -> Any:
        """Whom this person talks with; None in a team's room."""
        return self.second if self.first_id == user.pk else self.first

    def title_for(self, user: "User") -> str:
        """What this person calls the room."""
        return str(self.other_than(user) if self.is_pair else self.team)


class Reading(models.Model):
    """How far a person has read a room: `read_to` is the key of the latest line they saw. `draft` is what they are
    writing there. Whoever may see a room and has none has not been there since anything was said."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    room = models.ForeignKey(Room, verbose_name=_("room"), on_delete=models.CASCADE, related_name="readings")
    read_to = models.BigIntegerField(_("read up to"), default=0)
    draft = models.TextField(_("draft"), blank=True)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        constraints = [models.UniqueConstraint(fields=["person", "room"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.room_id}"
