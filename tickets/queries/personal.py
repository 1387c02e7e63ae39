"""A person's own numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from helpdesk.accounts.models import User
from tickets.enums import UNFINISHED, MessageKind
from tickets.models import KeptDraft, Message, Ticket

DAYS = 7
MOST_DRAFTS = 50


@dataclass(frozen=True, slots=True)
class Numbers:
    """What somebody has in hand (unfinished tickets by status) and what they did: answers to customers since the
    beginning of today and within DAYS days, and how many of the latter were the first answer on their ticket."""

    in_hand: dict[str, int]
    answers_today: int
    answers: int
    first_answers: int


def numbers_of(user: User, *, today: datetime, now: datetime) -> Numbers:
    """In two statements; what they read grows with the person's own week, not with the desk. `today` is when the
    person's day began."""
    held = Ticket.objects.visible_to(user).assigned_to(user).standing_alone().unfinished().order_by()
    counted = dict(held.values_list("status").annotate(Count("pk")))
    earlier = Message.objects.filter(ticket=OuterRef("ticket"), kind=MessageKind.REPLY, pk__lt=OuterRef("pk"))
    said = Message.objects.filter(author=user, kind=MessageKind.REPLY, created_at__gte=now - timedelta(days=DAYS))
    sums = said.annotate(is_first=~Exists(earlier)).aggregate(
        answers=Count("pk"),
        answers_today=Count("pk", filter=Q(created_at__gte=today)),
        first_answers=Count("pk", filter=Q(is_first=True)),
    )
    return Numbers({status: counted.get(status, 0) for status in UNFINISHED}, **sums)


def drafts_written_by(user: User) -> list[KeptDraft]:
    """What somebody is writing, with its tickets, the latest first, at most MOST_DRAFTS."""
    found = KeptDraft.objects.visible_to(user).select_related("ticket")
    return list(found.order_by("-updated_at", "-pk")[:MOST_DRAFTS])
