"""What stands above the rows: the heads that sort, the filter's form, the choice of columns."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from tickets.enums import Channel, Priority, Status
from tickets.forms.criteria import PRIORITY_WORDS, write_criteria
from tickets.forms.field_criteria import NONE, PREFIX, field_words
from tickets.queries import ALL_COLUMNS, SORTS, VIEWS, Choice, Criteria, colleague_choices, team_choices
from tickets.queries.definitions import current_definitions
from tickets.views.desk.frame import view_title

MOST_CHOICES = 100
"""So many people stand in the filter's list; everybody else is reached by the URL."""
BEFORE_SUBJECT = ("priority", "status")
RISING_FIRST = ("number",)
"""What is sorted from the smallest when it is asked for the first time."""
QUIET = ("priority", "assignee")
"""Columns whose pictures need no head to be seen."""
CLASSES = {"organisation": "row-org", "team": "row-wide", "channel": "row-wide", "created": "row-wide"}


def column_names() -> dict[str, str]:
    """What people call the columns."""
    return {
        "number": _("Number"),
        "subject": _("Subject"),
        "priority": _("Priority"),
        "status": _("Status"),
        "customer": _("Customer"),
        "organisation": _("Organisation"),
        "team": _("Team"),
        "channel": _("Channel"),
        "assignee": _("Assignee"),
        "created": _("Created"),
        "active": _("Changed"),
    }


def heads_of(criteria: Criteria, *, url: str) -> list[dict[str, Any]]:
    """The heads of the columns; those by which the list can be sorted lead to it."""
    labels, shown = column_names(), criteria.columns
    before = [name for name in shown if name in BEFORE_SUBJECT]
    after = [name for name in shown if name not in BEFORE_SUBJECT]
    return [_head(name, labels[name], criteria, url) for name in ("number", *before, "subject", *after)]


def _head(name: str, label: str, criteria: Criteria, url: str) -> dict[str, Any]:
    is_current = criteria.sort.removeprefix("-") == name
    is_falling = criteria.sort.startswith("-")
    other = name if (is_falling if is_current else name in RISING_FIRST) else f"-{name}"
    return {
        "label": label,
        "class": CLASSES.get(name, ""),
        "quiet": name in QUIET,
        "url": f"{url}?{write_criteria(replace(criteria, sort=other))}".removesuffix("?") if name in SORTS else "",
        "sorted": ("descending" if is_falling else "ascending") if is_current else "",
    }


def filter_offered(criteria: Criteria, user: User, *, url: str) -> dict[str, Any]:
    """What the filter's form offers and what is chosen in it, as plain values: it is printed once for the same ones."""
    people = [(each.word, each.label) for each in colleague_choices(user)[:MOST_CHOICES]]
    labels = column_names()
    statuses = [(each.value, str(each.label), each.value in criteria.statuses) for each in Status]
    channels = [(each.value, str(each.label), each.value in criteria.channels) for each in Channel]
    priorities = [(PRIORITY_WORDS[each.value], str(each.label), each.value in criteria.priorities) for each in Priority]
    return {
        "url": url,
        "kept": [pair for pair in _pairs(criteria) if pair[0] in ("q", "sort") or pair[0].startswith(PREFIX)],
        "views": [(view, view_title(view)) for view in VIEWS],
        "view": criteria.view,
        "statuses": [*statuses, ("any", _("Any status"), criteria.is_any_status)],
        "priorities": priorities,
        "teams": [
            ("", _("Any team")),
            ("none", _("No team")),
            *((each.word, each.label) for each in team_choices(user)),
        ],
        "team": "none" if criteria.is_without_team else _word(criteria.team),
        "assignees": [("", _("Anybody")), ("me", _("Me")), ("none", _("Nobody")), *people],
        "assignee": _assignee_chosen(criteria, user),
        "categories": _categories(criteria),
        "channels": channels,
        "tag": criteria.tag,
        "organisation": _word(criteria.organisation),
        "requester": _word(criteria.requester),
        "created": criteria.created.word if criteria.created else "",
        "active": criteria.active.word if criteria.active else "",
        "is_unanswered": criteria.is_unanswered,
        "is_held": criteria.is_held,
        "is_archived": criteria.is_archived,
        "columns": [(name, labels[name], name in criteria.columns) for name in ALL_COLUMNS],
        "sees_customers": user.can(Capability.SEE_CUSTOMERS),
    }


def _pairs(criteria: Criteria) -> list[tuple[str, str]]:
    """The words of the list's address, for the hidden fields of a form."""
    return parse_qsl(write_criteria(criteria))


def _categories(criteria: Criteria) -> list[tuple[str, str, bool]]:
    """The categories that tickets are among, those no longer offered as well; none where none are set up."""
    chosen = {word for name, word in field_words(criteria.described) if name == "category"}
    known = [(each.key, each.name, each.key in chosen) for each in current_definitions().categories]
    return [*known, (NONE, _("No category"), NONE in chosen)] if known else []


def _assignee_chosen(criteria: Criteria, user: User) -> str:
    if criteria.is_unassigned:
        return "none"
    return "me" if criteria.assignee and criteria.assignee.pk == user.pk else _word(criteria.assignee)


def _word(choice: Choice | None) -> str:
    return choice.word if choice else ""
