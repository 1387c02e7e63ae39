"""OpenVPN's management interface, as OpenVPN itself speaks it: on a Unix socket and on TCP, with a password."""

import socket
import threading

import pytest

from tests.peers.openvpn import skip_without, soon
from tests.peers.ports import free_port
from vpn.servers.host.lists import Trouble
from vpn.servers.host.management import Management, read_status

pytestmark = pytest.mark.openvpn
STATUS = """TITLE\tOpenVPN 2.6.14
HEADER\tCLIENT_LIST\t\
Common Name\tReal Address\tVirtual Address\tVirtual IPv6 Address\tBytes Received\tBytes Sent\t\
Connected Since\tConnected Since (time_t)\tUsername\tClient ID\tPeer ID
CLIENT_LIST\talice\t10.78.0.2:34867\t10.67.0.2\t\t2236\t2245\t2026-11-23 02:04:50\t1795399490\tUNDEF\t7\t0\tAES-256-GCM
CLIENT_LIST\tUNDEF\t10.78.0.2:34868\t\t\t0\t0\t2026-11-23 02:04:50\t1795399490\tUNDEF\t8\t0\t
HEADER\tROUTING_TABLE\tVirtual Address\tCommon Name\tReal Address\tLast Ref\tLast Ref (time_t)
ROUTING_TABLE\t10.67.0.2\talice\t10.78.0.2:34867\t2026-11-23 02:04:50\t1795399490
GLOBAL_STATS\tMax bcast/mcast queue length\t0"""  # fmt: skip


@pytest.fixture
def waiting(tmp_path):
    """OpenVPN that holds before it does anything: it needs no rights, and speaks with whoever asks."""
    skip_without()
    import subprocess

    started = []

    def start(*words: str):
        begun = subprocess.Popen(
            ["openvpn", "--dev", "null", "--remote", "127.0.0.1", "9", "--management-hold", "--verb", "3", *words],
            cwd=tmp_path, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(begun)

    yield start
    for each in started:
        each.terminate()
        each.wait(10)


def answers(address: str, **more: str) -> bool:
    try:
        Management(address, **more).close()
    except Trouble:
        return False
    return True


SHARED = ["--secret", "static.key", "--cipher", "AES-256-CBC"]


def test_unix_socket_answers_and_tells_what_comes_by_itself(waiting, tmp_path):
    from vpn.pki.tls_keys import make_tls_crypt

    (tmp_path / "static.key").write_text(make_tls_crypt())
    path = tmp_path / "management.sock"
    waiting(*SHARED, "--management", str(path), "unix")
    assert soon(path.exists)
    assert soon(lambda: answers(str(path)))

    with Management(str(path)) as management:
        management.ask("hold off")
        assert management.ask("hold") == ["hold=0"]
        assert management.ask("pid")[0].startswith("pid=")
        assert "OpenVPN Version" in management.ask("version")[0]
        with pytest.raises(Trouble, match=r"^OpenVPN refused: "):
            management.ask("kill nobody")
        management.ask("log on")
        management.ask("hold release")
        assert soon(lambda: ">LOG:" in management.line_within(1))


def test_tcp_asks_for_the_password(waiting, tmp_path):
    from vpn.pki.tls_keys import make_tls_crypt

    (tmp_path / "static.key").write_text(make_tls_crypt())
    (tmp_path / "word").write_text("open sesame\n")
    address = f"127.0.0.1:{free_port()}"
    waiting(*SHARED, "--management", *address.split(":"), "word")
    assert soon(lambda: answers(address, password="open sesame"))

    with Management(address, password="open sesame") as management:
        assert management.ask("pid")[0].startswith("pid=")
    with pytest.raises(Trouble, match="wants a password, and none is kept here"):
        Management(address)
    with pytest.raises(Trouble, match="does not take the password"):
        Management(address, password="wrong")


def test_address_where_nobody_listens_is_told(tmp_path):
    with pytest.raises(Trouble, match=r"management\.sock does not answer: "):
        Management(str(tmp_path / "management.sock"))
    with pytest.raises(Trouble, match="does not answer"):
        Management(f"127.0.0.1:{free_port()}")


def test_one_who_says_nothing_is_not_waited_for():
    """So OpenVPN does while somebody else speaks with it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Trouble, match="is silent: another program may hold it"):
            Management(address, seconds=0.2)


def test_one_who_goes_away_in_the_middle_is_told():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _address = server.accept()
            connection.sendall(b">INFO:OpenVPN Management Interface Version 5\r\n")
            connection.recv(100)
            connection.sendall(b"TITLE\tOpen")
            connection.close()

        speaking = threading.Thread(target=greet)
        speaking.start()
        port = server.getsockname()[1]
        with Management(f"127.0.0.1:{port}") as management, pytest.raises(Trouble, match="went away"):
            management.ask("status 3")
        speaking.join(5)


def test_two_lines_are_no_command():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _address = server.accept()
            with connection:
                connection.sendall(b">INFO:hello\r\n")
                assert connection.recv(100) == b""

        speaking = threading.Thread(target=greet)
        speaking.start()
        port = server.getsockname()[1]
        with Management(f"127.0.0.1:{port}") as management, pytest.raises(ValueError, match="one line"):
            management.ask("status 3\nsignal SIGTERM")
        speaking.join(5)


def test_status_is_read_by_the_names_of_its_columns():
    assert read_status(STATUS.splitlines()) == [
        {
            "name": "alice",
            "client": 7,
            "real": "10.78.0.2:34867",
            "address": "10.67.0.2",
            "received": 2236,
            "sent": 2245,
            "since": 1795399490,
        }
    ]
