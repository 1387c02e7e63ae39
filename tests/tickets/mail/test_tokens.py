import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickets.mail.tokens import (
    new_message_id,
    number_of_message_id,
    number_of_plus_address,
    numbers_in_subject,
    plus_address,
    subject_token,
)

BASE = ["support@desk.example"]


def test_message_id_when_ours_then_number():
    value = new_message_id(number=20481, domain="Desk.Example")

    assert number_of_message_id(value) == 20481
    assert number_of_message_id(value.upper()) == 20481


def test_message_id_when_made_twice_then_differs():
    assert new_message_id(number=1, domain="d.example") != new_message_id(number=1, domain="d.example")


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value.replace("hd.20481.", "hd.20482."),
        lambda value: value.partition("@")[0][:-1] + "@desk.example",
        lambda value: value.partition("@")[0] + "a@desk.example",
        lambda value: value.replace(value.split(".")[3].partition("@")[0], ""),
        lambda value: value.replace("hd.", "notify."),
        lambda value: "",
    ],
)
def test_message_id_when_changed_then_nothing(change):
    value = new_message_id(number=20481, domain="desk.example")

    assert number_of_message_id(change(value)) is None


def test_plus_address_when_ours_then_number():
    address = plus_address(address="support@desk.example", number=20481)

    assert number_of_plus_address(address, base=BASE) == 20481
    assert number_of_plus_address(address.upper(), base=BASE) == 20481


def test_plus_address_when_of_another_mailbox_then_nothing():
    address = plus_address(address="sales@desk.example", number=20481)

    assert number_of_plus_address(address, base=BASE) is None


def test_subject_token_when_valid_then_signed_number_only():
    subject = f"Re: Basket {subject_token(20481)}"

    assert numbers_in_subject(subject) == ([20481], [])


def test_subject_token_when_signature_wrong_then_not_signed():
    token = subject_token(20481).replace("20481", "20482")

    assert numbers_in_subject(f"Re: {token}")[0] == []


@pytest.mark.parametrize(
    "subject", ["Re: [#20481] Basket", "Re: [desk-20481] x", "about #20481", "[Ticket:20481]", "AW: [20481]"]
)
def test_plain_number_when_bracketed_or_hashed_then_found(subject):
    assert numbers_in_subject(subject) == ([], [20481])


@pytest.mark.parametrize("subject", ["Order 20481", "2026-11-21", "call 204-81", ""])
def test_plain_number_when_bare_then_ignored(subject):
    assert numbers_in_subject(subject) == ([], [])


@given(st.text(max_size=80))
def test_anything_never_passes_for_ours(text):
    assert number_of_message_id(text) is None
    assert number_of_plus_address(text, base=BASE) is None
    assert numbers_in_subject(text)[0] == []


@given(st.integers(1, 10**12), st.text(alphabet="abcdefghijklmnopqrstuvwxyz234567", min_size=0, max_size=24))
def test_guessed_signature_is_no_signature(number, guess):
    assert number_of_message_id(f"hd.{number}.abcdefghijkl.{guess}@desk.example") is None
    assert number_of_plus_address(f"support+{number}.{guess}@desk.example", base=BASE) is None
    assert numbers_in_subject(f"[#{number}-{guess}]")[0] == []
