"""Runs against a real server: who comes, who changes, who is out, and what must never happen."""

import pytest
from django.utils import timezone

from helpdesk.accounts.actions import leaving
from helpdesk.accounts.directory.actions import runs, syncing
from helpdesk.accounts.directory.actions.syncing import allowed
from helpdesk.accounts.directory.enums import Deed, Out, RunState, Scope
from helpdesk.accounts.directory.models import Directory, DirectoryPerson, SyncRun
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ContactPoint, Grant, User
from helpdesk.journal.models import Entry as Line
from helpdesk.operations.bench.openldap import SUFFIX, Entry, ground, group, person
from tests.factories import StaffFactory, TeamFactory, UserFactory
from tests.peers.slapd import GROUPS, PEOPLE, company, make_directory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ada(db):
    """An administrator, so that somebody always is."""
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


def read(directory, **options) -> SyncRun:
    """A run from beginning to end."""
    directory.refresh_from_db()
    run = runs.begin(directory=directory, by=None, rings=False, **options)
    return syncing.work(key=run.pk)


def changed(directory) -> SyncRun:
    return read(directory, scope=Scope.CHANGES)


def user(login: str) -> User:
    return DirectoryPerson.objects.select_related("user").get(login=login).user


def state_of(login: str) -> tuple[bool, str, str]:
    found = DirectoryPerson.objects.select_related("user").get(login=login)
    return found.user.is_active, found.user.role, found.out_because


def verbs_of(person: User) -> list[str]:
    return [line.verb for line in Line.objects.about(person)]


def edit(server, uid: str, *lines: str) -> None:
    server.modify(f"dn: uid={uid},{PEOPLE}\nchangetype: modify\n" + "\n".join(lines) + "\n")


def leave_group(server, name: str, uid: str) -> None:
    server.modify(f"dn: cn={name},{GROUPS}\nchangetype: modify\ndelete: member\nmember: uid={uid},{PEOPLE}\n")


DISABLE = ("add: pwdAccountLockedTime", "pwdAccountLockedTime: 000001010000Z")
ENABLE = ("delete: pwdAccountLockedTime",)


def test_first_run_brings_people_with_role_teams_and_verified_address(slapd):
    directory = make_directory(slapd)
    team = TeamFactory(name="Line 1")
    directory.group_rules.get(role=Role.LINE_LEAD).teams.add(team)

    run = read(directory)

    paula, nadia = user("paula"), user("nadia")
    assert (run.state, run.counts) == (RunState.DONE, {Deed.ADDED: 3, Deed.OUTSIDE: 1})
    assert (paula.name, paula.email, paula.role, paula.language) == (
        "Paula Petrova",
        "paula@corp.example",
        Role.AGENT,
        "ru",
    )
    assert (nadia.role, list(nadia.teams.all()), list(paula.teams.all())) == (Role.LINE_LEAD, [team], [])
    assert user("pavel").name == "Павел Кузнецов"
    points = list(ContactPoint.objects.filter(user=paula).order_by("kind").values_list("kind", "value"))
    assert points == [("email", "paula@corp.example"), ("phone", "+49 30 1234567")]
    assert ContactPoint.objects.get(value="paula@corp.example").verified_at is not None
    assert not paula.has_usable_password()
    assert (verbs_of(paula), DirectoryPerson.objects.get(user=paula).title) == (["directory_person_added"], "Engineer")
    assert not User.objects.filter(email="timur@corp.example").exists()


def test_default_role_lets_in_who_is_in_no_group(slapd):
    directory = make_directory(slapd, default_role=Role.SALES)

    read(directory)

    assert state_of("timur") == (True, Role.SALES, "")


def test_second_run_changes_nothing_and_says_nothing(slapd):
    directory = make_directory(slapd)
    read(directory)
    before = Line.objects.count()

    run = read(directory)

    assert (run.counts, Line.objects.count()) == ({Deed.SAME: 3, Deed.OUTSIDE: 1}, before)


