"""Reading a server that looks like Active Directory, and groups in every way they are told."""

import pytest

from helpdesk.accounts.directory import reading
from helpdesk.accounts.directory.connecting import connected
from helpdesk.accounts.directory.models import Directory
from helpdesk.accounts.directory.reading import find, nested_filter, read_changed, read_whole
from helpdesk.operations.bench.openldap import SUFFIX, Entry, ground, group
from tests.peers.slapd import GROUPS, PEOPLE, make_directory

pytestmark = pytest.mark.django_db
TEXT = "EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE"
TIME = "EQUALITY generalizedTimeMatch ORDERING generalizedTimeOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24"
NAMES = "sAMAccountName userPrincipalName userAccountControl accountExpires objectCategory"
ATTRIBUTES = [
    *(f"attributetype ( 1.1.2.{number} NAME '{name}' {TEXT} )" for number, name in enumerate(NAMES.split(), 1)),
    f"attributetype ( 1.1.2.80 NAME 'whenChanged' {TIME} SINGLE-VALUE )",
    "attributetype ( 1.1.2.90 NAME 'objectGUID' EQUALITY octetStringMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )",
]
MAY = " $ ".join([*NAMES.split(), "displayName", "whenChanged", "objectGUID"])
CLASSES = f"objectclass ( 1.1.2.99 NAME 'user' SUP top AUXILIARY MAY ( {MAY} ) )"
SCHEMA = "\n".join([*ATTRIBUTES, CLASSES])
EVERYTHING = {"membership": "member_of", "kind": "ad"}
SAME_RULE = "2.5.13.1"
"""distinguishedNameMatch: slapd has no LDAP_MATCHING_RULE_IN_CHAIN, but it takes filters of that form."""


def account(login: str, number: int, control: str = "512") -> Entry:
    values = {
        "objectClass": ["inetOrgPerson", "user"], "cn": [login.title()], "sn": [login], "displayName": [login.title()],
        "sAMAccountName": [login], "userPrincipalName": [f"{login}@ad.corp.example"], "mail": [f"{login}@corp.example"],
        "userAccountControl": [control], "accountExpires": ["9223372036854775807"], "objectCategory": ["person"],
        "objectGUID": [bytes([0xFF, number]) * 8], "whenChanged": ["20261101000000.0Z"],
        "userPassword": [f"{login}-secret"],
    }  # fmt: skip
    return Entry(f"cn={login},{PEOPLE}", values)


def members(name: str, *logins: str) -> Entry:
    found = group(name)
    found.values["member"] = [f"cn={login},{PEOPLE}" for login in logins]
    return found


@pytest.fixture
def domain(start_slapd) -> Directory:
    entries = [*ground(), account("petra", 1), account("viktor", 2, "514"), members("agents", "petra", "viktor")]
    server = start_slapd(entries, extra=SCHEMA)
    return make_directory(server, rules={"agents": "agent"}, group_filter="(objectClass=groupOfNames)", **EVERYTHING)


def everybody(directory: Directory) -> dict[str, tuple[str, int]]:
    with connected(directory) as connection:
        listing = read_whole(connection, list(directory.group_rules.all()), lambda count: None)
    return {entry.login: (entry.out, len(entry.groups)) for entry in listing.people}


def test_people_of_active_directory_are_read_with_their_bits_and_binary_ids(domain):
    with connected(domain) as connection:
        listing = read_whole(connection, list(domain.group_rules.all()), lambda count: None)

    people = {entry.login: entry for entry in listing.people}
    assert {login: entry.out for login, entry in people.items()} == {"petra": "", "viktor": "disabled"}
    assert people["petra"].uid == "01ff01ff-01ff-01ff-ff01-ff01ff01ff01"
    assert listing.newest == "20261101000000"


@pytest.mark.parametrize("typed", ["petra", "PETRA", "CORP\\petra", "petra@ad.corp.example", "petra@corp.example"])
def test_person_of_active_directory_is_found_by_every_name_of_theirs(domain, typed):
    with connected(domain) as connection:
        found = find(connection, typed, list(domain.group_rules.all()))

    assert found is not None
    assert (found.login, found.groups) == ("petra", {f"cn=agents,{GROUPS}"})


@pytest.mark.parametrize("membership", ["member_of", "members", "nested"])
def test_groups_are_found_in_each_way(domain, monkeypatch, membership):
    monkeypatch.setattr(reading, "IN_CHAIN", SAME_RULE)
    domain.membership = membership

    with connected(domain) as connection:
        found = find(connection, "petra", list(domain.group_rules.all()))

    assert everybody(domain) == {"petra": ("", 1), "viktor": ("disabled", 1)}
    assert found.groups == {f"cn=agents,{GROUPS}"}


def test_groups_within_groups_are_asked_for_by_the_rule_of_active_directory():
    directory = Directory(kind="ad", person_filter="(objectClass=user)", groups_attribute="memberOf")

    written = nested_filter(directory, "CN=Agents (Berlin)*,DC=corp")

    assert written == (r"(&(objectClass=user)(memberOf:1.2.840.113556.1.4.1941:=CN=Agents \28Berlin\29\2a,DC=corp))")


def test_look_for_changes_gives_those_alone_that_changed(domain):
    domain.newest_change, domain.newest_group = "20261102000000", "20261102000000"
    with connected(domain) as connection:
        nobody = read_changed(connection, list(domain.group_rules.all()))
    domain.newest_change = "20261101000500"
    with connected(domain) as connection:
        both = read_changed(connection, list(domain.group_rules.all()))

    assert [entry.login for entry in nobody.people] == []
    assert [entry.login for entry in both.people] == ["petra", "viktor"]


def test_people_named_by_two_places_are_read_once(domain):
    domain.person_bases = [PEOPLE, SUFFIX]

    assert len(everybody(domain)) == 2
