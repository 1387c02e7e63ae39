"""Reading a directory: everybody, those that changed, or the one that wants in."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from helpdesk.accounts.directory.connecting import Connection, TooMany, escaped, normal_dn
from helpdesk.accounts.directory.entries import PersonEntry, read_entry
from helpdesk.accounts.directory.enums import Kind, Membership
from helpdesk.accounts.directory.faults import DirectoryFault
from helpdesk.accounts.directory.models import Directory, GroupRule

IN_CHAIN = "1.2.840.113556.1.4.1941"
"""LDAP_MATCHING_RULE_IN_CHAIN: groups within groups, found by the server
(https://learn.microsoft.com/en-us/windows/win32/adsi/search-filter-syntax)."""
OVERLAP = timedelta(minutes=10)
"""Of each look for changes with the one before: servers that hold the same don't learn of a change at once, and their
clocks differ. Who is read twice is found as they are."""
TIME_FORMAT = "%Y%m%d%H%M%S"
MEMBERS = ("member", "uniquemember", "memberuid")

Tell = Callable[[int], None]
"""Told how many entries were read so far."""


@dataclass(slots=True)
class Listing:
    """What was read. `no_id` counts entries without a stable id; `referrals` point to servers that were not asked."""

    people: list[PersonEntry] = field(default_factory=list)
    no_id: int = 0
    referrals: int = 0
    newest: str = ""
    newest_group: str = ""

    def take(self, directory: Directory, found: Iterable[tuple[str, dict[str, list[bytes]]]]) -> None:
        for dn, attributes in found:
            entry = read_entry(directory, dn, attributes)
            if entry is None:
                self.no_id += 1
                continue
            self.people.append(entry)
            self.newest = max(self.newest, _comparable(entry.changed))


def read_whole(connection: Connection, rules: list[GroupRule], tell: Tell) -> Listing:
    """Everybody, once however many places name them. Raises DirectoryFault unless all of it was read."""
    directory, listing = connection.directory, Listing(newest_group=newest_of_groups(connection))
    for base in directory.person_bases:
        for page in connection.pages(base, directory.person_filter, directory.attributes):
            listing.take(directory, page)
            tell(len(listing.people))
    if listing.no_id and not listing.people:
        raise DirectoryFault("no_id", attribute=directory.id_attribute)
    listing.people = list({entry.uid: entry for entry in listing.people}.values())
    listing.people = _with_groups(connection, rules, listing.people)
    listing.referrals = connection.referrals
    return listing


def read_changed(connection: Connection, rules: list[GroupRule]) -> Listing | None:
    """Those that changed since the last time; None when groups did, so that everybody has to be read. Raises
    DirectoryFault."""
    directory, listing = connection.directory, Listing()
    since, since_group = _since(directory.newest_change), _since(directory.newest_group or directory.newest_change)
    if since is None or since_group is None:
        return None
    for base in directory.group_bases or directory.person_bases:
        written = f"(&{directory.group_filter}({directory.changed_attribute}>={since_group}))"
        for page in connection.pages(base, written, [directory.changed_attribute]):
            times = [_comparable(_first(values, directory.changed_attribute)) for _dn, values in page]
            if any(time > directory.newest_group for time in times):
                return None
    for base in directory.person_bases:
        written = f"(&{directory.person_filter}({directory.changed_attribute}>={since}))"
        for page in connection.pages(base, written, directory.attributes):
            listing.take(directory, page)
    listing.people = list({entry.uid: entry for entry in listing.people}.values())
    listing.people = _with_groups(connection, rules, listing.people, only=True)
    return listing


def find(connection: Connection, login: str, rules: list[GroupRule]) -> PersonEntry | None:
    """The one person who signs in by this name or address; None for none and for several. Raises DirectoryFault."""
    directory, listing = connection.directory, Listing()
    # Windows writes DOMAIN\name; no login name has that sign in it.
    value = escaped(login.rpartition("\\")[2] if directory.kind == Kind.ACTIVE_DIRECTORY else login)
    names = "".join(f"({name}={value})" for name in directory.login_attributes)
    for base in directory.person_bases:
        try:
            listing.take(
                directory,
                connection.few(base, f"(&{directory.person_filter}(|{names}))", directory.attributes, most=1),
            )
        except TooMany:
            return None
    people = list({entry.uid: entry for entry in listing.people}.values())
    return _with_groups(connection, rules, people, only=True)[0] if len(people) == 1 else None


def newest_of_groups(connection: Connection) -> str:
    """The time of the newest change of a group, "" without any: whoever reads everything need not look again."""
    directory, newest = connection.directory, ""
    for base in directory.group_bases or directory.person_bases:
        for page in connection.pages(base, directory.group_filter, [directory.changed_attribute]):
            newest = max([newest, *(_comparable(_first(values, directory.changed_attribute)) for _dn, values in page)])
    return newest


def count_groups(connection: Connection) -> int:
    directory = connection.directory
    return sum(
        len(page)
        for base in directory.group_bases or directory.person_bases
        for page in connection.pages(base, directory.group_filter, ["1.1"])
    )


def _with_groups(
    connection: Connection, rules: list[GroupRule], people: list[PersonEntry], *, only: bool = False
) -> list[PersonEntry]:
    """The same people with the mapped groups they are in. `only`: they are few, so each is asked about alone."""
    directory = connection.directory
    if directory.membership == Membership.MEMBER_OF:
        if not only:
            for rule in rules:
                _ensure_group(connection, rule)
        return people
    groups: dict[str, set[str]] = {entry.uid: set() for entry in people}
    for rule in rules:
        if directory.membership == Membership.NESTED:
            inside = _nested(connection, rule, people if only else None)
            mine = [entry for entry in people if normal_dn(entry.dn) in inside]
        else:
            inside = _members(connection, rule)
            mine = [entry for entry in people if normal_dn(entry.dn) in inside or entry.login.lower() in inside]
        for entry in mine:
            groups[entry.uid].add(normal_dn(rule.group_dn))
    return [replace(entry, groups=frozenset(groups[entry.uid])) for entry in people]


def nested_filter(directory: Directory, group_dn: str) -> str:
    """Whoever is in the group, or in a group within it."""
    return f"(&{directory.person_filter}({directory.groups_attribute}:{IN_CHAIN}:={escaped(group_dn)}))"


def _nested(connection: Connection, rule: GroupRule, people: list[PersonEntry] | None) -> set[str]:
    written = nested_filter(connection.directory, rule.group_dn)
    if people is not None:
        return {
            normal_dn(entry.dn) for entry in people for _found in connection.few(entry.dn, written, ["1.1"], most=1)
        }
    _ensure_group(connection, rule)
    found: set[str] = set()
    for base in connection.directory.person_bases:
        for page in connection.pages(base, written, ["1.1"]):
            found |= {normal_dn(dn) for dn, _attributes in page}
    return found


def _members(connection: Connection, rule: GroupRule) -> set[str]:
    """Normal DNs of the group's people, or their login names. Active Directory gives long lists in ranges
    (https://learn.microsoft.com/en-us/windows/win32/adsi/attribute-range-retrieval)."""
    name, found, start = connection.directory.members_attribute or "member", set[str](), 0
    while True:
        asked = name if start == 0 else f"{name};range={start}-*"
        attributes = connection.entry(rule.group_dn, list(dict.fromkeys([asked, *MEMBERS])))
        if attributes is None:
            raise DirectoryFault("group", group=rule.group_dn)
        ranged = [key for key in attributes if key.startswith(f"{name.lower()};range=")]
        for key in {name.lower(), *MEMBERS, *ranged}:
            found |= {normal_dn(value.decode(errors="replace")) for value in attributes.get(key, [])}
        if not ranged or ranged[0].endswith("-*") or not attributes[ranged[0]]:
            return found
        start += len(attributes[ranged[0]])


def _ensure_group(connection: Connection, rule: GroupRule) -> None:
    """A mapped group that is gone would put out all its people at once: that is a mistake, not news."""
    if connection.entry(rule.group_dn, ["1.1"]) is None:
        raise DirectoryFault("group", group=rule.group_dn)


def _first(attributes: dict[str, list[bytes]], name: str) -> str:
    return next((value.decode(errors="replace") for value in attributes.get(name.lower(), [])), "")


def _comparable(written: str) -> str:
    """A generalised time (RFC 4517, 3.3.13) to the second, in UTC; "" for anything else."""
    digits = written[:14]
    return digits if len(digits) == 14 and digits.isdecimal() and written.endswith("Z") else ""


def _since(newest: str) -> str | None:
    """The time from which to look, as the server writes it; None when nothing was read yet."""
    try:
        moment = datetime.strptime(newest, TIME_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    return f"{(moment - OVERLAP).strftime(TIME_FORMAT)}.0Z"