def test_look_for_changes_that_finds_none_leaves_no_row(slapd):
    directory = make_directory(slapd)
    read(directory)

    changed(directory)

    directory.refresh_from_db()
    assert list(directory.runs.values_list("scope", flat=True)) == [Scope.WHOLE]
    assert directory.looked_at > directory.read_at


def test_dry_run_says_what_would_change_and_changes_nothing(slapd):
    directory = make_directory(slapd)

    run = read(directory, is_dry=True)

    directory.refresh_from_db()
    assert (run.state, run.counts) == (RunState.DONE, {Deed.ADDED: 3, Deed.OUTSIDE: 1})
    assert {line["who"] for line in run.lines} == {"paula", "pavel", "nadia"}
    assert not DirectoryPerson.objects.exists()
    assert (directory.read_at, directory.newest_change) == (None, "")


def test_renamed_and_moved_person_stays_the_same_one(own_slapd):
    directory = make_directory(own_slapd, person_bases=[SUFFIX])
    read(directory)
    before = user("paula")
    moved = f"uid=paula.meier,ou=leavers,{SUFFIX}"
    own_slapd.modify(
        f"dn: uid=paula,{PEOPLE}\nchangetype: modrdn\nnewrdn: uid=paula.meier\ndeleteoldrdn: 1\n"
        f"newsuperior: ou=leavers,{SUFFIX}\n\ndn: {moved}\nchangetype: modify\n"
        "replace: mail\nmail: paula.meier@corp.example\n-\nreplace: cn\ncn: Paula Meier\n"
    )

    run = read(directory)

    after = user("paula.meier")
    assert (after.pk, after.name, after.email) == (before.pk, "Paula Meier", "paula.meier@corp.example")
    assert run.counts == {Deed.CHANGED: 1, Deed.SAME: 2, Deed.OUTSIDE: 1}
    assert verbs_of(after) == ["directory_person_added", "directory_person_changed"]
    assert DirectoryPerson.objects.get(user=after).dn == moved


def test_disabled_person_is_out_after_a_look_for_changes_and_back_without_old_keys(own_slapd):
    directory = make_directory(own_slapd)
    read(directory)
    paula = user("paula")
    epoch = paula.session_epoch
    edit(own_slapd, "paula", *DISABLE)

    out = changed(directory)

    assert (out.counts[Deed.OUT], state_of("paula")) == (1, (False, Role.AGENT, Out.DISABLED))
    assert user("paula").session_epoch > epoch
    edit(own_slapd, "paula", *ENABLE)
    back = changed(directory)
    assert (back.counts[Deed.BACK], state_of("paula")) == (1, (True, Role.AGENT, ""))
    assert user("paula").session_epoch > epoch
    assert verbs_of(paula) == ["directory_person_added", "person_deactivated", "person_reactivated"]


def test_deleted_person_is_out_after_the_next_whole_run(own_slapd):
    directory = make_directory(own_slapd)
    read(directory)
    own_slapd.modify(f"dn: uid=pavel,{PEOPLE}\nchangetype: delete\n")

    run = read(directory)

    assert (run.counts[Deed.OUT], state_of("pavel")) == (1, (False, Role.AGENT, Out.GONE))


@pytest.mark.parametrize("membership", ["member_of", "members"])
def test_person_dropped_from_every_mapped_group_is_out(own_slapd, membership):
    directory = make_directory(own_slapd, membership=membership)
    read(directory)
    leave_group(own_slapd, "agents", "pavel")

    read(directory)

    assert state_of("pavel") == (False, Role.AGENT, Out.NO_ROLE)
    assert state_of("paula") == (True, Role.AGENT, "")


def test_look_for_changes_reads_everything_when_a_group_changed(own_slapd):
    directory = make_directory(own_slapd)
    read(directory)
    Directory.objects.update(newest_group="20200101000000")
    leave_group(own_slapd, "agents", "pavel")

    run = changed(directory)

    assert (run.scope, state_of("pavel")[0]) == (Scope.WHOLE, False)


