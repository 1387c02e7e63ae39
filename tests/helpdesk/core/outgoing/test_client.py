"""One request to a server of ours: what goes out, what comes back, what ends it."""

import time

import pytest

from helpdesk.core import outgoing
from helpdesk.core.outgoing.client import _context
from tests.peers.web_peer import drip, flood, hang, secure_peer

HTTP = b"HTTP/1.1 200 OK\r\n"


@pytest.fixture
def trusting(monkeypatch, allowed):
    """Believe the certificate that lies there, as a company's own authority is believed."""

    def trust(path):
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        _context.cache_clear()

    yield trust
    _context.cache_clear()


def test_post_when_taken_brings_the_answer_and_sends_what_was_given(peer):
    peer.answers = [b"HTTP/1.1 201 Created\r\nX-Kind: a\r\nContent-Length: 4\r\n\r\ndone"]

    answer = outgoing.post(peer.url + "in?x=1", body=b"{}", headers={"Content-Type": "application/json"})

    assert (answer.status, answer.is_good, answer.body, answer.headers["x-kind"]) == (201, True, b"done", "a")
    (asked,) = peer.asked
    assert (asked.method, asked.path, asked.body) == ("POST", "/in?x=1", b"{}")
    assert asked.headers == {
        "host": f"127.0.0.1:{peer.port}",
        "user-agent": "Helpdesk",
        "accept-encoding": "identity",
        "connection": "close",
        "content-length": "2",
        "content-type": "application/json",
    }


def test_get_when_redirected_tells_and_does_not_follow(peer):
    peer.answers = [b"HTTP/1.1 302 Found\r\nLocation: " + peer.url.encode() + b"other\r\nContent-Length: 0\r\n\r\n"]

    answer = outgoing.get(peer.url)

    assert (answer.status, answer.is_good, len(peer.asked)) == (302, False, 1)


@pytest.mark.parametrize("play", [hang, drip, flood], ids=["hangs", "drips", "floods"])
def test_server_when_it_does_not_end_is_left_in_time(peer, play):
    peer.answers = [play]
    began = time.monotonic()

    with pytest.raises(outgoing.OutgoingError):
        outgoing.post(peer.url, body=b"x", seconds=0.5, most=100_000)

    assert time.monotonic() - began < 3


def test_answer_when_too_large_is_refused_or_cut_as_asked(peer):
    peer.answers = [HTTP + b"Content-Length: 5000\r\n\r\n" + b"x" * 5000]

    with pytest.raises(outgoing.TooMuch):
        outgoing.get(peer.url, most=1024)
    answer = outgoing.post(peer.url, body=b"", most=1024, cuts=True)

    assert (len(answer.body), answer.is_whole) == (1024, False)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 2",
        HTTP + b"Content-Length: 10\r\n\r\nabc",
        HTTP + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        HTTP + b"X: y\r\n" * 200 + b"\r\n",
        HTTP + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
    ],
    ids=["closes", "another protocol", "half a line", "breaks off", "broken chunk", "many headers", "long header"],
)
def test_server_when_it_speaks_no_whole_http_is_unreachable_with_one_sentence(peer, answer):
    peer.answers = [answer]

    with pytest.raises(outgoing.Unreachable, match=r"^127\.0\.0\.1 .+\.$"):
        outgoing.get(peer.url)


def test_server_when_not_there_is_unreachable(peer):
    url = peer.url
    peer.close()
    try:
        with pytest.raises(outgoing.Unreachable):
            outgoing.get(url)
    finally:
        peer.__post_init__()  # for the fixture to end


def test_header_when_it_holds_another_line_is_refused(peer):
    with pytest.raises(outgoing.AddressForbidden):
        outgoing.post(peer.url, body=b"", headers={"X-Name": "a\r\nX-Evil: 1"})

    assert peer.asked == []


def test_proxy_of_the_environment_is_not_asked(peer, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")

    assert outgoing.get(peer.url).is_good


def test_certificate_when_good_and_made_out_to_the_host_lets_through(trusting, tmp_path):
    peer = secure_peer(tmp_path)
    trusting(peer.certificate.certificate)
    peer.answers = [HTTP + b"Content-Length: 200000\r\n\r\n" + b"x" * 200_000]

    answer = outgoing.post(peer.url, body=b"y" * 200_000)

    assert (len(answer.body), len(peer.asked[0].body)) == (200_000, 200_000)
    peer.close()


@pytest.mark.parametrize("kind", ["unknown", "another name", "expired"])
def test_certificate_when_not_good_stops_before_a_word_is_said(trusting, tmp_path, kind):
    peer = {
        "unknown": lambda: secure_peer(tmp_path),
        "another name": lambda: secure_peer(tmp_path, "other.example"),
        "expired": lambda: secure_peer(tmp_path, valid_days=1, began_days_ago=9),
    }[kind]()
    if kind != "unknown":
        trusting(peer.certificate.certificate)

    with pytest.raises(outgoing.Unreachable, match="certificate"):
        outgoing.get(peer.url)

    assert peer.asked == []
    peer.close()


def test_tls_server_when_it_drips_is_left_in_time(trusting, tmp_path):
    peer = secure_peer(tmp_path)
    trusting(peer.certificate.certificate)
    peer.answers = [drip]
    began = time.monotonic()

    with pytest.raises(outgoing.Unreachable):
        outgoing.get(peer.url, seconds=0.5)

    assert time.monotonic() - began < 3
    peer.close()
