"""The words of the list's address: how it is sorted, which columns it shows, what it is narrowed to."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from helpdesk.core.paging import page_of
from tests.categories import hosting
from tests.factories import TeamFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import Statements
from tickets.enums import Channel, Priority
from tickets.forms.criteria import read_criteria, write_criteria
from tickets.queries import SORTS, days_of, list_rows, listed, sort_columns

URL = "/desk/tickets/"
START = datetime(2026, 11, 20, 12, tzinfo=UTC)


def page(response):
    return tree(response.content.decode())


def subjects(response):
    return [link.text for link in page(response).find_class("row-subject")]


def chips(response):
    return [" ".join(each.text_content().split()) for each in page(response).find_class("chip") if each.tag == "span"]


def heads(response):
    return [" ".join(each.text_content().split()) for each in page(response).xpath("//thead//th")]


@pytest.fixture
def three(db):
    """Each first, middle and last in another way."""
    return [
        TicketFactory(
            subject=subject,
            priority=priority,
            created_at=START - timedelta(days=created),
            active_at=START - timedelta(days=active),
        )
        for subject, priority, created, active in (
            ("A", Priority.LOW, 1, 2),
            ("B", Priority.URGENT, 2, 3),
            ("C", Priority.URGENT, 3, 1),
        )
    ]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", "CAB"),
        ("-active", "CAB"),
        ("active", "BAC"),
        ("-created", "ABC"),
        ("created", "CBA"),
        ("number", "ABC"),
        ("-number", "CBA"),
        ("-priority", "CBA"),
        ("priority", "ABC"),
    ],
)
def test_list_sorted_by_a_word_walks_there_and_back(desk, three, monkeypatch, sort, expected):
    monkeypatch.setattr("tickets.views.desk.ticket_list.ROWS", 1)

    first = desk.get(URL, {"sort": sort})
    second = desk.get(page(first).xpath("//a[@rel='next']/@href")[0])
    third = desk.get(page(second).xpath("//a[@rel='next']/@href")[0])
    back = desk.get(page(third).xpath("//a[@rel='prev']/@href")[0])

    assert "".join(subjects(each)[0] for each in (first, second, third)) == expected
    assert subjects(back) == subjects(second)


@pytest.mark.django_db
@pytest.mark.parametrize("sort", [sign + name for name in SORTS for sign in ("", "-")])
@pytest.mark.parametrize("is_first", [True, False])
def test_each_order_of_the_unfinished_is_read_from_an_index(anna, three, sort, is_first):
    criteria = read_criteria(QueryDict(f"sort={sort}"), by=anna).criteria
    rows, rising = list_rows(listed(anna, criteria), criteria), not sort.startswith("-")
    cursor = "" if is_first else page_of(rows, by=sort_columns(criteria), size=1, is_rising=rising).older

    with Statements(connection) as ran:
        page_of(rows, by=sort_columns(criteria), cursor=cursor, size=1, is_rising=rising)
    with connection.cursor() as look:
        look.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
        look.execute(f"EXPLAIN {ran.texts[-1]}")
        plan = "\n".join(line for (line,) in look.fetchall())

    name = sort.removeprefix("-")
    # With three tickets the planner does not care whether an index of this order is of the unfinished alone.
    orders = ["awake", "current", "active"] if name == "active" else [f"{name}_unfinished", name]
    assert any(f"using ticket_{each} on" in plan for each in orders)
    assert "Sort Key" not in plan


def test_cursor_of_another_order_gives_the_first_page(desk, three):
    cursor = "WyJvbGRlciIsIDQsICIyMDI2LTExLTE3VDEyOjAwOjAwKzAwOjAwIiwgMV0"

    assert len(subjects(desk.get(URL, {"cursor": cursor}))) == 3
    assert len(subjects(desk.get(URL, {"sort": "number", "cursor": cursor}))) == 3


def test_heads_lead_to_the_order_and_back_and_say_which_it_is(desk, three):
    usual = page(desk.get(URL, {"priority": ["urgent", "low"]}))
    by_number = page(desk.get(URL, {"sort": "number"}))

    assert usual.xpath("//th[@aria-sort]/@aria-sort") == ["descending"]
    assert usual.xpath("//th[@aria-sort]/a/@href") == [f"{URL}?priority=urgent&priority=low&sort=active"]
    assert usual.xpath("//th/a/@href")[0] == f"{URL}?priority=urgent&priority=low&sort=number"
    assert by_number.xpath("//th[@aria-sort='ascending']/a/@href") == [f"{URL}?sort=-number"]


def test_list_shows_the_columns_that_are_named_and_each_is_filled(desk):
    TicketFactory(team=TeamFactory(name="Line 1"), channel=Channel.PHONE, created_at=timezone.now())

    usual = desk.get(URL)
    named = desk.get(URL, {"columns": "team,channel,created,status"})
    by_a_form = desk.get(URL, {"columns": ["status", "created"]}, headers=HTMX)

    assert heads(usual) == ["Number", "", "Status", "Subject", "Customer", "Organisation", "Assignee", "Changed"]
    assert heads(named) == ["Number", "Status", "Subject", "Team", "Channel", "Created"]
    assert [each.text_content() for each in page(named).xpath("//tbody//td")][3:5] == ["Line 1", "Phone"]
    assert by_a_form["HX-Push-Url"] == f"{URL}?columns=status,created"


def test_fragment_with_other_columns_and_order_equals_a_reload(desk, three):
    words = {"columns": "team", "sort": "-priority", "created": "2026-11-18..", "is": "unanswered"}
    before = desk.get(URL).content.decode()

    response = desk.get(URL, words, headers=HTMX)

    assert shown(applied(before, response, target="rows")) == shown(desk.get(URL, words).content.decode())


@pytest.mark.parametrize(
    ("words", "expected", "number"),
    [
        ({"channel": "phone"}, ["Called"], 1),
        ({"channel": ["phone", "mail"]}, ["Called", "Held", "Written"], 1),
        ({"is": "unanswered"}, ["Called", "Held"], 1),
        ({"is": "held"}, ["Held"], 1),
        ({"is": ["held", "unanswered"], "channel": "phone"}, [], 3),
        ({"created": "2026-11-20"}, ["Called"], 1),
        ({"created": "2026-11-19..2026-11-20"}, ["Called", "Written"], 1),
        ({"created": "..2026-11-19"}, ["Held", "Written"], 1),
        ({"created": "2026-11-19.."}, ["Called", "Written"], 1),
        ({"active": "2026-11-18"}, ["Held"], 1),
    ],
)
def test_list_with_a_word_for_any_field_shows_what_fits_it_and_a_chip(desk, words, expected, number):
    for subject, channel, days, more in (
        ("Called", Channel.PHONE, 0, {}),
        ("Written", Channel.MAIL, 1, {"first_response_at": START}),
        ("Held", Channel.MAIL, 2, {"awaits_approval": 1}),
    ):
        at = START - timedelta(days=days)
        TicketFactory(subject=subject, channel=channel, created_at=at, active_at=at, **more)

    response = desk.get(URL, words)

    assert sorted(subjects(response)) == expected
    assert len(chips(response)) == number


def test_days_back_count_today_as_the_first(desk):
    noon = timezone.localtime().replace(hour=12)
    for days in (0, 6, 7):
        TicketFactory(subject=str(days), active_at=noon - timedelta(days=days))

    assert subjects(desk.get(URL, {"active": "7d"})) == ["0", "6"]
    assert subjects(desk.get(URL, {"active": "1d"})) == ["0"]


def test_days_are_those_of_the_person_who_looks(desk, anna):
    type(anna).objects.filter(pk=anna.pk).update(time_zone="Asia/Tokyo")
    TicketFactory(subject="Tokyo's 21st", created_at=datetime(2026, 11, 20, 16, tzinfo=UTC))

    assert subjects(desk.get(URL, {"created": "2026-11-21"})) == ["Tokyo's 21st"]
    assert subjects(desk.get(URL, {"created": "2026-11-20"})) == []


@pytest.mark.parametrize(
    "word", ["7d", "365d", "2026-11-01", "2026-11-01..2026-11-21", "2026-11-01..", "..2026-11-21", "1999-02-28"]
)
def test_word_for_days_reads_back_as_itself(word):
    assert days_of(word).word == word


@pytest.mark.parametrize(
    "word",
    [
        *("", "..", "0d", "1000d", "-7d", "d", "7d7d", "x", "2026-13-01", "2026-02-30", "2026-11-21..2026-11-01"),
        *(
            "9999-12-31",
            "0001-01-01..",
            "2026-11-01 ..2026-11-02",
            "2026-11-012026-11-02",
            "2026-11-01...",
            "२०२६-११-०१",
        ),
    ],
)
def test_word_that_names_no_days_is_none(word):
    assert days_of(word) is None


@pytest.mark.parametrize("name", ["channel", "is", "created", "active", "sort", "columns"])
def test_word_that_means_nothing_is_left_out_and_named(desk, three, name):
    response = desk.get(URL, {name: '"><script>7b3f', "priority": "low"})

    assert subjects(response) == ["A"]
    assert page(response).find_class("notice")[0].text_content().split("called that: ")[1].strip() == f"{name}."
    assert "7b3f" not in response.content.decode()


@pytest.mark.django_db
def test_every_word_of_a_list_is_written_back_as_it_was_read(anna):
    TeamFactory(name="Line 1")
    hosting()
    words = (
        "view=mine&q=basket&status=waiting&status=open&priority=high&team=line-1&assignee=none&tag=vpn&channel=mail"
        "&created=7d&active=2026-11-01..&is=unanswered&is=held&sort=-priority&columns=status,created"
        "&category=hosting&category=none&field.pages=5..10&archived=yes"
    )

    assert write_criteria(read_criteria(QueryDict(words), by=anna).criteria) == words


def test_chips_of_flags_take_away_one_at_a_time(desk):
    response = desk.get(URL, {"is": ["held", "unanswered"], "sort": "number"})

    links = [link.get("href") for link in page(response).find_class("chip-remove")]
    assert links == [f"{URL}?is=held&sort=number", f"{URL}?is=unanswered&sort=number"]


def test_filter_is_a_page_and_a_dialog_and_holds_what_is_chosen(desk):
    words = {
        "q": "basket",
        "channel": ["phone", "mail"],
        "status": ["new", "open"],
        "is": "held",
        "columns": "team",
        "sort": "number",
        "created": "7d",
    }

    whole, dialog = desk.get(f"{URL}filter/", words), desk.get(f"{URL}filter/", words, headers=HTMX)

    form = page(whole).xpath("//main//form")[0]
    kept = {each.get("name"): each.get("value") for each in form.xpath(".//input[@type='hidden']")}
    assert (form.get("action"), kept) == (URL, {"q": "basket", "sort": "number"})
    assert form.xpath(".//input[@checked]/@value") == ["new", "open", "mail", "phone", "held", "team"]
    assert page(dialog).xpath("//dialog[@data-dialog-fetched]")
    assert shown(f"<div id='main'>{whole.content.decode().split('<form class=')[1]}</div>")


def test_filter_link_of_the_list_brings_its_words(desk):
    response = desk.get(URL, {"tag": "vpn", "sort": "number"})

    link = next(each for each in page(response).find_class("chip-add") if "filter/" in each.get("href"))
    assert link.get("href") == link.get("hx-get") == f"{URL}filter/?tag=vpn&sort=number"
