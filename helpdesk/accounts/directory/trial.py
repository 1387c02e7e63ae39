"""Trying a directory's settings: everything that can be wrong with them, the first of it in one line."""

from dataclasses import asdict, dataclass, field
from typing import Any

from helpdesk.accounts.directory.connecting import Connection, connected
from helpdesk.accounts.directory.entries import PersonEntry
from helpdesk.accounts.directory.faults import DirectoryFault
from helpdesk.accounts.directory.models import Directory
from helpdesk.accounts.directory.planning import Rules
from helpdesk.accounts.directory.reading import Listing, count_groups, read_whole

MOST_SHOWN = 5


@dataclass(slots=True)
class Trial:
    """What a trial found. `people` are the first few as they would be here; `fault` is the line, "" without one."""

    server: str = ""
    count: int = 0
    groups: int = 0
    allowed_in: int = 0
    referrals: int = 0
    people: list[dict[str, Any]] = field(default_factory=list)
    fault: str = ""


def ensure_works(directory: Directory) -> None:
    """Connect, bind, and ask each place once, within a few time-outs. Changes nothing; the directory may be unsaved.
    Raises DirectoryFault."""
    with connected(directory) as connection:
        for base in directory.person_bases:
            _first_page(connection, base, directory.person_filter)
        for base in directory.group_bases:
            _first_page(connection, base, directory.group_filter)


def look(directory: Directory) -> dict[str, Any]:
    """Read everything and say what would come of it; for a worker. Never raises for the directory's sake."""
    found = Trial()
    try:
        rules = Rules.of(directory)
        with connected(directory) as connection:
            found.server = f"{connection.server.scheme}://{connection.server.host}:{connection.server.port}"
            listing = read_whole(connection, rules.rules, lambda count: None)
            found.groups = count_groups(connection)
        _tell(found, listing, rules)
    except DirectoryFault as fault:
        found.fault = str(fault)
    return asdict(found)


def _first_page(connection: Connection, base: str, written: str) -> None:
    next(iter(connection.pages(base, written, ["1.1"])), None)


def _tell(found: Trial, listing: Listing, rules: Rules) -> None:
    meant = [(entry, *rules.meant_for(entry)) for entry in listing.people]
    found.count, found.referrals = len(meant), listing.referrals
    inside = [each for each in meant if each[1] and not each[0].out]
    found.allowed_in = len(inside)
    chosen = [*inside, *(each for each in meant if each not in inside[:MOST_SHOWN])][:MOST_SHOWN]
    found.people = [_shown(entry, role, teams) for entry, role, teams in chosen]


def _shown(entry: PersonEntry, role: str, teams: frozenset[int]) -> dict[str, Any]:
    return {
        "login": entry.login,
        "name": entry.name,
        "email": ", ".join(entry.emails),
        "phone": entry.phone,
        "language": entry.language,
        "title": entry.title,
        "role": role,
        "teams": sorted(teams),
        "out": entry.out or ("" if role else "no_role"),
    }
