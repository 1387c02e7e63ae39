import pytest

from helpdesk.core.errors import Refused
from vpn.pki.naming import (
    RESERVED,
    check_common_name,
    check_device,
    check_login,
    check_server_name,
    common_name,
)

HOSTILE = ["../../evil", "a/CN=admin", "a b", "server", "ca", "x\ny", "-h", "ünï", "иван", "a$(id)b", "Alice", "a" * 80, ".", "", "con"]  # fmt: skip
"""What easy-rsa takes, some of it outside of its folder."""


@pytest.mark.parametrize("name", HOSTILE, ids=ascii)
def test_name_that_is_hostile_is_refused(name: str) -> None:
    for check in (check_login, check_device, check_common_name):
        with pytest.raises(Refused):
            check(name)


@pytest.mark.parametrize(
    "name",
    [
        "anna\n",
        "anna\r",
        "anna\0",
        "an na",
        "anna.",
        "1anna",
        "a",
        "a" * 32,
        "ａｎｎａ",
        "аnna",
        "anna\u200b",
        "٣anna",
        "anna_b",
    ],
    ids=ascii,
)
def test_name_with_other_characters_or_lengths_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        check_login(name)


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_reserved_name_is_refused_with_itself_in_the_sentence(name: str) -> None:
    with pytest.raises(Refused) as refused:
        check_login(name)

    assert str(refused.value) == f"“{name}” is a reserved name: choose another."


def test_reserved_are_the_devices_of_windows() -> None:
    assert {"con", "nul", "aux", "prn", "com1", "com9", "lpt1", "lpt9", "root", "crl", "ta"} <= RESERVED


@pytest.mark.parametrize("name", ["an", "anna", "anna-maria", "a1", "x" * 31])
def test_ordinary_name_comes_back_unchanged(name: str) -> None:
    assert (check_login(name), check_device(name), check_common_name(name)) == (name, name, name)


def test_common_name_of_the_longest_parts_fits_into_a_certificate() -> None:
    made = common_name("a" * 31, "b" * 31)

    assert len(made) == 63
    assert check_common_name(made) == made


@pytest.mark.parametrize("name", ["server", "vpn.example.org", "vpn-1"])
def test_name_of_a_server_may_have_dots(name: str) -> None:
    assert check_server_name(name) == name


@pytest.mark.parametrize("name", ["", ".", "..", "a..b", "vpn/../x", "VPN", "vpn example", "vpn\n", "-x", "a" * 64])
def test_name_of_a_server_when_hostile_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        check_server_name(name)
