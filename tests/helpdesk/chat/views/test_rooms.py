"""The pages of the chat."""

from uuid import uuid4

import pytest
from django.test import Client

from helpdesk.chat.models import Line, Reading
from tests.browsers import browser_of
from tests.chat import answered, told, told_team
from tests.factories import StaffFactory, TicketFactory
from tests.htmx import HTMX, applied, shown
from tests.statements import at_most, count_of
from tests.streams import newest_line


@pytest.fixture
def room(anna, maya):
    return told(maya, anna, "Is the basket mended?").room


def path_of(room):
    return f"/desk/chat/{room.pk}/"


def test_page_when_there_is_nobody_yet_then_it_offers_colleagues(anna, maya, timur, clara):
    page = browser_of(anna).get("/desk/chat/").content.decode()

    assert f'href="/desk/chat/with/{maya.pk}/"' in page
    assert f'href="/desk/chat/with/{timur.pk}/"' in page
    assert f"with/{clara.pk}/" not in page
    assert f"with/{anna.pk}/" not in page


def test_first_line_when_it_is_posted_then_it_leads_to_the_room_that_it_made(anna, maya, team):
    browser = browser_of(anna)

    pair = browser.post(f"/desk/chat/with/{maya.pk}/", {"body": "Hello"})
    of_team = browser.post(f"/desk/chat/teams/{team.pk}/", {"body": "Hello, all"}, headers=HTMX)

    rooms = [line.room_id for line in Line.objects.order_by("pk")]
    assert (pair.status_code, pair["Location"]) == (303, f"/desk/chat/{rooms[0]}/")
    assert (of_team.status_code, of_team["HX-Redirect"]) == (204, f"/desk/chat/{rooms[1]}/")
    assert "Hello" in browser.get(f"/desk/chat/with/{maya.pk}/").content.decode()
    assert "Hello, all" in browser.get(f"/desk/chat/teams/{team.pk}/").content.decode()


def test_line_when_htmx_posts_it_then_the_page_is_as_after_a_reload(room, anna):
    browser = browser_of(anna)
    page = browser.get(path_of(room)).content.decode()

    answer = browser.post(path_of(room), {"body": "Since yesterday.", "key": uuid4()}, headers=HTMX)

    after = browser.get(path_of(room)).content.decode()
    assert answer.status_code == 200
    swapped = applied(page, answer, target="timeline")
    for place in ("timeline", "chat_foot"):
        assert shown(swapped, inside=place) == shown(after, inside=place)
    assert "Since yesterday." in after


