"""Who may do what in rooms that they see."""

from datetime import timedelta

from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.chat.models import Line, Room
from helpdesk.chat.people import people_for

CHANGEABLE = timedelta(hours=1)
"""So long whoever said a line may change or delete it."""


def can_write(user: User, room: Room) -> bool:
    """Say something in a room that they see: with a colleague who is still there and to whom they may write, or in a
    team that is. One statement for a pair."""
    if room.is_pair:
        return people_for(user).filter(pk=room.other_than(user).pk).exists()
    return bool(room.team and room.team.is_active)


def can_change(user: User, line: Line) -> bool:
    """Change or delete a line: their own, for an hour."""
    is_theirs = line.author_id == user.pk and line.deleted_at is None
    return is_theirs and timezone.now() - line.created_at < CHANGEABLE
