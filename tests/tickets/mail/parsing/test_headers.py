from datetime import UTC, datetime

import pytest

from tickets.mail.parsing.addresses import read_addresses
from tickets.mail.parsing.headers import decode_header, message_id, message_ids, read_date


def raw(text: str, codec: str) -> str:
    return text.encode(codec).decode("ascii", "surrogateescape")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?hello world?=", "hello world"),
        ("=?utf-8?B?0J/R?= =?utf-8?B?gNC40LI=?=", "Прив"),
        ("=?utf-8?Q?=D0=9F=D1?=\n =?utf-8?Q?=80=D0=B8?=", "При"),
        ("=?koi8-r?B?8NLJ18XU?= =?windows-1251?Q?=CF=F0?=", "ПриветПр"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8?q?how are you??=", "how are you?"),
        ("=?utf-8?Q?a?==?utf-8?Q?b?=", "ab"),
        ("=?utf-8*ru?Q?=D0=9F?=", "П"),
        ("=?utf-8?B?0J/RgNC40LLQtdGC", "=?utf-8?B?0J/RgNC40LLQtdGC"),
        ("=?utf-8?B?0J/RgNC40LLQtdGC0Q?=", "Привет"),
        ("=?nonsense?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?X?abc?= zz", "=?utf-8?X?abc?= zz"),
        ("=?utf-8?b?!!!?=", "!!!"),
        ("ok =?iso-8859-1?q?=e9?=, =?iso-8859-1?q?=e8?=", "ok é, è"),
        ("tab\tand  spaces\n folded", "tab and spaces folded"),
        (raw("Привет из koi8", "koi8-r"), "Привет из koi8"),
        (raw("Тема: не работает", "cp1251"), "Тема: не работает"),
        (raw("Тема: не работает", "utf-8"), "Тема: не работает"),
    ],
)
def test_header_when_decoded_then_it_is_one_line_of_text(value, text):
    decoded = decode_header(value)

    assert decoded.rstrip("�") == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"Ivanov, Ivan" <i@x.ru>', [("Ivanov, Ivan", "i@x.ru")]),
        ("Ivanov, Ivan <i@x.ru>, b@c.d", [("Ivanov, Ivan", "i@x.ru"), ("", "b@c.d")]),
        ('"anna@bank.example" <real@evil.example>', [("anna@bank.example", "real@evil.example")]),
        ("anna@bank.example <real@evil.example>", [("anna@bank.example", "real@evil.example")]),
        ("a@b.c,d@e.f, local", [("", "a@b.c"), ("", "d@e.f"), ("", "local")]),
        ("undisclosed-recipients:;", []),
        ('Team: a@b, "C D" <c@d>; e@f', [("", "a@b"), ("C D", "c@d"), ("", "e@f")]),
        ("dev@x.org (Guenter (the) Dev)", [("Guenter (the) Dev", "dev@x.org")]),
        ('"Broken <a@b>', [("Broken", "a@b")]),
        ("<a@b", [("", "a@b")]),
        ("=?utf-8?Q?Ivan_<ivan@x.ru>?=", [("Ivan", "ivan@x.ru")]),
        ("=?utf-8?B?0J/RgNC40LLQtdGC?= <p@x>", [("Привет", "p@x")]),
        ("<@relay,@other:u@z>", [("", "u@z")]),
        ("mailto:x@y", [("", "x@y")]),
        ("((((((", []),
        ("", []),
        (", ,;", []),
    ],
)
def test_address_list_when_read_then_names_and_addresses_are_told_apart(value, expected):
    found = read_addresses([value])

    assert [(each.name, each.address) for each in found] == expected


@pytest.mark.parametrize(
    ("value", "identifier"),
    [
        ("<abc@def>", "abc@def"),
        ("\n <abc@\n def>", "abc@def"),
        ("abc@def", "abc@def"),
        ("<abc@def> (added by postmaster)", "abc@def"),
        ("<[[[[", "[[[["),
        ("", ""),
        ("<" + "x" * 5000 + ">", "x" * 998),
    ],
)
def test_message_id_when_read_then_it_has_no_brackets_or_folds(value, identifier):
    assert message_id(value) == identifier


def test_references_when_read_then_order_is_kept_and_repeats_are_not():
    assert message_ids("<a@b>\n <c@d>,<a@b> <e@\n f>") == ("a@b", "c@d", "e@f")


def test_references_when_endless_then_the_first_and_the_newest_are_kept():
    found = message_ids(" ".join(f"<{number}@x>" for number in range(5000)))

    assert len(found) == 100
    assert (found[0], found[-1]) == ("0@x", "4999@x")


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("Wed, 11 Feb 98 11:51 CST", datetime(1998, 2, 11, 17, 51, tzinfo=UTC)),
        ("Sat, 15 Dec 2018 10:07:14 -0500 (EST)", datetime(2018, 12, 15, 15, 7, 14, tzinfo=UTC)),
        ("2020-01-01T10:00:00+03:00", datetime(2020, 1, 1, 7, 0, tzinfo=UTC)),
        ("1 Jul 2003 10:52:60 +0200", datetime(2003, 7, 1, 8, 52, 59, tzinfo=UTC)),
        ("1 Jul 2003 10:52:37", datetime(2003, 7, 1, 10, 52, 37, tzinfo=UTC)),
        ("Mon, 32 Jan 2020 00:00:00", None),
        ("1 Jan 2020 25:61:61", None),
        ("1 Jan 0999 10:00:00 +0000", None),
        ("1 Jan 99999 10:00:00 +0000", None),
        ("31 Dec 9999 23:59:59 -1200", None),
        ("yesterday", None),
        ("\x00" * 9000, None),
        ("", None),
    ],
)
def test_date_when_read_then_it_is_utc_or_nothing(value, moment):
    assert read_date(value) == moment