def test_line_when_the_same_form_is_sent_twice_then_it_stands_once(room, anna):
    browser, form = browser_of(anna), {"body": "Once", "key": uuid4()}

    answers = [browser.post(path_of(room), form).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert Line.objects.filter(text="Once").count() == 1


def test_line_when_it_is_refused_then_what_was_written_stays(room, anna):
    text = "long " * 2001

    page = browser_of(anna).post(path_of(room), {"body": text})
    fragment = browser_of(anna).post(path_of(room), {"body": text}, headers=HTMX)

    assert (page.status_code, fragment.status_code) == (422, 422)
    assert text.strip() in page.content.decode()
    assert "too long" in fragment.content.decode()
    assert Line.objects.count() == 1


def test_room_when_it_has_many_lines_then_earlier_ones_are_a_page_of_their_own(room, anna, maya):
    lines = [answered(room, maya if number % 2 else anna, f"Line {number}.") for number in range(55)]

    latest = browser_of(anna).get(path_of(room)).content.decode()
    earlier = browser_of(anna).get(path_of(room), {"before": lines[5].pk}).content.decode()
    around = browser_of(anna).get(path_of(room), {"at": lines[30].pk}).content.decode()

    assert "Line 54." in latest
    assert "Line 5." in latest
    assert "Line 4." not in latest
    assert f"?before={lines[5].pk}" in latest
    assert "Line 4." in earlier
    assert "Line 5." not in earlier
    assert "Is the basket mended?" in earlier
    assert "Line 30." in around
    assert "Line 5." in around
    assert "Line 4." not in around
    assert 'id="composer"' in latest
    assert 'id="composer"' not in earlier


def test_page_when_there_is_more_then_it_costs_no_more_statements(anna, maya, timur, team):
    def talk(number):
        tickets = TicketFactory.create_batch(number)
        for other in [maya, *StaffFactory.create_batch(number)]:
            for ticket in tickets:
                told(other, anna, f"See #{ticket.number}, @anna")
        for ticket in tickets:
            told_team(maya, team, f"@anna: #{ticket.number}")

    talk(1)
    browser, room = browser_of(anna), told_team(maya, team).room
    browser.get(path_of(room))
    few, _ = count_of(lambda: browser.get(path_of(room)))
    talk(3)
    with at_most(19) as ran:
        browser.get(path_of(room))

    assert ran.count == few, str(ran)


def test_list_of_tickets_when_lines_are_unread_then_the_rail_counts_them_in_the_same_statement(room, anna, maya):
    browser = browser_of(anna)
    browser.get("/desk/tickets/")
    answered(room, maya, "Anna?")

    with at_most(6):
        page = browser.get("/desk/tickets/").content.decode()

    assert '<span class="nav-label">Chat</span> <span class="count count-hot">2</span>' in page


def test_reading_when_it_was_shown_then_nothing_is_unread_and_it_never_goes_back(room, anna, maya):
    first = room.last_line
    second = answered(room, maya, "Anna?").pk
    browser = browser_of(anna)
    before = browser.get(path_of(room)).content.decode()

    shown_ = browser.post(f"{path_of(room)}reading/", {"to": second}, headers=HTMX)
    late = browser.post(f"{path_of(room)}reading/", {"to": first})
    ahead = browser.post(f"{path_of(room)}reading/", {"to": 2**60})

    after = browser.get(path_of(room)).content.decode()
    assert (shown_.status_code, late.status_code, ahead.status_code) == (204, 303, 303)
    assert Reading.objects.get(person=anna).read_to == second
    assert f'id="read-{second}"' in before
    assert "count-hot" in before
    assert "chat-new" in before
    assert 'id="read-' not in after
    assert "count-hot" not in after
    assert "chat-new" not in after


def test_draft_when_it_is_kept_then_the_page_has_it_until_it_is_said(room, anna):
    browser, key = browser_of(anna), uuid4()

    kept = browser.post(f"{path_of(room)}draft/", {"body": "Half a <word", "key": key})
    begun = browser.get(path_of(room)).content.decode()
    browser.post(path_of(room), {"body": "Half a <word and more", "key": key})
    browser.post(f"{path_of(room)}draft/", {"body": "Half a <word and", "key": key})

    assert kept.json() == {"version": 0, "sentence": ""}
    assert "Half a &lt;word</textarea>" in begun
    assert Reading.objects.get(person=anna).draft == ""


def test_colleagues_are_those_in_the_room(anna, maya, timur, team):
    room = told_team(maya, team).room

    listed = browser_of(anna).get(f"{path_of(room)}colleagues/", {"q": "ma"}).content.decode()
    nobody = browser_of(anna).get(f"{path_of(room)}colleagues/", {"q": "tim"}).content.decode()

    assert 'data-text="@maya "' in listed
    assert 'role="option"' not in nobody


@pytest.mark.parametrize("what", ["", "?before=1", "?q=basket", "draft/", "reading/", "colleagues/"])
def test_room_when_it_is_guessed_by_its_number_then_it_is_not_there(room, timur, what):
    browser = browser_of(timur)
    answers = {browser.get(f"{path_of(room)}{what}").status_code, browser.post(f"{path_of(room)}{what}").status_code}

    assert answers <= {404, 405}
    assert 404 in answers


def test_room_when_the_other_has_left_then_it_is_read_and_nothing_is_written(room, anna, maya):
    maya.is_active = False
    maya.save()

    page = browser_of(anna).get(path_of(room)).content.decode()
    answer = browser_of(anna).post(path_of(room), {"body": "Maya?"})

    assert "Is the basket mended?" in page
    assert 'id="composer"' not in page
    assert answer.status_code == 403
    assert browser_of(anna).get(f"/desk/chat/with/{maya.pk}/").status_code == 200


def test_first_line_when_it_is_said_then_pages_are_told_of_the_room(anna, maya, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        line = told(anna, maya)

    assert newest_line() == ("chat", str(line.room_id))


def test_stranger_is_asked_to_sign_in(db):
    assert Client().get("/desk/chat/")["Location"].startswith("/accounts/login/")
