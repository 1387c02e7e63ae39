"""Comparing what a directory says with who is here. Nothing is written here, and no server asked."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from helpdesk.accounts.directory.connecting import normal_dn
from helpdesk.accounts.directory.entries import PersonEntry
from helpdesk.accounts.directory.enums import Deed, Out
from helpdesk.accounts.directory.models import Directory, DirectoryPerson, GroupRule
from helpdesk.accounts.enums import ContactKind, Role
from helpdesk.accounts.models import ContactPoint, Grant, Team, User

OUT_WORDS: dict[str, str] = {
    Out.DISABLED: gettext_noop("Disabled in the directory"),
    Out.EXPIRED: gettext_noop("Expired in the directory"),
    Out.GONE: gettext_noop("No longer in the directory"),
    Out.NO_ROLE: gettext_noop("In no group that gives a role"),
}
"""As `Out` says it, in English: told again in the reader's language."""
LINES: dict[str, str] = {
    "twice": gettext_noop("Several entries have the address %(address)s: let each have its own."),
    "taken": gettext_noop("The address %(address)s belongs to somebody else of the directory: mend it there."),
    "local": gettext_noop(
        "The address %(address)s belongs to an account that is here already: an administrator may link the two."
    ),
    "no_id": gettext_noop("%(count)s entries have no stable id."),
    "referrals": gettext_noop("%(count)s references to other servers were not followed."),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """The mapping of a directory, read once for a run."""

    default_role: str
    by_group: dict[str, GroupRule]
    teams: dict[int, frozenset[int]]
    """Of each rule's key, the keys of its teams."""

    @classmethod
    def of(cls, directory: Directory) -> "Rules":
        rules = list(directory.group_rules.order_by("priority", "pk"))
        teams: dict[int, set[int]] = {rule.pk: set() for rule in rules}
        through = GroupRule.teams.through.objects.filter(grouprule__directory=directory, team__is_active=True)
        for rule, team in through.order_by("pk").values_list("grouprule_id", "team_id"):
            teams[rule].add(team)
        by_group = {normal_dn(rule.group_dn): rule for rule in rules}
        return cls(directory.default_role, by_group, {key: frozenset(found) for key, found in teams.items()})

    @property
    def rules(self) -> list[GroupRule]:
        return list(self.by_group.values())

    @property
    def managed_teams(self) -> frozenset[int]:
        """Teams that the directory fills."""
        return frozenset().union(*self.teams.values())

    def meant_for(self, entry: PersonEntry) -> tuple[str, frozenset[int]]:
        """The role and teams that an entry's groups give; no role: the person may not come in."""
        mine = sorted(
            (self.by_group[group] for group in entry.groups if group in self.by_group),
            key=lambda rule: (rule.priority, rule.pk),
        )
        role = next((rule.role for rule in mine if rule.role), self.default_role)
        return role, frozenset().union(*(self.teams[rule.pk] for rule in mine))


@dataclass(slots=True)
class Change:
    """What becomes of one entry. `person` is None for who is not known yet, `user` the account that is linked then.

    `role` and `teams` are what they should have; `out` why they may not come in. `emails` are those that may be theirs.
    `line` is what is to be said of them, `refusal` why it could not be done when it came to it.
    """

    deed: str
    entry: PersonEntry | None
    person: DirectoryPerson | None = None
    user: User | None = None
    role: str = ""
    teams: frozenset[int] = frozenset()
    had_teams: frozenset[int] = frozenset()
    out: str = ""
    emails: tuple[str, ...] = ()
    line: tuple[str, dict[str, str]] | None = None
    refusal: str = ""

    @property
    def whom(self) -> User:
        assert self.user is not None, "a change of somebody who is here"
        return self.user

    @property
    def known(self) -> DirectoryPerson:
        assert self.person is not None, "a change of somebody whom we know of the directory"
        return self.person

    @property
    def said(self) -> PersonEntry:
        assert self.entry is not None, "a change of somebody who is listed"
        return self.entry

    @property
    def who(self) -> str:
        if self.entry is not None:
            return self.entry.who
        return str(self.person) if self.person is not None else ""

    @property
    def text(self) -> str:
        """The line of the report, in English."""
        if self.refusal:
            return self.refusal
        if self.line is not None:
            return LINES[self.line[0]] % self.line[1]
        return OUT_WORDS[self.out] if self.deed == Deed.OUT else ""


@dataclass(slots=True)
class Known:
    """Who is here: people of the directory by their id, owners of addresses, teams of people."""

    people: dict[str, DirectoryPerson]
    owners: dict[str, int]
    points: dict[int, set[tuple[str, str]]]
    teams: dict[int, set[int]]
    linked: dict[int, str] = field(default_factory=dict)
    """By user: the stable id they have in this directory, "" in another one."""
    locals: dict[int, User] = field(default_factory=dict)
    """Accounts of no directory that have an address which an entry has."""

    @classmethod
    def of(cls, directory: Directory, entries: Iterable[PersonEntry], rules: Rules, *, whole: bool) -> "Known":
        """What is needed to compare these entries; with `whole` everybody of the directory."""
        entries = list(entries)
        mine = DirectoryPerson.objects.filter(directory=directory).select_related("user")
        if not whole:
            mine = mine.filter(uid__in=[entry.uid for entry in entries])
        people = {person.uid: person for person in mine.order_by("pk")}
        addresses = list({address for entry in entries for address in entry.emails})
        owned = ContactPoint.objects.filter(kind=ContactKind.EMAIL, value__in=addresses).order_by("pk")
        owners = dict(User.objects.filter(email__in=addresses).order_by("pk").values_list("email", "pk"))
        owners |= dict(owned.values_list("value", "user_id"))
        users = {person.user_id for person in people.values()}
        strangers = set(owners.values()) - users
        linked = {person.user_id: person.uid for person in people.values()}
        elsewhere = DirectoryPerson.objects.filter(user__in=strangers).order_by("pk")
        for user, of, uid in elsewhere.values_list("user_id", "directory_id", "uid"):
            linked[user] = uid if of == directory.pk else ""
        local = User.objects.filter(pk__in=strangers - set(linked)).order_by("pk")
        return cls(
            people, owners, _points(users), _teams(people.values(), rules), linked, {user.pk: user for user in local}
        )


def _points(users: set[int]) -> dict[int, set[tuple[str, str]]]:
    found: dict[int, set[tuple[str, str]]] = {}
    verified = ContactPoint.objects.filter(user__in=users, verified_at__isnull=False).order_by("pk")
    for user, kind, value in verified.values_list("user_id", "kind", "value"):
        found.setdefault(user, set()).add((kind, value))
    return found


def _teams(people: Iterable[DirectoryPerson], rules: Rules) -> dict[int, set[int]]:
    """By user: the teams they have and the directory decides about: memberships, a contractor's queues."""
    managed = {person.user_id: teams_of_directory(person, rules) for person in people}
    every = frozenset().union(*managed.values())
    found: dict[int, set[int]] = {}
    through = Team.members.through.objects.filter(user__in=managed, team__in=every).order_by("pk")
    granted = Grant.objects.live().filter(contractor__in=managed, team__in=every).order_by("pk")
    for user, team in [*through.values_list("user_id", "team_id"), *granted.values_list("contractor_id", "team_id")]:
        if team in managed[user]:
            found.setdefault(user, set()).add(team)
    return found


def teams_of_directory(person: DirectoryPerson, rules: Rules) -> frozenset[int]:
    """The teams in which the directory decides about this person; it leaves others alone."""
    return rules.managed_teams | frozenset(person.given_teams)


def plan(directory: Directory, entries: list[PersonEntry], rules: Rules, known: Known, *, whole: bool) -> list[Change]:
    """What is to be done, in the order of the listing; with `whole` also about those who are not in it any more."""
    times = Counter(address for entry in entries for address in set(entry.emails))
    changes = [_of_entry(directory, entry, rules, known, times) for entry in entries]
    if whole:
        listed = {entry.uid for entry in entries}
        for uid, person in known.people.items():
            if uid not in listed and person.user.is_active:
                changes.append(Change(Deed.OUT, None, person, person.user, out=Out.GONE))
    return changes


def _of_entry(directory: Directory, entry: PersonEntry, rules: Rules, known: Known, times: "Counter[str]") -> Change:
    role, teams = rules.meant_for(entry)
    out = entry.out or ("" if role else Out.NO_ROLE.value)
    person = known.people.get(entry.uid)
    if person is None:
        return _of_stranger(directory, entry, known, times, role=role, teams=teams, out=out)
    free, line = _free_addresses(entry, known, times, person)
    change = Change(
        Deed.SAME,
        entry,
        person,
        person.user,
        role,
        teams,
        frozenset(known.teams.get(person.user_id, ())),
        out,
        free,
        line,
    )
    change.deed = _deed(change, known)
    return change


def _deed(change: Change, known: Known) -> str:
    """The weightiest thing that is different."""
    if change.out:
        return Deed.OUT if change.whom.is_active else Deed.SAME
    if change.known.out_because:
        return Deed.BACK
    if change.whom.role != change.role or not change.teams == change.had_teams == frozenset(change.known.given_teams):
        return Deed.ROLE
    if differences(change) or _new_points(change, known):
        return Deed.CHANGED
    return Deed.SKIPPED if change.line else Deed.SAME


def _new_points(change: Change, known: Known) -> bool:
    points = known.points.get(change.whom.pk, ())
    return any((ContactKind.EMAIL.value, email) not in points for email in change.emails)


def differences(change: Change) -> dict[str, tuple[str, str]]:
    """Columns of the person and of their entry that say something else now: before and after."""
    person, user, entry = change.known, change.whom, change.said
    email = user.email or ""
    wanted_email = email if email in change.emails or not change.emails else change.emails[0]
    pairs = {
        "name": (user.name, entry.name),
        "email": (email, wanted_email),
        "dn": (person.dn, entry.dn),
        "login": (person.login, entry.login),
        "title": (person.title, entry.title),
        "phone": (person.phone, entry.phone),
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _free_addresses(
    entry: PersonEntry, known: Known, times: "Counter[str]", person: DirectoryPerson
) -> tuple[tuple[str, ...], tuple[str, dict[str, str]] | None]:
    """The entry's addresses that are nobody else's, and what is to be said of the others."""
    free, line = [], None
    for address in entry.emails:
        owner = known.owners.get(address)
        if owner == person.user_id:
            free.append(address)
        elif times[address] > 1:
            line = ("twice", {"address": address})
        elif owner is not None:
            line = ("local" if owner in known.locals else "taken", {"address": address})
        else:
            free.append(address)
    return tuple(free), line


def _of_stranger(
    directory: Directory,
    entry: PersonEntry,
    known: Known,
    times: "Counter[str]",
    *,
    role: str,
    teams: frozenset[int],
    out: str,
) -> Change:
    """Somebody who is not known yet: added, linked with the account that has their address, or left out."""
    if out:
        return Change(Deed.OUTSIDE, entry, out=out)
    change = Change(Deed.ADDED, entry, role=role, teams=teams, emails=entry.emails)
    for address in entry.emails:
        owner = known.owners.get(address)
        if times[address] > 1:
            change.line = ("twice", {"address": address})
        elif owner is None:
            continue
        elif owner in known.linked:
            change.line = ("taken", {"address": address})
        elif _may_link(directory, known.locals[owner], address) and change.user in (None, known.locals[owner]):
            change.user = known.locals[owner]
        else:
            change.line = ("local", {"address": address})
    if change.line:
        change.deed, change.user = Deed.SKIPPED, None
    elif change.user is not None:
        change.deed = Deed.LINKED
    return change


def _may_link(directory: Directory, user: User, address: str) -> bool:
    """Whether an administrator has said that the directory owns such accounts. Customers and administrators are linked
    one by one, by somebody who looks."""
    domains = {domain.lower().removeprefix("@") for domain in directory.owned_domains}
    is_ordinary = not user.is_customer and user.role != Role.ADMINISTRATOR and user.is_active
    return is_ordinary and address.rpartition("@")[2] in domains
