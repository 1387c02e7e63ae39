"""Doors: set up, asked, moved, removed; host keys confirmed by a person."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.core.errors import NotAllowed, Refused
from tests.browsers import browser_of
from tests.factories import OrganisationFactory, UserFactory
from tests.peers import sshd as servers
from tests.peers.panels import Reply
from tests.statements import Statements
from tests.vpn.hosting.doors.conftest import FOUR_HOURS, fresh, grant, work_off
from vpn.hosting.actions import doors, temporary
from vpn.hosting.actions.doors import DoorDetails
from vpn.hosting.actions.reveals import reveal, use
from vpn.hosting.actions.secrets import put_in
from vpn.hosting.enums import AccessState
from vpn.hosting.models import Entry, EntryDoor, Reveal
from vpn.hosting.queries.facts import shown
from vpn.hosting.queries.uses import uses_of
from vpn.hosting.ssh.connecting import fingerprint

pytestmark = pytest.mark.django_db
ENDS = datetime(2026, 11, 30, tzinfo=UTC)


def look(door):
    return EntryDoor.objects.select_related("entry", "secret").get(pk=door.pk)


def test_door_when_added_is_asked_at_once(place, details, pavel):
    door = doors.add(entry=place, details=details, by=pavel)
    work_off()

    found = look(door)
    assert (found.about, found.trouble, found.asked_at) == ("ISPmanager", "", None)
    assert found.facts == {
        "sites": [{"name": "shop.example", "owner": "www-shop", "is_active": True}],
        "disks": [{"name": "www-shop", "used": 120 * 1024**2, "limit": 500 * 1024**2}],
        "certificates": [{"name": "shop.example", "ends_at": ENDS.isoformat()}],
    }


def test_certificate_that_ends_within_a_fortnight_is_pointed_at(door, panel, anna):
    today = timezone.now().date()
    days = {"past.example": -2, "soon.example": 13, "later.example": 16}
    panel.certificates = [
        {"name": name, "valid_after": f"{today + timedelta(days=count)}"} for name, count in days.items()
    ]
    doors.ask_for_facts(door=door, by=anna)
    work_off()

    facts = shown(look(door))
    assert [(each.name, each.is_soon) for each in facts.certificates] == [
        ("past.example", True),
        ("soon.example", True),
        ("later.example", False),
    ]
    assert facts.ending == 2
    assert facts.disks[0].percent == 24


def test_facts_that_could_not_be_had_leave_those_of_before_with_the_reason(door, panel, anna):
    doors.ask_for_facts(door=door, by=anna)
    work_off()
    before = look(door)
    panel.instead = lambda call: Reply(500, "oops")
    doors.ask_for_facts(door=door, by=anna)
    work_off()

    after = look(door)
    assert (after.facts, after.answered_at) == (before.facts, before.answered_at)
    assert after.trouble == "The panel answers with an error of its own (500)."


def test_every_night_all_doors_are_asked_by_the_program(door):
    asked = doors.ask_all()
    work_off()

    assert (asked, look(door).about) == (1, "ISPmanager")
    assert Reveal.objects.get().by is None


def test_doors_of_entries_taken_out_are_not_asked(door, pavel):
    Entry.objects.update(taken_out_at=timezone.now(), taken_out_by=pavel)

    assert doors.ask_all() == 0


def test_asking_twice_is_asking_once(door, anna, panel):
    doors.ask_for_facts(door=door, by=anna)
    doors.ask_for_facts(door=door, by=anna)

    assert work_off() == 1


def test_only_keepers_set_doors_up(place, details, anna, clara):
    for person in (anna, clara):
        with pytest.raises((NotAllowed, Refused)):
            doors.add(entry=place, details=details, by=person)


def test_door_uses_secrets_of_its_own_entry_alone(place, details, pavel, shop):
    other = Entry.objects.create(organisation=shop, name="Another", created_by=pavel)
    theirs = put_in(entry=other, kind="token", label="Theirs", value="x", by=pavel)

    with pytest.raises(Refused, match="secret of this entry"):
        doors.add(entry=place, details=replace(details, secret=theirs), by=pavel)


@pytest.mark.parametrize(
    "changes",
    [
        {"connector": "nonsense"},
        {"address": "http://panel.example"},
        {"login": "root\r\nX-Evil: 1"},
        {"authority": "no certificate"},
        {"connector": "ssh", "address": "ssh://h", "options": {"from": "x\ny"}},
    ],
)
def test_details_that_are_none_are_refused(place, details, pavel, changes):
    with pytest.raises(Refused):
        doors.add(entry=place, details=replace(details, **changes), by=pavel)


def test_door_when_removed_is_forgotten(door, pavel):
    doors.remove(door=door, by=pavel)

    assert not EntryDoor.objects.kept().exists()
    with pytest.raises(Refused, match="removed"):
        doors.ask_for_facts(door=door, by=pavel)


@pytest.fixture
def server(tmp_path, settings, panel):
    if reason := servers.missing():
        pytest.skip(reason)
    with servers.running(tmp_path) as started:
        yield started


@pytest.fixture
def ssh_door(server, place, pavel):
    key = put_in(entry=place, kind="ssh_key", label="Key", value=server.secret, by=pavel)
    made = doors.add(entry=place, details=DoorDetails("ssh", server.address, server.login, key), by=pavel)
    work_off()
    return look(made)


@pytest.mark.sshd
def test_host_key_is_confirmed_by_a_person_before_anything_is_done(ssh_door, server, pavel, anna):
    before = temporary.ask(door=ssh_door, for_whom=anna, by=anna, reason="Work", lasting=FOUR_HOURS)
    work_off()
    doors.confirm_host_key(door=ssh_door, shown=fingerprint(server.host_key), by=pavel)
    after = temporary.ask(door=ssh_door, for_whom=anna, by=anna, reason="Work", lasting=FOUR_HOURS)
    work_off()

    assert "SHA256:" in ssh_door.trouble
    assert (ssh_door.host_key, ssh_door.host_key_seen) == ("", server.host_key)
    assert (fresh(before).state, fresh(after).state) == (AccessState.FAILED, AccessState.ACTIVE)
    assert look(ssh_door).about.startswith("OpenSSH")
    assert look(ssh_door).host_key_confirmed_by == pavel


@pytest.mark.sshd
def test_host_key_is_confirmed_by_keepers_and_as_it_was_shown(ssh_door, server, pavel, anna):
    with pytest.raises(NotAllowed):
        doors.confirm_host_key(door=ssh_door, shown=fingerprint(server.host_key), by=anna)
    with pytest.raises(Refused, match="another host key by now"):
        doors.confirm_host_key(door=ssh_door, shown="SHA256:other", by=pavel)


@pytest.mark.sshd
def test_changed_host_key_stops_everything_until_it_is_confirmed(ssh_door, server, pavel, anna):
    doors.confirm_host_key(door=ssh_door, shown=fingerprint(server.host_key), by=pavel)
    access = temporary.ask(door=ssh_door, for_whom=anna, by=anna, reason="Work", lasting=FOUR_HOURS)
    work_off()
    server.new_host_key()
    server.restart()
    temporary.end(access=access, by=anna)
    work_off()
    stuck, seen = fresh(access), look(ssh_door)
    doors.confirm_host_key(door=ssh_door, shown=fingerprint(server.host_key), by=pavel)
    type(access).objects.update(due_at=timezone.now())
    work_off()

    assert (stuck.state, seen.host_key_seen) == (AccessState.ENDING, server.host_key)
    assert "another host key than before" in stuck.trouble
    assert fresh(access).state == AccessState.ENDED
    assert server.authorized_keys.read_bytes() == server.own_line


@pytest.mark.sshd
def test_door_at_another_address_wants_its_host_key_confirmed_anew(ssh_door, server, pavel):
    doors.confirm_host_key(door=ssh_door, shown=fingerprint(server.host_key), by=pavel)
    moved = DoorDetails("ssh", "ssh://localhost:22", server.login, ssh_door.secret)

    assert doors.change(door=look(ssh_door), details=moved, by=pavel).host_key == ""


@pytest.fixture(params=[1, 3])
def nights(request, door):
    """So many nights in which all doors were asked."""
    for _night in range(request.param):
        doors.ask_all()
        work_off()
    return request.param


def test_nightly_looks_stand_in_one_line_for_staff_and_customer(nights, door, root, anna, clara):
    reveal(secret=root, by=anna, reason="The shop is down")
    for person, path, most in ((anna, "/desk/access/", 10), (clara, "/cabinet/access/", 7)):
        browser = browser_of(person)
        browser.get(f"{path}{door.entry_id}/")
        with Statements(connection) as ran:
            shown = browser.get(f"{path}{door.entry_id}/").content.decode()

        assert shown.count("Sites, disk and certificates are looked at.") == 1
        assert (f"used {nights} times" if nights > 1 else "used 1 time") in shown
        assert "The shop is down" in shown
        assert ran.count == most, str(ran)
    assert Reveal.objects.by_the_program().count() == nights


def test_each_look_of_the_program_can_be_seen_all_the_same(door, clara):
    for _night in range(2):
        doors.ask_all()
        work_off()

    shown = browser_of(clara).get(f"/cabinet/access/{door.entry_id}/?each").content.decode()

    assert shown.count("Sites, disk and certificates are looked at.") == 2


def test_uses_are_told_apart_by_secret_and_reason(door, root, pavel, anna):
    other = put_in(entry=root.entry, kind="token", label="API", value="x", by=pavel)
    use(secret=root, by=None, reason="A temporary access is removed.")
    use(secret=root, by=None, reason="A temporary access is removed.")
    use(secret=other, by=None, reason="A temporary access is removed.")
    use(secret=other, by=None, reason="Sites, disk and certificates are looked at.")
    use(secret=other, by=anna, reason="Sites, disk and certificates are looked at.")

    told = uses_of(root.entry, pavel)

    assert [(each.label, each.count) for each in told] == [("API", 1), ("API", 1), ("Administrator", 2)]
    assert all(each.first <= each.last for each in told)


def test_uses_are_nobodys_who_does_not_see_the_entry(door, root, oleg, pavel):
    sergei = UserFactory(organisation=OrganisationFactory())
    use(secret=root, by=None, reason="A temporary access is removed.")
    grant(root.entry, oleg, pavel)

    assert uses_of(root.entry, sergei) == []
    assert uses_of(root.entry, oleg) == []
