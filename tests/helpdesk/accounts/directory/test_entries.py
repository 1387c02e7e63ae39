"""What entries say, as OpenLDAP and Active Directory write it, and as nobody should."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from helpdesk.accounts.directory.entries import read_entry
from helpdesk.accounts.directory.enums import Out
from helpdesk.accounts.directory.models import Directory
from helpdesk.accounts.directory.presets import PRESETS

GUID = UUID("6b1f2c3d-4e5f-4a6b-8c7d-9e0fa1b2c3d4")
OPEN = {"entryuuid": [str(GUID).encode()], "uid": [b"paula"], "cn": [b"Paula"], "mail": [b"Paula@Corp.Example"]}
ACTIVE = {"objectguid": [GUID.bytes_le], "samaccountname": [b"paula"], "displayname": ["Паула".encode()]}


def entry_of(kind: str, attributes: dict[str, list[bytes]], **more: list[bytes]):
    directory = Directory(kind=kind, **PRESETS[kind])
    given = {name.lower(): values for name, values in (attributes | more).items()}
    return read_entry(directory, "uid=paula,dc=corp", given)


def filetime(moment: datetime) -> bytes:
    steps = int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
    return str(steps).encode()


def test_stable_id_is_the_same_text_from_both_kinds_of_servers():
    assert entry_of("openldap", OPEN).uid == entry_of("ad", ACTIVE).uid == str(GUID)


def test_stable_id_of_any_other_form_is_kept_as_it_is():
    directory = Directory(kind="openldap", **(PRESETS["openldap"] | {"id_attribute": "employeeNumber"}))

    ids = [read_entry(directory, "x", {"employeenumber": [value]}) for value in (b"4711", b"\xff\x00\x01")]

    assert [entry.uid for entry in ids] == ["4711", "ff0001"]


@pytest.mark.parametrize("values", [[], [b""]])
def test_entry_without_a_stable_id_is_nobody(values):
    assert entry_of("openldap", OPEN, entryUUID=values) is None


def test_names_are_read_in_their_script_and_addresses_in_lower_case():
    assert entry_of("ad", ACTIVE).name == "Паула"
    assert entry_of("openldap", OPEN).emails == ("paula@corp.example",)


@pytest.mark.parametrize(
    ("control", "out"), [(b"512", ""), (b"514", Out.DISABLED), (b"66050", Out.DISABLED), (b"x", ""), (b"", "")]
)
def test_bit_of_user_account_control_disables(control, out):
    assert entry_of("ad", ACTIVE, userAccountControl=[control]).out == out


@pytest.mark.parametrize(
    ("expires", "out"),
    [
        (b"0", ""),
        (b"9223372036854775807", ""),
        (b"9223372036854775806", ""),
        (b"-1", ""),
        (b"12345678901234567890123", ""),
        (filetime(datetime.now(UTC) - timedelta(minutes=1)), Out.EXPIRED),
        (filetime(datetime.now(UTC) + timedelta(hours=1)), ""),
    ],
    ids=["none", "never", "nearly-never", "before-time", "beyond-time", "a-minute-ago", "in-an-hour"],
)
def test_account_that_has_expired_is_out(expires, out):
    assert entry_of("ad", ACTIVE, accountExpires=[expires]).out == out


@pytest.mark.parametrize(
    ("attributes", "out"),
    [
        ({"pwdAccountLockedTime": [b"000001010000Z"]}, Out.DISABLED),
        ({"pwdAccountLockedTime": [b"20261122101500Z"]}, ""),
        ({"nsAccountLock": [b"TRUE"]}, Out.DISABLED),
        ({"nsAccountLock": [b"false"]}, ""),
        ({"shadowExpire": [b"1"]}, Out.EXPIRED),
        ({"shadowExpire": [b"99999"]}, ""),
        ({"shadowExpire": [b"-1"]}, ""),
    ],
)
def test_account_of_openldap_is_out_by_what_administrators_set_and_not_by_wrong_passwords(attributes, out):
    assert entry_of("openldap", OPEN, **attributes).out == out


@pytest.mark.parametrize(
    ("attributes", "field", "expected"),
    [
        ({"cn": [b"\xff\xfe"]}, "name", "paula"),
        ({"cn": ["Ж".encode() * 500]}, "name", "Ж" * 200),
        ({"cn": [b"Paula\x00\r\n \xe2\x80\xae Evil"]}, "name", "Paula Evil"),
        ({"mail": [b"nonsense", b"a@b.example", b"A@b.example"]}, "emails", ("a@b.example",)),
        ({"mail": [b"x" * 400 + b"@b.example"]}, "emails", ()),
        ({"telephoneNumber": [b"call me"]}, "phone", ""),
        ({"telephoneNumber": [b"+49  30 1234567"]}, "phone", "+49 30 1234567"),
        ({"preferredLanguage": [b"de, en-gb;q=0.8"]}, "language", "en"),
        ({"preferredLanguage": [b"tlh"]}, "language", ""),
        ({"title": [b"\x00"]}, "title", ""),
        ({"uid": []}, "login", ""),
    ],
)
def test_what_is_missing_or_no_text_counts_as_missing_and_what_is_long_is_cut(attributes, field, expected):
    assert getattr(entry_of("openldap", OPEN, **attributes), field) == expected


def test_groups_are_compared_however_they_are_written():
    entry = entry_of("openldap", OPEN, memberOf=[b"CN=Agents, OU=Groups,DC=corp", b"\xff"])

    assert entry.groups == {"cn=agents,ou=groups,dc=corp"}
