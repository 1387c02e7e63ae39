"""The personal page of staff."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import MessageFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import at_most, count_of
from tickets.models import Message
from tickets.queries.personal import numbers_of

URL = "/desk/me/"
FORM = {
    "name": "Anna Berg",
    "language": "",
    "time_zone": "Europe/Berlin",
    "theme": "dark",
    "signature": "Anna, line 1",
}


def said(ticket, author, ago, kind="reply"):
    message = MessageFactory(ticket=ticket, author=author, kind=kind)
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - ago)
    return message


def test_page_when_saved_without_script_then_kept_and_said(desk, anna):
    response = desk.post(URL, FORM)

    anna.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, f"{URL}?saved")
    assert [anna.name, anna.language, anna.time_zone, anna.theme, anna.signature] == list(FORM.values())
    assert "Saved." in desk.get(response["Location"]).content.decode()


def test_page_when_saved_by_htmx_then_the_whole_page_is_loaded_anew(desk):
    response = desk.post(URL, FORM, headers=HTMX)

    assert (response.status_code, response["HX-Redirect"]) == (204, f"{URL}?saved")


def test_page_when_saved_in_russian_then_it_is_russian(desk):
    response = desk.post(URL, FORM | {"language": "ru"})

    page = tree(desk.get(response["Location"]).content.decode())
    assert page.getroottree().getroot().get("lang") == "ru"
    assert page.xpath("string(//h1)") == "Моя страница"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "\u202e"),
        ("language", "tlh"),
        ("time_zone", "Mars/Olympus"),
        ("theme", "pink"),
        ("signature", "x" * 2001),
    ],
)
def test_page_when_something_is_wrong_then_it_says_what_and_keeps_the_rest(desk, anna, field, value):
    wrong = FORM | {field: value}

    fragment, page = desk.post(URL, wrong, headers=HTMX), desk.post(URL, wrong)

    before = desk.get(URL).content.decode()
    document = tree(page.content.decode())
    assert (fragment.status_code, page.status_code) == (422, 422)
    assert [each.get("id") for each in document.find_class("field-errors")] == [f"id_{field}_errors"]
    assert shown(applied(before, fragment, target="settings")) == shown(document)
    anna.refresh_from_db()
    assert anna.name == "Anna Orlova"


def test_zone_that_the_list_does_not_name_is_kept(desk, anna):
    anna.time_zone = "Etc/GMT-3"
    anna.save(update_fields=["time_zone"])

    assert desk.post(URL, FORM | {"time_zone": "Etc/GMT-3"}).status_code == 303


def test_numbers_are_those_of_the_person_alone(anna, oleg):
    now, day, hour = timezone.now(), timedelta(days=1), timedelta(hours=1)
    mine = TicketFactory(assignee=anna, status="open")
    TicketFactory(assignee=anna, status="waiting")
    TicketFactory(assignee=anna, status="closed")
    TicketFactory(assignee=oleg, status="open")
    said(mine, anna, hour * 0)
    said(mine, anna, 2 * day)
    said(mine, anna, hour * 0, kind="note")
    said(TicketFactory(), anna, 8 * day)
    answered = TicketFactory()
    said(answered, oleg, 3 * day)
    said(answered, anna, 2 * day)

    found = numbers_of(anna, today=now - hour, now=now)

    assert found.in_hand == {"new": 0, "open": 1, "waiting": 1, "on_hold": 0}
    assert (found.answers_today, found.answers, found.first_answers) == (1, 3, 1)


def test_page_with_more_numbers_asks_no_more_of_the_database(desk, anna):
    desk.get(URL)
    with at_most(6):
        desk.get(URL)
    one, _ = count_of(lambda: desk.get(URL))
    for _ in range(3):
        said(TicketFactory(assignee=anna), anna, timedelta())

    three, ran = count_of(lambda: desk.get(URL))

    assert three == one, ran


def test_page_shows_the_numbers_and_where_they_lead(desk, anna):
    TicketFactory(assignee=anna, status="waiting")

    page = tree(desk.get(URL).content.decode())

    [number] = page.xpath("//li[a/@href='/desk/tickets/?view=mine&status=waiting']/b/text()")
    assert number == "1"
    assert page.xpath("//div[@class='menu-list']/a/@href") == [URL, "/desk/shortcuts/"]
