"""What holds for every panel: accounts come and go, credentials go nowhere else, and nothing that it answers hurts."""

import json
import time
from dataclasses import replace

import pytest

from helpdesk.core.errors import Refused
from helpdesk.core.outgoing import AddressForbidden, OutgoingError
from tests.peers.panels import Reply
from tests.peers.slapd import make_authority
from tests.vpn.hosting.connectors.conftest import WANTED
from vpn.hosting.connectors import asking, connectors

SCRIPT = '<script>alert(1)</script>\x1b[31m"\r\n'


def everything(case):
    """Each question to the panel in turn, as far as it is answered; the refusals."""
    asked = [
        lambda: case.connector.check(case.door),
        lambda: case.connector.make_access(case.door, WANTED),
        lambda: case.connector.remove_access(case.door, WANTED.name),
        lambda: case.connector.sites(case.door),
        lambda: case.connector.disk(case.door),
        lambda: case.connector.certificates(case.door),
    ]
    refusals = []
    for ask in asked:
        try:
            ask()
        except Refused as refusal:
            refusals.append(refusal)
    return refusals


def test_connectors_are_the_folders():
    assert list(connectors()) == ["cpanel", "directadmin", "ispmanager", "plesk", "ssh"]


def test_access_when_made_is_there_and_when_removed_is_gone(case):
    given = case.connector.make_access(case.door, WANTED)
    made = case.accounts()
    case.connector.remove_access(case.door, WANTED.name)

    assert (made, case.accounts()) == ({WANTED.name}, set())
    assert len(given.secret) >= 20
    assert given.login
    assert given.url.startswith("https://localhost:")


def test_removing_what_is_not_there_is_no_fault(case):
    case.connector.remove_access(case.door, WANTED.name)

    assert case.accounts() == set()


def test_making_twice_under_one_name_is_refused_in_the_panels_words(case):
    case.connector.make_access(case.door, WANTED)

    with pytest.raises(Refused, match=r"^The panel declines: .*already exists\.$"):
        case.connector.make_access(case.door, WANTED)


def test_check_says_what_answers(case):
    assert case.connector.check(case.door)


def test_secret_that_is_wrong_is_told_in_one_sentence(case):
    case.door = replace(case.door, secret="wrong")

    with pytest.raises(Refused, match=r"does not accept the login or its secret"):
        case.connector.check(case.door)


def test_credential_stands_in_no_address(case):
    everything(case)

    asked = " ".join(f"{call.path}?{call.query}" for call in case.panel.calls)
    assert case.door.secret not in asked
    assert "passw" not in asked


def test_secret_of_the_door_is_not_printed(case):
    given = case.connector.make_access(case.door, WANTED)

    assert case.door.secret not in repr(case.door)
    assert given.secret not in repr(given)


def test_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent(case, tmp_path):
    for authority in ("", make_authority(tmp_path).pem):
        case.door = replace(case.door, authority=authority)

        with pytest.raises(OutgoingError, match="certificate of localhost is not good"):
            case.connector.check(case.door)

    assert case.panel.calls == []


def test_certificate_for_another_name_is_refused(case):
    case.door = replace(case.door, address=f"https://127.0.0.1:{case.panel.port}")

    with pytest.raises(OutgoingError, match="certificate"):
        case.connector.check(case.door)


def test_authority_that_is_none_is_told(case):
    case.door = replace(case.door, authority="-----BEGIN CERTIFICATE-----\nrubbish")

    with pytest.raises(AddressForbidden, match="PEM"):
        case.connector.check(case.door)


def test_redirect_is_not_followed_and_the_credential_goes_nowhere_else(case, panels):
    elsewhere = panels("plesk")
    case.panel.instead = lambda call: Reply(302, headers={"Location": f"{elsewhere.panel.address}/"})

    refusals = everything(case)

    assert len(refusals) == 6
    assert elsewhere.panel.calls == []


def test_address_inside_our_network_is_not_asked(case, settings):
    settings.OUTGOING_ALLOWED_NETWORKS = []

    refusals = everything(case)

    assert {type(each) for each in refusals} == {AddressForbidden}
    assert case.panel.calls == []


@pytest.mark.parametrize("address", ["http://panel.example", "https://u:p@panel.example", "https://a b", "ftp://x", ""])
def test_address_that_is_none_is_refused(case, address):
    with pytest.raises(Refused):
        case.connector.sound(address)


def test_address_without_a_port_gets_that_of_the_panel(case):
    sound = case.connector.sound("panel.example/")

    assert sound.startswith("https://panel.example:")
    assert case.connector.sound(sound) == sound


@pytest.mark.parametrize(
    "reply",
    [
        Reply(),
        Reply(body="<html><h1>Under maintenance</h1></html>", kind="text/html"),
        Reply(body="{" * 50_000),
        Reply(body="[" * 100_000),
        Reply(body="null"),
        Reply(body='"text"'),
        Reply(body="[1, 2, [3]]"),
        Reply(body='{"doc": 1, "data": 2, "metadata": 3, "result": 4, "code": "x"}'),
        Reply(body='{"doc": {"elem": "x", "auth": []}, "metadata": {"result": 1}, "data": []}'),
        Reply(500, "oops"),
        Reply(404, "{}"),
        Reply(body=b"\xff\xfe\x00\x01"),
        Reply(body=b"x" * (asking.MOST_BYTES + 1)),
    ],
    ids=["empty", "html", "braces", "deep", "null", "text", "numbers", "wrong kinds", "holes", "500", "404", "bytes",
         "huge"],
)  # fmt: skip
def test_broken_answer_is_one_sentence_or_nothing_found(case, reply):
    case.panel.instead = lambda call: reply

    for refusal in everything(case):
        assert str(refusal).endswith(".")
        assert len(str(refusal)) < 400


def test_slow_panel_is_left_in_time(case, monkeypatch):
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    case.panel.slow_seconds = 1.0
    began = time.monotonic()

    with pytest.raises(OutgoingError, match="did not answer in time"):
        case.connector.check(case.door)

    assert time.monotonic() - began < 0.9


def test_login_with_another_header_in_it_is_not_sent(case):
    case.door = replace(case.door, login="root\r\nX-Evil: 1", secret="a\r\nX-Evil: 2")

    everything(case)

    assert not [call for call in case.panel.calls if "X-Evil" in call.headers]


def test_words_of_a_panel_are_kept_as_a_line_of_visible_letters(case):
    texts = {
        "doc": {"error": {"$type": "value", "msg": {"$": SCRIPT * 100}}},
        "metadata": {"result": 0, "reason": SCRIPT * 100},
        "status": 0,
        "errors": [SCRIPT * 100],
        "code": 1,
        "stderr": SCRIPT * 100,
    }
    words = f"error=1&text={'%1B%3Cscript%3E' * 200}" if "DirectAdmin" in str(case.connector.label) else ""
    case.panel.instead = lambda call: Reply(body=words or json.dumps(texts))

    for refusal in everything(case):
        assert str(refusal).isprintable()
        assert len(str(refusal)) < 300
