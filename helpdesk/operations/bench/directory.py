"""How long 5,000 people of a directory take: the first run, one without news, one with a hundredth changed, a look."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from helpdesk.accounts.directory import connecting
from helpdesk.accounts.directory.actions import runs, syncing
from helpdesk.accounts.directory.actions.signing_in import sign_in
from helpdesk.accounts.directory.enums import Scope
from helpdesk.accounts.directory.models import Directory, GroupRule
from helpdesk.accounts.directory.presets import PRESETS
from helpdesk.accounts.models import Team
from helpdesk.operations.bench import openldap
from helpdesk.operations.bench.figures import machine, spread
from helpdesk.operations.bench.openldap import PASSWORD, READER, SUFFIX, Entry, ground, group, person
from helpdesk.operations.bench.scratch import scratch_database

SIGN_INS = 50
LONG_AGO = {"modifyTimestamp": "20260101000000Z"}
"""So that a look for changes doesn't find everybody new."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=5000, help="how many entries there are")


def run(options: dict[str, Any]) -> dict[str, Any]:
    """Read a slapd of our own into an empty database. Raises CommandError where none can be started."""
    if reason := openldap.missing() or connecting.missing():
        raise CommandError(reason)
    count = options["people"]
    with scratch_database(), openldap.running(people(count)) as server:
        directory = prepare(server)
        first = _timed(directory, Scope.WHOLE)
        second = _timed(directory, Scope.WHOLE)
        server.modify(_news(count))
        changed = _timed(directory, Scope.WHOLE)
        return {
            "benchmark": "directory",
            "machine": machine(),
            "people": count,
            "first": first,
            "without_news": second,
            "hundredth_changed": changed,
            "look_for_changes": _timed(directory, Scope.CHANGES),
            "sign_in": spread([_sign_in(number) for number in range(min(SIGN_INS, count))]),
        }


def people(count: int) -> list[Entry]:
    """Half of them of one group, everybody of the other."""
    names = [f"p{number}" for number in range(count)]
    found = [
        person(name, f"Person {number}", telephoneNumber=f"+49 30 {1000000 + number}", title="Engineer", **LONG_AGO)
        for number, name in enumerate(names)
    ]
    return [*ground(), *found, group("staff", *names), group("support", *names[::2])]


def prepare(server: openldap.OpenLdap) -> Directory:
    """A directory of this server: everybody an agent, half of them in a team."""
    groups = f"ou=groups,{SUFFIX}"
    directory = Directory.objects.create(
        name="Corp",
        is_active=True,
        uris=[server.uri],
        security="plain",
        bind_dn=READER,
        bind_password=PASSWORD,
        person_bases=[f"ou=people,{SUFFIX}"],
        group_bases=[groups],
        timeout_seconds=30,
        **PRESETS["openldap"],
    )
    GroupRule.objects.create(directory=directory, group_dn=f"cn=staff,{groups}", role="agent", priority=1)
    support = GroupRule.objects.create(directory=directory, group_dn=f"cn=support,{groups}", priority=2)
    support.teams.add(Team.objects.create(name="Support"))
    return directory


def _timed(directory: Directory, scope: str) -> dict[str, Any]:
    directory.refresh_from_db()
    began = time.perf_counter()
    asked = runs.begin(directory=directory, by=None, scope=scope, rings=False)
    done = syncing.work(key=asked.pk)
    seconds = round(time.perf_counter() - began, 2)
    assert done is not None, "nobody else works here"
    return {"seconds": seconds, "state": done.state, "reason": done.reason, "counts": done.counts}


def _news(count: int) -> str:
    """Of every hundredth the name is another one."""
    lines = [
        f"dn: uid=p{number},ou=people,{SUFFIX}\nchangetype: modify\nreplace: cn\ncn: Renamed {number}\n"
        for number in range(0, count, 100)
    ]
    return "\n".join(lines)


def _sign_in(number: int) -> float:
    began = time.perf_counter()
    found = sign_in(login=f"p{number}", password=f"p{number}-secret")
    assert found is not None, "the password is right"
    return time.perf_counter() - began
