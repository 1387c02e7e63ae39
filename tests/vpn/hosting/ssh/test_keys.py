"""Temporary keys against a real sshd: what it lets in, and what is left of its files."""

import time
from contextlib import suppress
from dataclasses import replace

import pytest

from helpdesk.core.errors import Refused
from helpdesk.core.outgoing import AddressForbidden, Unreachable
from tests.peers.cutting_proxy import cutting
from tests.vpn.hosting.ssh.conftest import door_to, elsewhere, signs_in, wanted
from vpn.hosting.connectors import HostKeyChanged, HostKeyUnknown

pytestmark = pytest.mark.sshd
NAME = "hdanna4k2j9x"


def test_key_when_made_lets_in_until_it_is_removed(server, door, connector):
    given = connector.make_access(door, wanted())
    came_in = signs_in(door, given.secret)
    connector.remove_access(door, NAME)

    assert (came_in, signs_in(door, given.secret), given.is_key) == (True, False, True)
    assert server.authorized_keys.read_bytes() == server.own_line
    assert given.note == f"ssh -i helpdesk-{NAME} -p {server.port} {server.login}@127.0.0.1"


def test_key_when_its_time_is_over_is_refused_by_the_server_itself(server, door, connector):
    given = connector.make_access(door, wanted(seconds=2))
    came_in = signs_in(door, given.secret)
    time.sleep(3)

    assert (came_in, signs_in(door, given.secret)) == (True, False)
    assert b'expiry-time="' in server.authorized_keys.read_bytes()


def test_line_forbids_forwarding_and_says_whose_it_is(server, door, connector):
    connector.make_access(door_to(server, **{"from": "127.0.0.0/8"}), wanted())

    line = server.authorized_keys.read_text().splitlines()[0]
    assert line.startswith("no-agent-forwarding,no-port-forwarding,no-X11-forwarding,expiry-time=")
    assert 'from="127.0.0.0/8" ssh-ed25519 ' in line
    assert line.endswith(f" helpdesk-{NAME}")


def test_key_when_used_from_elsewhere_than_it_may_is_refused(server, connector):
    door = door_to(server, **{"from": "192.0.2.1"})

    given = connector.make_access(door, wanted())

    assert not signs_in(door, given.secret)


def test_making_again_under_the_same_name_leaves_one_line(server, door, connector):
    first = connector.make_access(door, wanted())
    second = connector.make_access(door, wanted())

    assert server.authorized_keys.read_bytes().count(NAME.encode()) == 1
    assert (signs_in(door, first.secret), signs_in(door, second.secret)) == (False, True)


def test_removing_what_is_not_there_changes_nothing(server, door, connector):
    before = server.authorized_keys.stat()

    connector.remove_access(door, NAME)

    after = server.authorized_keys.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@pytest.mark.parametrize(
    "content",
    [
        b"%s",
        b"# no newline at the end\n%s# the last line has none",
        b"%s\r\n# of Windows\r\n\r\n",
        b"\xef\xbb\xbf# in a strange script \xff\xfe\x00\n%s",
        b'%scommand="/bin/backup",restrict ssh-rsa AAAAB3 helpdesk-hdanna4k2j9x\n',
        b"%s# helpdesk-hdanna4k2j9x\n\n\n",
        b"\n\n   \n%s" + b"# many\n" * 20_000,
    ],
    ids=["plain", "no newline", "windows", "bytes", "another's line with our name", "comment", "long"],
)
def test_other_lines_are_the_same_byte_for_byte(server, door, connector, content):
    written = content.replace(b"%s", server.own_line)
    server.authorized_keys.write_bytes(written)

    connector.make_access(door, wanted())
    with_ours = server.authorized_keys.read_bytes()
    connector.remove_access(door, NAME)

    assert with_ours.endswith(b"\n" + written)
    assert server.authorized_keys.read_bytes() == written