def test_person_dropped_from_one_of_two_groups_gets_the_role_of_the_other(own_slapd):
    directory = make_directory(own_slapd)
    read(directory)
    own_slapd.modify(f"dn: cn=leads,{GROUPS}\nchangetype: modify\nreplace: member\nmember: cn=nobody,{SUFFIX}\n")

    run = read(directory)

    assert (run.counts[Deed.ROLE], state_of("nadia")) == (1, (True, Role.AGENT, ""))
    assert "role_changed" in verbs_of(user("nadia"))


def test_rule_with_the_lowest_number_gives_the_role_and_teams_add_up(slapd):
    directory = make_directory(slapd, rules={"agents": Role.AGENT, "leads": Role.LINE_LEAD})
    teams = [TeamFactory(name=name) for name in ("A", "B")]
    for rule, team in zip(directory.group_rules.all(), teams, strict=True):
        rule.teams.add(team)

    read(directory)

    assert (user("nadia").role, list(user("nadia").teams.order_by("name"))) == (Role.AGENT, teams)


def test_teams_of_no_rule_are_left_alone_and_others_follow_the_directory(slapd):
    directory = make_directory(slapd)
    ours, theirs, unmapped = (TeamFactory(name=name) for name in ("Ours", "Theirs", "Unmapped"))
    rule = directory.group_rules.get(role=Role.AGENT)
    rule.teams.add(theirs)
    read(directory)
    ours.members.add(user("paula"))
    rule.teams.set([unmapped])

    run = read(directory)

    assert list(user("paula").teams.order_by("name")) == [ours, unmapped]
    assert run.counts[Deed.ROLE] == 3


def test_contractor_is_granted_the_queues_of_the_rule(slapd):
    directory = make_directory(slapd, rules={"leads": Role.CONTRACTOR})
    team = TeamFactory()
    directory.group_rules.get().teams.add(team)

    read(directory)

    nadia = user("nadia")
    assert list(Grant.objects.live().filter(contractor=nadia).values_list("team", flat=True)) == [team.pk]
    assert not nadia.teams.exists()


def test_two_new_entries_with_one_address_are_left_out_with_one_line_each(start_slapd):
    twins = [person("max", "Max One", mail="max@corp.example"), person("moritz", "Moritz", mail="max@corp.example")]
    directory = make_directory(
        start_slapd([*company()[:-2], *twins, group("agents", "paula", "max", "moritz")]), rules={"agents": "agent"}
    )

    run = read(directory)

    assert run.counts == {Deed.ADDED: 1, Deed.SKIPPED: 2, Deed.OUTSIDE: 3}
    skipped = [line["text"] for line in run.lines if line["deed"] == Deed.SKIPPED]
    assert skipped == ["Several entries have the address max@corp.example: let each have its own."] * 2


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.CUSTOMER_MANAGER, Role.ADMINISTRATOR, Role.AGENT])
def test_account_that_is_here_is_not_taken_over(slapd, role):
    directory = make_directory(slapd)
    here = UserFactory(email="paula@corp.example", role=role, password="her own long sentence")

    run = read(directory)

    here.refresh_from_db()
    assert run.counts[Deed.SKIPPED] == 1
    assert not DirectoryPerson.objects.filter(user=here).exists()
    assert (here.role, here.has_usable_password()) == (role, True)


def test_staff_of_a_domain_that_the_directory_owns_are_linked_and_lose_their_local_password(slapd):
    directory = make_directory(slapd, owned_domains=["corp.example"])
    here = StaffFactory(email="paula@corp.example", password="her own long sentence", role=Role.SALES)

    run = read(directory)

    here.refresh_from_db()
    assert (run.counts[Deed.LINKED], user("paula").pk) == (1, here.pk)
    assert (here.has_usable_password(), here.role, here.name) == (False, Role.AGENT, "Paula Petrova")
    assert "directory_person_linked" in verbs_of(here)


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.ADMINISTRATOR])
def test_customers_and_administrators_of_an_owned_domain_are_not_linked_silently(slapd, role):
    directory = make_directory(slapd, owned_domains=["corp.example"])
    UserFactory(email="paula@corp.example", role=role)

    run = read(directory)

    [line] = [line for line in run.lines if line["deed"] == Deed.SKIPPED]
    assert (line["who"], "paula@corp.example" in line["text"]) == ("paula", True)


