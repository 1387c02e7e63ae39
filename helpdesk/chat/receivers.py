"""What the chat does when a lower room speaks."""

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType

from helpdesk.accounts.models import Team
from helpdesk.chat.actions.erasing import forget as forget_person
from helpdesk.core.erasing import Erased
from helpdesk.journal.models import Entry
from helpdesk.notifications.live.happenings import EVERYBODY, RIGHTS, tell

DIRECTORY = "directory_teams_changed"
"""The verb of the line that a directory changed somebody's teams."""


def look_again(*, entries: Sequence[Entry], **_others: Any) -> None:
    """Receiver of `lines_written`: who is of a team has changed, so open pages ask again whether they may be."""
    team = ContentType.objects.get_for_model(Team).pk
    if any(entry.subject_type_id == team for entry in entries):
        tell(RIGHTS, [EVERYBODY])
    if changed := [entry.subject_id for entry in entries if entry.verb == DIRECTORY]:
        tell(RIGHTS, changed)


def forget(*, erased: Erased, **_others: Any) -> None:
    """Receiver of `person_erased`."""
    forget_person(erased)
