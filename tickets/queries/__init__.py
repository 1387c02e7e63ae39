"""Reads that join several models: lists by criteria, counters, and everything the page of a ticket shows."""

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
from tickets.queries.rail import COUNTED, Rail, rail_of

__all__ = [
    "COUNTED",
    "VIEWS",
    "Choice",
    "Criteria",
    "Rail",
    "colleague_choices",
    "colleagues_for",
    "list_rows",
    "listed",
    "rail_of",
    "team_choices",
    "teams_for",
]
