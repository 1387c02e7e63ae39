"""Times, sizes and people as text."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from helpdesk.core import readable

NOW = datetime(2026, 11, 17, 14, 32, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Anna Orlova", "AO"),
        ("Павел Громов", "ПГ"),
        ("Anna Maria van der Berg", "AB"),
        ("Sergei", "S"),
        ("clara.weiss@shop.example", "CW"),
        ("  ", "?"),
        ("<script>", "S"),
        ("李 娜", "李娜"),
    ],
)
def test_initials_of_a_name_are_its_first_and_last_letters(name: str, expected: str) -> None:
    assert readable.initials(name) == expected


def test_hue_of_a_key_is_stable_and_within_the_palette() -> None:
    assert readable.hue("anna@helpdesk.example") == 11
    assert readable.hue("ANNA@helpdesk.example") == 11
    assert {readable.hue(str(number)) for number in range(500)} == set(range(readable.HUES))


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KB"),
        (1536, "1.5 KB"),
        (188_416, "184 KB"),
        (1_048_575, "1 MB"),
        (15_728_640, "15 MB"),
        (5_000_000_000_000, "4657 GB"),
    ],
)
def test_size_is_given_in_the_nearest_unit(count: int, expected: str) -> None:
    assert readable.size(count) == expected


@pytest.mark.parametrize(
    ("before", "short", "long", "relative"),
    [
        (timedelta(seconds=20), "14:31", "Today 14:31", "just now"),
        (timedelta(minutes=1), "14:31", "Today 14:31", "1 minute ago"),
        (timedelta(minutes=17), "14:15", "Today 14:15", "17 minutes ago"),
        (timedelta(hours=3), "11:32", "Today 11:32", "3 hours ago"),
        (timedelta(hours=20), "Yesterday", "Yesterday 18:32", "20 hours ago"),
        (timedelta(days=15), "2 Nov", "2 Nov 14:32", "2 Nov 14:32"),
        (timedelta(days=400), "13 Oct 2025", "13 Oct 2025 14:32", "13 Oct 2025 14:32"),
        (timedelta(days=-2), "19 Nov", "19 Nov 14:32", "19 Nov 14:32"),
    ],
)
def test_moment_is_written_as_people_write_it(before: timedelta, short: str, long: str, relative: str) -> None:
    at = NOW - before

    assert readable.moment(at, style="short", now=NOW) == short
    assert readable.moment(at, style="long", now=NOW) == long
    assert readable.moment(at, style="relative", now=NOW) == relative


def test_moment_is_told_in_the_readers_zone() -> None:
    with timezone.override("Asia/Vladivostok"):
        assert readable.moment(NOW, now=NOW) == "Today 00:32"
        assert readable.full_moment(NOW).startswith("18 November 2026, 00:32")


def test_moment_names_the_month_in_the_readers_language() -> None:
    with translation.override("ru"):
        assert readable.full_moment(NOW).startswith("17 ноября 2026")


@pytest.mark.parametrize(
    ("before", "short", "long", "relative"),
    [
        (timedelta(seconds=20), "14:31", "сегодня в 14:31", "только что"),
        (timedelta(minutes=1), "14:31", "сегодня в 14:31", "1 минуту назад"),
        (timedelta(minutes=3), "14:29", "сегодня в 14:29", "3 минуты назад"),
        (timedelta(minutes=11), "14:21", "сегодня в 14:21", "11 минут назад"),
        (timedelta(hours=21), "вчера", "вчера в 17:32", "21 час назад"),
        (timedelta(days=15), "2 ноя", "2 ноя 14:32", "2 ноя 14:32"),
        (timedelta(days=199), "2 мая", "2 мая 14:32", "2 мая 14:32"),
        (timedelta(days=400), "13 окт 2025", "13 окт 2025 14:32", "13 окт 2025 14:32"),
    ],
)
def test_moment_is_written_as_russians_write_it(before: timedelta, short: str, long: str, relative: str) -> None:
    at = NOW - before

    with translation.override("ru"):
        assert readable.moment(at, style="short", now=NOW) == short
        assert readable.moment(at, style="long", now=NOW) == long
        assert readable.moment(at, style="relative", now=NOW) == relative


def test_size_is_given_in_the_readers_language() -> None:
    with translation.override("ru"):
        assert readable.size(1536) == "1,5 КБ"


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("image/png", "file-image"),
        ("application/pdf", "file-text"),
        ("text/csv; charset=utf-8", "file-sheet"),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "file-sheet"),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "file-text"),
        ("APPLICATION/ZIP", "file-archive"),
        ("message/rfc822", "mail"),
        ("", "file"),
        ("application/x-unheard-of", "file"),
    ],
)
def test_file_icon_goes_by_media_type(content_type: str, expected: str) -> None:
    assert readable.file_icon(content_type) == expected
