"""Opening a ticket reads its notices: the page tells so itself, for asking for it writes nothing."""

import pytest

from helpdesk.notifications.models import Notice
from tests.factories import StaffFactory, TicketFactory
from tests.htmx import tree
from tests.statements import count_of
from tests.streams import newest_line


@pytest.fixture
def ticket(db):
    return TicketFactory()


def told(person, ticket, key, **fields):
    return Notice.objects.create(person=person, occasion="noted", key=key, subject=ticket, title="News", **fields)


def count(browser, path):
    [found] = tree(browser.get(path).content.decode()).cssselect("#bell .count") or [None]
    return found


def test_page_of_a_ticket_tells_that_it_is_open_only_where_something_is_unread(desk, anna, ticket):
    path = f"/desk/tickets/{ticket.number}/"
    before = count(desk, path)
    told(anna, ticket, "1")

    shown = count(desk, path)

    assert before is None
    assert (shown.text_content(), shown.get("hx-post")) == ("1", f"{path}reading/")
    assert count(desk, "/desk/tickets/").get("hx-post") is None


def test_page_with_unread_notices_runs_as_many_statements_as_without(desk, anna, ticket):
    path = f"/desk/tickets/{ticket.number}/"
    desk.get(path)
    without = count_of(lambda: desk.get(path))[0]
    told(anna, ticket, "1")

    assert count_of(lambda: desk.get(path))[0] == without <= 15


def test_ones_own_notices_of_the_ticket_are_read_and_no_others(desk, anna, ticket, django_capture_on_commit_callbacks):
    told(anna, ticket, "1")
    told(anna, ticket, "2", is_listed=False)
    others = {told(anna, TicketFactory(), "3"), told(StaffFactory(), ticket, "1")}

    with django_capture_on_commit_callbacks(execute=True):
        answer = desk.post(f"/desk/tickets/{ticket.number}/reading/")

    assert answer.status_code == 204
    assert set(Notice.objects.unread()) == others
    assert newest_line() == ("notices", str(anna.pk))


def test_ticket_that_one_may_not_see_is_not_there(browse, oleg, ticket):
    told(oleg, ticket, "1")

    answer = browse(oleg).post(f"/desk/tickets/{ticket.number}/reading/")

    assert (answer.status_code, Notice.objects.unread().count()) == (404, 1)
