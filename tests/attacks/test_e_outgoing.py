"""Attacks E of ATTACKS.md that make the program ask on an attacker's behalf."""

import socket
from ipaddress import ip_network

import pytest

from helpdesk.core import outgoing
from tests.peers.web_peer import WebPeer

INSIDE = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f.0.0.1/",
    "https://017700000001/",
    "https://0/",
    "https://localhost/",
    "https://localhost./",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/latest/",
    "https://100.100.100.200/latest/",
    "https://10.0.0.1/",
    "https://192.168.0.1/",
    "https://①②⑦.0.0.1/",
]


@pytest.fixture
def peer():
    served = WebPeer()
    yield served
    served.close()


@pytest.fixture
def names(monkeypatch):
    """What names resolve to, in turn: the name server of an attacker."""
    answers: dict[str, list[str]] = {}
    asked: list[str] = []
    genuine = socket.getaddrinfo

    def resolve(host, port, *args, **kwargs):
        asked.append(host)
        if host not in answers:
            return genuine(host, port, *args, **kwargs)
        given = answers[host]
        found = given.pop(0) if len(given) > 1 else given[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found.split()]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return answers, asked


@pytest.mark.parametrize("url", INSIDE)
def test_e10_address_inside_is_refused_however_it_is_written(url):
    with pytest.raises(outgoing.OutgoingError):
        outgoing.post(url, body=b"x", seconds=2)


def test_e10_server_on_loopback_hears_nothing(peer):
    for url in (f"https://127.0.0.1:{peer.port}/", f"http://127.0.0.1:{peer.port}/", f"http://localhost:{peer.port}/"):
        with pytest.raises(outgoing.AddressForbidden):
            outgoing.post(url, body=b"x")

    assert peer.connections == 0


def test_e09_redirect_inside_is_not_followed(peer, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.1/32")]
    inside = WebPeer()
    peer.answers = [
        f"HTTP/1.1 {status} Go\r\nLocation: {inside.url}\r\nContent-Length: 0\r\n\r\n".encode()
        for status in (301, 302, 303, 307, 308)
    ]

    statuses = [outgoing.get(peer.url).status for _ in range(5)]

    assert (statuses, inside.connections) == ([301, 302, 303, 307, 308], 0)
    inside.close()


def test_e09_name_that_changes_its_address_after_the_check_is_not_asked_again(peer, names, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.2/32")]
    answers, asked = names
    answers["rebind.example"] = ["127.0.0.2", "127.0.0.1"]

    with pytest.raises(outgoing.Unreachable):
        outgoing.get(f"http://rebind.example:{peer.port}/")

    assert (asked, peer.connections) == (["rebind.example"], 0)


def test_e09_name_with_a_public_and_an_inner_address_is_refused(names):
    answers, _ = names
    answers["both.example"] = ["1.1.1.1 127.0.0.1"]

    with pytest.raises(outgoing.AddressForbidden, match=r"127\.0\.0\.1"):
        outgoing.get("https://both.example/")