def test_whoever_an_administrator_switched_off_stays_off(slapd, ada):
    directory = make_directory(slapd)
    read(directory)
    leaving.deactivate(person=user("paula"), by=ada, reason="left")

    run = read(directory)

    assert (run.counts[Deed.SAME], state_of("paula")) == (3, (False, Role.AGENT, ""))


def test_garbage_long_and_missing_attributes_are_borne(start_slapd):
    people = [
        person("long", "Ж" * 300, title="t" * 300),
        person("garbage", "G", mail="not an address", telephoneNumber="+", preferredLanguage="xx"),
        person("bare", "Bare", mail=""),
    ]
    directory = make_directory(start_slapd([*ground(), *people]), rules={}, default_role=Role.AGENT)

    run = read(directory)

    assert run.counts == {Deed.ADDED: 3}
    assert user("long").name == "Ж" * 200
    assert (user("garbage").email, user("bare").email, user("garbage").language) == (None, None, "")
    assert read(directory).counts == {Deed.SAME: 3}


# --- What must never happen ---------------------------------------------------------------------------------------
def everybody_in() -> set[str]:
    return set(DirectoryPerson.objects.filter(user__is_active=True).values_list("login", flat=True))


ALL = {"paula", "pavel", "nadia"}


def test_server_that_is_away_puts_nobody_out(own_slapd):
    directory = make_directory(own_slapd)
    read(directory)
    own_slapd.kill()

    run = read(directory)

    directory.refresh_from_db()
    assert (run.state, everybody_in()) == (RunState.FAILED, ALL)
    assert "refuses the connection" in run.reason
    assert (directory.failure, directory.failures) == (run.reason, 1)


def test_failure_is_told_once_and_its_end_is_seen(own_slapd):
    directory = make_directory(own_slapd)
    own_slapd.kill()
    for _ in range(3):
        read(directory)
    own_slapd.start()

    read(directory)

    directory.refresh_from_db()
    verbs = [line.verb for line in Line.objects.about(directory)]
    assert verbs == ["directory_run_failed", "directory_run_done"]
    assert (directory.failure, directory.failures) == ("", 0)


def test_server_that_dies_in_the_middle_of_the_list_puts_nobody_out(own_slapd, monkeypatch):
    directory = make_directory(own_slapd, page_size=10)
    read(directory)
    leave_group(own_slapd, "agents", "pavel")
    directory.person_bases = [PEOPLE, f"ou=leavers,{SUFFIX}"]
    directory.save()
    told = runs.tell
    monkeypatch.setattr(runs, "tell", lambda **options: (own_slapd.kill(), told(**options)))

    run = read(directory)

    assert (run.state, everybody_in()) == (RunState.FAILED, ALL)
    assert "broke the connection off" in run.reason


def test_list_cut_off_by_the_server_puts_nobody_out(start_slapd):
    auditor = Entry(
        f"cn=auditor,{SUFFIX}",
        {"objectClass": ["organizationalRole", "simpleSecurityObject"], "cn": ["auditor"], "userPassword": ["few"]},
    )
    server = start_slapd(
        [*company(), auditor], limits=f'limits dn.exact="cn=auditor,{SUFFIX}" size.soft=2 size.hard=2 size.prtotal=2'
    )
    directory = make_directory(server)
    read(directory)
    Directory.objects.update(bind_dn=f"cn=auditor,{SUFFIX}")
    directory.refresh_from_db()
    directory.bind_password = "few"
    directory.save()

    run = read(directory)

    assert (run.state, "size limit" in run.reason, everybody_in()) == (RunState.FAILED, True, ALL)


def test_list_that_is_suddenly_empty_puts_nobody_out(own_slapd):
    directory = make_directory(own_slapd)
    read(directory)
    Directory.objects.update(person_filter="(uid=nobody-is-called-so)")

    run = read(directory)

    assert (run.state, everybody_in()) == (RunState.STOPPED, ALL)
    assert "nobody at all" in run.reason


