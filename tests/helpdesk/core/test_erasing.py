"""Taking names out of texts, and who may rewrite what is append-only."""

import pytest

from helpdesk.core.erasing import Erased
from tests.repository import ROOT, python_files

CLARA = Erased(person=7, pseudonym="Erased person 7", addresses=("clara@shop.example",), names=("Clara Weiss", "Will"))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Hello CLARA WEISS!", "Hello Erased person 7!"),
        ("to <Clara@Shop.example>", "to <Erased person 7>"),
        ("Will you? Clara", "Will you? Clara"),
        ("", ""),
    ],
)
def test_full_names_and_addresses_become_the_pseudonym(text, left):
    assert CLARA.out_of(text) == left


def test_mask_is_as_long_as_what_it_hides():
    text = "Dear Clara Weiss, dear Ärzte"

    assert CLARA.masked(text) == "Dear •••••••••••, dear Ärzte"


def test_values_are_searched_to_their_ends():
    assert CLARA.out_of_value({"to": [{"a": "clara@shop.example"}, 7, None]}) == {
        "to": [{"a": "Erased person 7"}, 7, None]
    }


def test_nobody_known_takes_nothing_out():
    assert Erased(person=1, pseudonym="x", addresses=(), names=()).out_of("Anything") == "Anything"


def test_only_erasing_and_masking_rewrite_what_is_append_only():
    users = {
        path.relative_to(ROOT).as_posix()
        for path in python_files()
        if "tests" not in path.parts and any(word in path.read_text() for word in ("rewriting(", "pgtrigger.ignore"))
    }

    assert users == {
        "helpdesk/core/erasing.py",
        "helpdesk/journal/erasing.py",
        "helpdesk/accounts/actions/erasing.py",
        "helpdesk/accounts/actions/erasing_book.py",
        "tickets/actions/erasing.py",
        "vpn/actions/erasing.py",
        "vpn/hosting/actions/erasing.py",
        "tickets/actions/masking.py",
    }
