"""Codes of mail servers: which one is meant, and which of two says more."""

import pytest

from tickets.mail.parsing.bounces.codes import find_command, find_reply, find_status, preferred


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("550 5.1.1 User unknown", "5.1.1"),
        ("550-5.7.26 multi-line", "5.7.26"),
        ("Sorry, no mailbox here (#5.1.1)", "5.1.1"),
        ("5.1.0 - Unknown address error 550-'5.7.1 Access denied'", "5.7.1"),
        ("host mx[5.1.1.25] said nothing", ""),
        ("version 15.2.13 of 5.4.3.2", ""),
        ("2.1.5 delivered", "2.1.5"),
        ("", ""),
    ],
)
def test_status_when_text_holds_numbers_then_only_a_status_code_is_taken(text, status):
    found = find_status(text)

    assert found == status


@pytest.mark.parametrize(
    ("text", "status", "reply"),
    [
        ("550 5.1.1 no", "5.1.1", "550"),
        ("421 later, then 550 no", "5.0.0", "550"),
        ("host[192.0.2.250]:550 port", "", ""),
        ("", "", ""),
    ],
)
def test_reply_when_several_numbers_stand_there_then_it_agrees_with_the_status(text, status, reply):
    found = find_reply(text, status)

    assert found == reply


@pytest.mark.parametrize(
    ("field", "spoken", "reply", "better"),
    [
        ("5.1.1", "", "", "5.1.1"),
        ("", "5.2.2", "", "5.2.2"),
        ("5.0.0", "5.7.1", "550", "5.7.1"),
        ("5.2.1", "5.0.0", "550", "5.2.1"),
        ("4.4.7", "4.2.2", "452", "4.2.2"),
        ("4.5.0", "5.5.0", "550", "5.5.0"),
        ("5.1.2", "5.4.4", "550", "5.1.2"),
    ],
)
def test_preferred_when_two_codes_are_given_then_the_one_that_says_more_wins(field, spoken, reply, better):
    found = preferred(field, spoken, reply)

    assert found == better


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("said: 550 (in reply to end of data command)", "DATA"),
        ("said: 550 (in reply to rcpt to command)", "RCPT"),
        ("smtp error from remote mail server after mail from:<a@b>", "MAIL"),
        ("refused to talk to me: 554", "CONN"),
        ("user unknown", ""),
    ],
)
def test_command_when_the_server_tells_what_it_refused_then_it_is_known(text, command):
    found = find_command(text)

    assert found == command