def test_mapped_group_that_is_gone_puts_nobody_out(own_slapd):
    directory = make_directory(own_slapd)
    read(directory)
    own_slapd.modify(f"dn: cn=agents,{GROUPS}\nchangetype: modrdn\nnewrdn: cn=staff\ndeleteoldrdn: 1\n")

    run = read(directory)

    assert (run.state, everybody_in()) == (RunState.FAILED, ALL)
    assert f"cn=agents,{GROUPS}" in run.reason


def test_many_who_would_be_out_wait_for_an_administrator(own_slapd, ada):
    directory = make_directory(own_slapd)
    read(directory)
    for uid in ("paula", "pavel"):
        edit(own_slapd, uid, *DISABLE)

    stopped = read(directory)

    assert (stopped.state, stopped.would_go, everybody_in()) == (RunState.STOPPED, 2, ALL)
    assert stopped.reason.startswith("2 of 3 people would lose their access")
    confirmed = syncing.work(key=runs.confirm(run=stopped, by=ada).pk)
    assert (confirmed.state, everybody_in()) == (RunState.DONE, {"nadia"})


def test_confirmation_is_for_so_many_and_no_more(own_slapd, ada):
    directory = make_directory(own_slapd)
    read(directory)
    for uid in ("paula", "pavel"):
        edit(own_slapd, uid, *DISABLE)
    stopped = read(directory)
    edit(own_slapd, "nadia", *DISABLE)

    again = syncing.work(key=runs.confirm(run=stopped, by=ada).pk)

    assert (again.state, again.would_go, everybody_in()) == (RunState.STOPPED, 3, ALL)


def test_last_administrator_stays_although_the_directory_disables_them(own_slapd, ada):
    directory = make_directory(own_slapd, rules={"leads": Role.ADMINISTRATOR, "agents": Role.AGENT})
    read(directory)
    leaving.deactivate(person=ada, by=None, reason="left")
    edit(own_slapd, "nadia", *DISABLE)

    run = read(directory)

    assert state_of("nadia") == (True, Role.ADMINISTRATOR, "")
    assert any("last administrator" in line["text"] for line in run.lines)


@pytest.mark.parametrize(
    ("inside", "percent", "expected"),
    [(1, 10, 1), (2, 10, 1), (3, 10, 1), (4, 10, 2), (6, 10, 3), (20, 10, 3), (100, 10, 10), (5000, 1, 50), (10, 0, 3)],
)
def test_few_may_always_go(inside, percent, expected):
    assert allowed(inside, percent) == expected


def test_secret_that_cannot_be_opened_is_one_line_and_puts_nobody_out(slapd, settings):
    directory = make_directory(slapd)
    read(directory)
    settings.FIELD_ENCRYPTION_KEYS = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]

    run = syncing.work(key=runs.begin(directory=directory, by=None, rings=False).pk)

    assert (run.state, "FIELD_ENCRYPTION_KEYS" in run.reason, everybody_in()) == (RunState.FAILED, True, ALL)


def test_references_to_other_servers_are_a_remark_of_the_run(start_slapd):
    values = {"objectClass": ["referral", "extensibleObject"], "ou": ["far"], "ref": ["ldap://127.0.0.1:1/dc=far"]}
    directory = make_directory(start_slapd([*company(), Entry(f"ou=far,{PEOPLE}", values)]))

    run = read(directory)

    assert run.lines[-1]["text"] == "1 references to other servers were not followed."


def test_run_left_by_a_dead_worker_is_done_again(slapd):
    directory = make_directory(slapd)
    run = runs.begin(directory=directory, by=None, rings=False)
    runs.claim(key=run.pk)
    SyncRun.objects.update(lease_until=timezone.now() - timezone.timedelta(seconds=1))

    done = syncing.work(key=run.pk)

    assert (done.state, done.attempts, everybody_in()) == (RunState.DONE, 2, ALL)
