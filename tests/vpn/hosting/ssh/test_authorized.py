"""`authorized_keys` as bytes."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.core.errors import Refused
from vpn.hosting.ssh import authorized

UNTIL = datetime(2026, 11, 30, 23, 59, 58, tzinfo=UTC)
PUBLIC = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdvb2Q"


def line(**changes):
    return authorized.make_line(
        **{"name": "hdanna4k2j9x", "public": PUBLIC, "until": UNTIL, "version": (9, 6)} | changes
    ).decode()


@pytest.mark.parametrize(
    ("version", "end"),
    [
        ((9, 1), ',expiry-time="20261130235958Z" '),
        ((8, 9), ',expiry-time="20261201135958" '),
        ((8, 1), " "),
        (None, " "),
    ],
)
def test_end_is_written_as_the_server_understands_it(version, end):
    assert line(version=version) == f"{authorized.AWAY}{end}{PUBLIC} helpdesk-hdanna4k2j9x"


@pytest.mark.parametrize("origins", ['10.0.0.1",command="x', "10.0.0.1\nssh-rsa AAAA", "!*", "host.example"])
def test_origins_that_would_say_more_are_refused(origins):
    with pytest.raises(Refused):
        line(origins=origins)


@pytest.mark.parametrize("name", ["", "a", "Anna", "anna ssh-rsa", "anna\nx", "../x", "анна"])
def test_name_that_would_say_more_is_refused(name):
    with pytest.raises(Refused):
        line(name=name)


@given(st.binary(max_size=500))
def test_taking_out_what_was_put_in_gives_the_same_bytes(content):
    with_ours = authorized.with_line(content, line().encode(), "hdanna4k2j9x")

    assert with_ours == line().encode() + b"\n" + content
    assert authorized.without_line(with_ours, "hdanna4k2j9x") == content
