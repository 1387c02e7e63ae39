"""Lists narrowed by category and fields, in readable words."""

import pytest
from django.db import connection

from tests.categories import hosting
from tests.factories import CategoryFactory, CustomFieldFactory, TicketFactory
from tests.htmx import tree
from tests.statements import count_of
from tickets.enums import FieldKind
from tickets.models import Ticket
from tickets.queries.definitions import current_definitions
from tickets.queries.field_criteria import FieldCriteria, Wanted, field_conditions

URL = "/desk/tickets/"


@pytest.fixture
def tickets(db):
    category = hosting()
    CustomFieldFactory(key="due", kind=FieldKind.DATE, categories=[category])
    CustomFieldFactory(key="urgent", kind=FieldKind.YES_NO, categories=[category])
    rows = [
        {"domain": "shop.example", "pages": 5, "due": "2026-01-01", "features": ["mail", "ssl"], "urgent": True},
        {"domain": "blog.example", "pages": 50, "due": "2026-02-01", "features": ["mail"], "urgent": False},
        {"domain": "old.example", "pages": "many", "system": "bitrix"},
    ]
    for number, fields in enumerate(rows, 1):
        TicketFactory(subject=f"T{number}.", category=category, fields=fields)
    TicketFactory(subject="T4.")


def found(desk, query):
    page = tree(desk.get(f"{URL}?{query}").content.decode())
    return sorted(page.xpath("//a[@class='row-subject']/text()"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category=hosting", ["T1.", "T2.", "T3."]),
        ("category=none", ["T4."]),
        ("category=hosting&category=none", ["T1.", "T2.", "T3.", "T4."]),
        ("field.domain=shop.example", ["T1."]),
        ("field.domain=shop.example&field.domain=blog.example", ["T1.", "T2."]),
        ("field.domain=shop.example&field.pages=50", []),
        ("field.pages=5", ["T1."]),
        ("field.pages=5..10", ["T1."]),
        ("field.pages=6..", ["T2."]),
        ("field.pages=..50", ["T1.", "T2."]),
        ("field.due=2026-01-15..2026-03-01", ["T2."]),
        ("field.features=mail", ["T1.", "T2."]),
        ("field.features=ssl", ["T1."]),
        ("field.urgent=no", ["T2."]),
        ("field.system=bitrix", ["T3."]),
    ],
)
def test_list_when_words_ask_of_fields_then_it_holds_these(desk, tickets, query, expected):
    assert found(desk, query) == expected


@pytest.mark.parametrize(
    ("query", "missed"),
    [
        ("category=nothing", "category"),
        ("field.nothing=1", "field.nothing"),
        ("field.pages=many", "field.pages"),
        ("field.pages=..", "field.pages"),
        ("field.pages=5..many", "field.pages"),
        ("field.system=joomla", "field.system"),
        ("field.=1", "field."),
        ("field.domain=a%00b", "field.domain"),
    ],
)
def test_word_that_means_nothing_is_left_out_and_said(desk, tickets, query, missed):
    html = desk.get(f"{URL}?{query}").content.decode()

    assert f"Left out, because nothing here is called that: {missed}." in html
    assert len(tree(html).xpath("//a[@class='row-subject']")) == 4


def test_criteria_stand_as_chips_that_can_be_taken_away(desk, tickets):
    page = tree(desk.get(f"{URL}?category=hosting&field.pages=5..10&field.urgent=yes").content.decode())

    chips = [" ".join(each.text_content().split()) for each in page.xpath("//span[@class='chip']")]
    assert chips == ["category Hosting", "Pages 5 to 10", "Urgent Yes"]
    assert page.xpath("//a[@class='chip-remove']/@href")[1] == f"{URL}?category=hosting&field.urgent=yes"


def test_filter_offers_categories_views_and_the_archive_and_keeps_what_is_asked_of_fields(desk, tickets):
    query = "view=snoozed&category=hosting&field.pages=5..10&field.urgent=yes&archived=yes"
    form = tree(desk.get(f"{URL}filter/?{query}").content.decode()).xpath("//main//form")[0]

    hidden = [(each.get("name"), each.get("value")) for each in form.xpath(".//input[@type='hidden']")]
    assert hidden == [("field.pages", "5..10"), ("field.urgent", "yes")]
    assert form.xpath(".//input[@name='category']/@value") == ["hosting", "none"]
    assert form.xpath(".//input[@name='category'][@checked]/@value") == ["hosting"]
    assert form.xpath(".//select[@name='view']/option[@selected]/@value") == ["snoozed"]
    assert form.xpath(".//input[@name='archived']/@checked")


def test_filter_of_a_house_without_categories_offers_none(desk):
    form = tree(desk.get(f"{URL}filter/").content.decode()).xpath("//main//form")[0]

    assert not form.xpath(".//input[@name='category']")


def test_list_without_words_of_fields_takes_no_statement_for_them(desk, tickets):
    desk.get(URL)
    desk.get(f"{URL}?field.pages=5")

    plain, statements = count_of(lambda: desk.get(URL))
    narrowed, more = count_of(lambda: desk.get(f"{URL}?field.pages=5"))

    assert (plain, narrowed) == (4, 5), statements + more


def test_contractor_finds_by_fields_only_what_they_may_see(browse, oleg, tickets):
    assert found(browse(oleg), "field.domain=shop.example") == []


def test_value_is_found_by_the_index_of_fields(tickets):
    domain = current_definitions().field_called("domain")
    criteria = FieldCriteria(wanted=(Wanted(domain, "shop.example", "shop.example", value="shop.example"),))

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Ticket.objects.filter(field_conditions(criteria)).explain()

    assert "ticket_fields" in plan


def test_category_of_another_word_than_its_key_is_not_understood(desk, tickets):
    CategoryFactory(key="none-of-these")

    assert found(desk, "category=none-of-these") == []
