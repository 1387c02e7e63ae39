"""Reads that join several models: lists by criteria, counters, and everything the page of a ticket shows."""

from tickets.queries.counting import COUNTED, counters
from tickets.queries.listing import (
    VIEWS,
    Choice,
    Criteria,
    colleague_choices,
    colleagues_for,
    list_rows,
    listed,
    team_choices,
    teams_for,
)

__all__ = [
    "COUNTED",
    "VIEWS",
    "Choice",
    "Criteria",
    "colleague_choices",
    "colleagues_for",
    "counters",
    "list_rows",
    "listed",
    "team_choices",
    "teams_for",
]
