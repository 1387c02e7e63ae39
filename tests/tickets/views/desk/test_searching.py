"""The page of the search."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from helpdesk.search.engines import postgres, windows
from helpdesk.search.models import NothingFound
from helpdesk.search.tasks import carry
from tests.factories import MessageFactory, StaffFactory, TeamFactory, TicketFactory
from tests.finding import indexed
from tests.htmx import tree
from tests.peers.searchd import searchd, started_searchd  # noqa: F401 - fixtures
from tests.statements import count_of
from tickets.actions.indexing import index_again
from tickets.enums import MessageKind, Status

URL = "/desk/search/"
HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>"
STATEMENTS = 11


def page(response):
    return tree(response.content.decode())


def said(text, *, kind=MessageKind.INBOUND, **fields):
    return indexed(MessageFactory(ticket=TicketFactory(**fields), text=text, kind=kind)).ticket


def subjects(response):
    return [" ".join(each.text_content().split()[1:]) for each in page(response).find_class("found-subject")]


def marks(response):
    return [each.text_content() for each in page(response).cssselect(".found mark")]


def test_search_finds_words_in_either_language_and_finished_tickets_too(desk):
    said("Не печатаются накладные на складе", subject="Печать")
    said("The baskets are empty after signing in", subject="Shop", status=Status.CLOSED)
    said("Nothing of it", subject="Other")

    russian, english = desk.get(URL, {"q": "накладная"}), desk.get(URL, {"q": "basket"})

    assert (subjects(russian), marks(russian)) == (["Печать"], ["накладные"])
    assert (subjects(english), marks(english)) == (["Shop"], ["baskets"])


def test_hit_leads_to_the_message_and_says_whose_it_is_and_when(desk, clara):
    message = indexed(
        MessageFactory(ticket=TicketFactory(requester=clara, subject="Shop"), text="basket", author=clara)
    )

    line = page(desk.get(URL, {"q": "basket"})).find_class("found-line")[0]

    assert line.cssselect("a")[0].get("href") == f"/desk/tickets/{message.ticket.number}/#m{message.pk}"
    assert "Clara Weiss" in line.text_content()
    assert line.cssselect("time")[0].get("datetime") == message.created_at.isoformat(timespec="seconds")


def test_note_is_said_to_be_one(desk):
    said("basket", kind=MessageKind.NOTE)

    assert "note" in page(desk.get(URL, {"q": "basket"})).find_class("found-facts")[0].text_content()


def test_search_by_number_or_a_piece_of_it_finds_the_ticket(desk):
    ticket = said("Words", subject="That one")

    assert subjects(desk.get(URL, {"q": str(ticket.number)})) == ["That one"]


def test_search_without_words_finds_nothing_and_asks_for_them(desk):
    said("basket")

    response = desk.get(URL)

    assert subjects(response) == []
    assert "What are you looking for?" in response.content.decode()


def test_search_for_a_contractor_finds_nothing_of_other_queues(browse, oleg):
    said("basket", subject="Secret", team=TeamFactory())

    assert subjects(browse(oleg).get(URL, {"q": "basket"})) == []


@pytest.mark.parametrize("words", ["'", '"', "\\", "a & | !", "((", ":*", "\0", "-", "%", HOSTILE, "x" * 5000])
def test_search_for_odd_words_answers_and_escapes_them(desk, words):
    said(HOSTILE)

    response = desk.get(URL, {"q": words})

    assert response.status_code == 200
    assert "<img src=x" not in response.content.decode()
    assert "<script>alert" not in response.content.decode()


def test_text_of_mails_is_shown_as_text(desk):
    said(f"basket {HOSTILE}")

    html = desk.get(URL, {"q": "basket"}).content.decode()

    assert "<img src=x" not in html
    assert "<script>alert" not in html


def test_what_is_not_understood_is_said_and_what_can_be_written_shown(desk):
    response = desk.get(URL, {"q": "basket before:soon"})

    assert [each.text_content().split()[0] for each in page(response).find_class("notice")] == ["“soon”"]
    assert page(response).find_class("search-help")[0].get("open") is not None


def test_words_that_narrow_are_named_in_the_readers_language(desk, anna):
    anna.language = "ru"
    anna.save(update_fields=["language"])

    names = [each.text_content() for each in page(desk.get(URL)).cssselect(".search-help code")]

    assert {"от:", "команда:", "до:"} <= set(names)


@pytest.mark.parametrize("order", ["", "latest"])
def test_pages_follow_each_other(desk, order):
    for _ in range(26):
        said("basket")
    words = {"q": "basket"} | ({"order": order} if order else {})

    first = desk.get(URL, words)
    older = page(first).cssselect("a[rel=next]")[0].get("href")
    second = desk.get(older)

    assert (len(subjects(first)), len(subjects(second))) == (25, 1)
    back = page(second).cssselect("a[rel=prev]")[0].get("href")
    assert subjects(desk.get(back)) == subjects(first)


def test_phrase_of_words_that_very_much_holds_is_looked_for_among_the_latest_and_the_page_says_so(desk, monkeypatch):
    monkeypatch.setattr(postgres, "MOST_READ", 2)
    monkeypatch.setattr(windows, "FIRST", 2)
    windows.begin_anew()
    for days in range(9):
        text = "empty basket" if days % 2 else "basket empty"
        at = timezone.now() - timedelta(days=30 * days)
        indexed(MessageFactory(ticket=TicketFactory(), text=text, created_at=at))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE search_document")

    phrase, words = desk.get(URL, {"q": '"empty basket"'}), desk.get(URL, {"q": "empty basket"})
    as_list = page(desk.get("/desk/tickets/", {"q": '"empty basket"', "view": "all"}))

    assert 1 <= len(subjects(phrase)) < 4
    assert "Looked through since" in page(phrase).find_class("notice")[0].text_content()
    assert len(as_list.find_class("row-subject")) == len(subjects(phrase))
    assert "Looked through since" in as_list.find_class("notice")[0].text_content()
    assert (len(subjects(words)), page(words).find_class("notice")) == (9, [])


def test_same_words_make_a_list_and_a_view(desk):
    said("basket")

    links = [each.get("href") for each in page(desk.get(URL, {"q": "basket tag:gold"})).cssselect(".page-head a")]

    assert links == [
        "/desk/tickets/?q=basket+tag%3Agold",
        "/desk/chat/?q=basket",
        "/desk/views/new/?q=basket+tag%3Agold",
    ]
    assert desk.get(links[0]).status_code == 200


def test_list_of_the_same_words_holds_the_same_tickets(desk):
    kept, left_out = said("basket", subject="Kept", tags=["gold"]), said("basket", subject="Left out")

    html = desk.get("/desk/tickets/", {"q": "basket tag:gold"}).content.decode()

    assert (kept.subject in html, left_out.subject in html) == (True, False)


def test_people_and_organisations_of_the_address_book_come_first(desk, clara):
    clara.organisation.name = "Clara and Sons"
    clara.organisation.save()

    found = page(desk.get(URL, {"q": "clara"})).cssselect(".found-people a")

    assert [each.get("href") for each in found] == [
        f"/desk/organisations/{clara.organisation_id}/",
        f"/desk/people/{clara.pk}/",
    ]


def test_contractor_is_shown_nobody_of_the_address_book(browse, oleg, clara):
    assert page(browse(oleg).get(URL, {"q": "clara"})).cssselect(".found-people a") == []


def test_misspelt_name_is_asked_about(desk):
    indexed(MessageFactory(ticket=TicketFactory(), text="basket", from_name="Vladimir Ostrovsky"))

    response = desk.get(URL, {"q": "basket ostrowsky"})

    link = page(response).cssselect(".empty a")[0]
    assert (link.text_content(), link.get("href")) == (
        "Did you mean “basket ostrovsky”?",
        "/desk/search/?q=basket+ostrovsky",
    )


def test_words_that_find_nothing_are_noted_when_the_answer_is_out_and_those_that_find_something_are_not(desk):
    said("basket", subject="Shop")

    for words in ("refund", "basket", "Refund tag:x", "refund team:nowhere", ""):
        desk.get(URL, {"q": words})

    assert list(NothingFound.objects.values_list("words", "times", "by_customers")) == [("refund", 2, 0)]


def test_page_takes_the_same_statements_however_much_is_found(desk):
    said("basket")
    desk.get(URL, {"q": "basket"})
    one, _ = count_of(lambda: desk.get(URL, {"q": "basket"}))
    said("basket", team=TeamFactory(), assignee=StaffFactory())
    said("basket")

    three, statements = count_of(lambda: desk.get(URL, {"q": "basket"}))

    assert (one, three) == (STATEMENTS, STATEMENTS), statements


@pytest.mark.parametrize("who", ["clara", "nobody"])
def test_search_of_the_desk_is_closed_to_others(request, client, browse, who, db):
    response = (browse(request.getfixturevalue(who)) if who == "clara" else client).get(URL)

    assert response.status_code == (403 if who == "clara" else 302)


@pytest.mark.searchd
@pytest.mark.xdist_group("searchd")
def test_what_was_said_is_on_the_pages_as_soon_as_a_server_of_the_searchs_own_is_told(
    desk,
    clara,
    searchd,  # noqa: F811
    django_capture_on_commit_callbacks,
):
    ticket = TicketFactory(requester=clara, subject="Empty baskets")
    with django_capture_on_commit_callbacks() as bells:
        index_again(MessageFactory(ticket=ticket, text="The basket is empty after signing in", author=clara))
    assert [bell.args for bell in bells] == [(carry,)]
    assert subjects(desk.get(URL, {"q": "basket"})) == []

    carry()

    for words in ("basket", "signing -invoice", f"from:{clara.email}", "bask*"):
        assert subjects(desk.get(URL, {"q": words})) == ["Empty baskets"]
        assert subjects(desk.get(URL, {"q": words, "order": "latest"})) == ["Empty baskets"]
    assert marks(desk.get(URL, {"q": "basket"})) == ["baskets", "basket"]
    assert str(ticket.number) in desk.get("/desk/tickets/", {"q": "basket"}).content.decode()
