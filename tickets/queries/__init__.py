"""Reads that join several models: lists by criteria, counters, and everything the page of a ticket shows."""

from tickets.queries.counting import MOST_COUNTED, counts_of
from tickets.queries.days import Days, days_of
from tickets.queries.listing import (
    ALL_COLUMNS,
    COLUMNS,
    FIRST_SORT,
    SORTS,
    VIEWS,
    Choice,
    Criteria,
    colleague_choices,
    colleagues_for,
    list_rows,
    listed,
    since_when,
    sort_columns,
    team_choices,
    teams_for,
)
from tickets.queries.rail import COUNTED, Rail, rail_of

__all__ = [
    "ALL_COLUMNS",
    "COLUMNS",
    "COUNTED",
    "FIRST_SORT",
    "MOST_COUNTED",
    "SORTS",
    "VIEWS",
    "Choice",
    "Criteria",
    "Days",
    "Rail",
    "colleague_choices",
    "colleagues_for",
    "counts_of",
    "days_of",
    "list_rows",
    "listed",
    "rail_of",
    "since_when",
    "sort_columns",
    "team_choices",
    "teams_for",
]
