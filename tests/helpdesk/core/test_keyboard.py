"""What a person may make of the keys."""

import pytest

from helpdesk.core.errors import Refused
from helpdesk.core.keyboard import USUAL, changed_keys, keys_with


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({}, {}),
        ({"e": "e"}, {}),
        ({"e": " D "}, {"e": "d"}),
        ({"j": "k", "k": "j"}, {"j": "k", "k": "j"}),
        ({"e": "", "z": ""}, {"e": "", "z": ""}),
        ({"/": "#"}, {"/": "#"}),
    ],
)
def test_keys_that_differ_are_kept(said, kept):
    assert changed_keys(said) == kept


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"e": "j"}, "“J” can't be both “Next row” and “Resolve the chosen”: give one of them another key."),
        ({"e": "я"}, "“я” is not a key: write one Latin letter, a digit or a sign."),
        ({"e": "\x07"}, "“\x07” is not a key: write one Latin letter, a digit or a sign."),
        ({"e": "ab"}, "“ab” is not a key: write one Latin letter, a digit or a sign."),
        ({"q": "b"}, "There is no such action. Choose from the list."),
    ],
)
def test_keys_that_cannot_be_are_refused_in_one_sentence(said, sentence):
    with pytest.raises(Refused) as refusal:
        changed_keys(said)

    assert str(refusal.value) == sentence


def test_every_action_has_a_key_of_its_own():
    assert list(keys_with({}).values()) == list(USUAL)
    assert keys_with({"e": "d"})["e"] == "d"
