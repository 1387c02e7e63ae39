"""What mail servers answer."""

import pytest

from helpdesk.notifications.answers import Answer, Deferred, Rejected, RouteTrouble, trouble_of


@pytest.mark.parametrize(
    ("code", "good", "temporary"),
    [
        *((200, True, False), (250, True, False), (299, True, False), (199, False, False), (354, False, False)),
        *((399, False, False), (400, False, True), (421, False, True), (499, False, True), (500, False, False)),
        *((550, False, False), (-1, False, False)),
    ],
)
def test_answer_is_good_or_temporary_by_its_code(code, good, temporary):
    answer = Answer(code, "x")

    assert (answer.is_good, answer.is_temporary) == (good, temporary)


@pytest.mark.parametrize(
    ("code", "text", "status"),
    [
        (550, "5.1.1 no such user", "5.1.1"),
        (250, "2.0.0 Ok: queued as 4.5.6", "2.0.0"),
        (450, "<a@b.c>: 4.2.0 greylisted", "4.2.0"),
        (550, "no such user", "550"),
        (554, "5.1.1.22 is blocked", "554"),
        (554, "host 10.5.1.1 is blocked", "554"),
        (550, "5.1.1: no such user", "5.1.1"),
        (550, "gone for good since 2019: 5.1.1", "550"),
        (550, "", "550"),
        (550, "3.1.1 is no class of a refusal", "550"),
    ],
)
def test_status_is_the_enhanced_one_where_the_server_gives_one(code, text, status):
    assert Answer.of(code, text).status == status


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (b"5.1.1 no\r\nsuch user", "5.1.1 no such user"),
        ("нет такого".encode(), "нет такого"),
        (b"\xff\xfe no", "\ufffd\ufffd no"),
        ("x" * 900, "x" * 400),
    ],
)
def test_words_of_a_server_become_one_plain_line(said, kept):
    answer = Answer.of(550, said)

    assert (answer.text, str(answer)) == (kept, f"550 {kept}")


def test_answer_without_words_is_its_code():
    assert str(Answer(250, "")) == "250"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (450, Deferred),
        (421, Deferred),
        (550, Rejected),
        (354, Deferred),
        (250, Deferred),
        (530, RouteTrouble),
        (535, RouteTrouble),
    ],
)
def test_refusal_means_trouble_of_its_kind(code, kind):
    trouble = trouble_of(Answer(code, "5.7.8 no"))

    assert (type(trouble), str(trouble), trouble.status) == (kind, f"{code} 5.7.8 no", "5.7.8")


def test_word_of_who_is_no_mail_server_is_quoted_and_has_no_code():
    answer = Answer.of(-1, b"0-OpenSSH_9.2p1")

    assert (str(answer), answer.status, type(trouble_of(answer))) == ("“0-OpenSSH_9.2p1”", "", Deferred)


@pytest.mark.parametrize("code", [530, 534, 535, 538])
def test_refusal_that_wants_a_sign_in_says_so(code):
    assert trouble_of(Answer(code, "no")).sign_in is True
