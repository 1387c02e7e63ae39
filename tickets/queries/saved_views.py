"""The saved views in the rail."""

from typing import Any

from django.db import models

from helpdesk.accounts.models import User
from helpdesk.accounts.viewing import Viewing, keys_of, viewing
from helpdesk.core.prepared import Prepared
from tickets.models import SavedView


def saved_views(user: User) -> list[SavedView]:
    """Those a person may see, by name, in one statement. They carry no counters: the words of a view may ask for what
    no index answers, and the rail stands on every page."""
    return _saved_views(viewing(user), **keys_of(user))


def _build_saved_views(seen: Viewing, *, user: int, organisation: int) -> "models.QuerySet[Any]":
    return SavedView.objects.visible_to(seen.person(user, organisation)).by_name()


_saved_views: Prepared[SavedView] = Prepared(_build_saved_views)