def test_rights_of_the_file_stay_as_they_were(server, door, connector):
    server.authorized_keys.chmod(0o640)

    connector.make_access(door, wanted())

    assert server.authorized_keys.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in server.authorized_keys.parent.iterdir()] == ["authorized_keys"]


def test_link_in_place_of_the_file_is_left_alone(server, door, connector):
    target = server.folder / "elsewhere"
    target.write_bytes(server.own_line)
    server.authorized_keys.unlink()
    server.authorized_keys.symlink_to(target)

    with pytest.raises(Refused, match="is a link"):
        connector.make_access(door, wanted())

    assert server.authorized_keys.is_symlink()
    assert target.read_bytes() == server.own_line


def test_file_beyond_bounds_is_refused(server, door, connector):
    server.authorized_keys.write_bytes(server.own_line + b"# \n" * 400_000)

    with pytest.raises(Refused, match="larger than a megabyte"):
        connector.make_access(door, wanted())

    assert server.authorized_keys.stat().st_size == len(server.own_line) + 1_200_000


def test_server_that_takes_no_writing_is_told_in_one_sentence(reading_server, connector):
    door = door_to(reading_server)

    with pytest.raises(Refused, match=r"^The server refuses: .+\.$"):
        connector.make_access(door, wanted())

    assert reading_server.authorized_keys.read_bytes() == reading_server.own_line


def test_host_key_that_nobody_has_confirmed_is_shown_and_nothing_sent(server, door, connector):
    with pytest.raises(HostKeyUnknown, match="SHA256:") as refusal:
        connector.check(replace(door, host_key=""))

    assert refusal.value.key == server.host_key
    assert "Accepted publickey" not in server.log()


def test_host_key_that_changed_is_refused_loudly_and_nothing_sent(server, door, connector):
    old = server.host_key
    server.new_host_key()
    server.restart()

    with pytest.raises(HostKeyChanged, match="another host key than before") as refusal:
        connector.make_access(door, wanted())

    assert refusal.value.key == server.host_key != old
    assert "Accepted publickey" not in server.log()


def test_check_says_what_answers(door, connector):
    assert connector.check(door).startswith("OpenSSH_")


def test_disk_is_told_without_a_shell(door, connector):
    (disk,) = connector.disk(door)

    assert disk.name == "127.0.0.1"
    assert 0 < disk.used <= disk.limit


@pytest.mark.parametrize("secret", ["-----BEGIN OPENSSH PRIVATE KEY-----\nrubbish", "a password", "-----BEGIN"])
def test_secret_that_does_not_open_is_told_in_one_sentence(door, connector, secret):
    with pytest.raises(Refused, match=r"\.$"):
        connector.check(replace(door, secret=secret))


def test_server_that_is_away_is_unreachable(server, door, connector):
    server.stop()

    with pytest.raises(Unreachable, match="does not answer on port"):
        connector.check(door)


def test_server_inside_the_network_is_not_asked(door, connector, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []

    with pytest.raises(AddressForbidden):
        connector.check(door)


def test_server_that_falls_silent_is_left(server, door, connector, monkeypatch):
    monkeypatch.setattr("vpn.hosting.ssh.connecting.SECONDS", 1.0)
    with cutting(server.port) as proxy:
        proxy.hang_after = 1500

        with pytest.raises(Refused):
            connector.check(elsewhere(door, proxy.port))


@pytest.mark.parametrize("cut_after", [40, 1200, 2200, 2700, 3000, 3300, 3600, 3900, 4200, 4500])
def test_connection_lost_in_the_middle_leaves_what_removing_mends(server, door, connector, cut_after):
    with cutting(server.port) as proxy:
        proxy.cut_after = cut_after
        with suppress(Refused):
            connector.make_access(elsewhere(door, proxy.port), wanted())
    left = server.authorized_keys.read_bytes()
    connector.remove_access(door, NAME)

    assert left.endswith(server.own_line)
    assert server.authorized_keys.read_bytes() == server.own_line
    assert [each.name for each in server.authorized_keys.parent.iterdir()] == ["authorized_keys"]
