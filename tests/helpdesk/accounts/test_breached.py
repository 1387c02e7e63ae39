"""Passwords that thieves know, looked up in a file."""

import hashlib
from io import BytesIO

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from helpdesk.accounts.breached import contains, first_fault

WORDS = [f"a stolen sentence {index}" for index in range(500)]


def listing(words=WORDS, *, end="\n", count=True):
    hashes = sorted(hashlib.sha1(word.encode()).hexdigest().upper() for word in words)
    return (
        end.join(f"{each}:{index + 1}" if count else each for index, each in enumerate(hashes)).encode() + end.encode()
    )


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("count", [True, False])
@pytest.mark.parametrize("words", [WORDS, WORDS[:1], WORDS[:2], WORDS[:3]], ids=len)
def test_every_word_of_the_list_is_found_and_no_other(end, count, words):
    file = BytesIO(listing(words, end=end, count=count))

    assert [word for word in words if not contains(file, word)] == []
    assert [index for index in range(200) if contains(file, f"of nobody {index}")] == []


def test_empty_file_knows_nothing():
    assert not contains(BytesIO(b""), "a stolen sentence 1")


def test_few_places_are_read():
    class Counting(BytesIO):
        reads = 0

        def read(self, *args):
            self.reads += 1
            return super().read(*args)

    file = Counting(listing())
    contains(file, WORDS[123])

    assert file.reads <= 16


def test_password_of_the_list_is_refused_with_the_reason(settings, tmp_path):
    path = tmp_path / "breached.txt"
    path.write_bytes(listing())
    settings.BREACHED_PASSWORDS = str(path)

    with pytest.raises(ValidationError, match="Thieves know this password"):
        validate_password(WORDS[7])
    validate_password("of nobody else at all")


def test_file_that_is_gone_keeps_nobody_from_choosing(settings, tmp_path):
    settings.BREACHED_PASSWORDS = str(tmp_path / "gone.txt")

    validate_password("of nobody else at all")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (listing(), ""),
        (listing(end="\r\n"), ""),
        (b"", "it is empty"),
        (b"password\n", "line 1 is no SHA-1 in capitals with a count"),
        (b"\n".join(reversed(listing().splitlines())), "line 2 is out of order: download the file ordered by hash"),
    ],
    ids=["good", "windows", "empty", "words", "out of order"],
)
def test_fault_of_a_list_is_named(content, fault):
    assert first_fault(BytesIO(content)) == fault


def test_command_says_whether_the_list_is_in_order(tmp_path, capsys):
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_bytes(listing())
    bad.write_bytes(b"password\n")

    call_command("breached_passwords", str(good))

    assert "is in order" in capsys.readouterr().out
    for path, said in ((bad, "line 1 is no SHA-1"), (tmp_path / "gone.txt", "can't be read")):
        with pytest.raises(CommandError, match=said):
            call_command("breached_passwords", str(path))
