"""Attacks by size and number on pages, forms and the API, and by floods of honest-looking mail."""

import asyncio
import re
import time
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.urls import get_resolver
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.asgi import application
from helpdesk.core.context import acting_from
from helpdesk.core.paging import encode_cursor
from tests.attacks import regexes
from tests.factories import MessageFactory, TicketFactory
from tests.finding import hits, indexed
from tests.tickets.mail.conftest import mail
from tickets.models import Attachment, Message, Ticket
from tickets.queries.listing import with_words

ROOT = Path(__file__).parents[2]
EVIL_WORDS = ["a" * 30_000, "a " * 15_000, "<" * 30_000, ">" * 30_000, "\t" * 30_000, "=?" * 15_000, "a@" * 15_000]


def test_f12_no_pattern_repeats_what_repeats():
    """A repetition without end inside another one takes exponential time for words that nearly match."""
    regexes.load(ROOT)

    found = {(place, pattern) for place, pattern in regexes.of(ROOT) if regexes.is_nested(pattern)}

    assert found == set()


def test_f12_rule_finds_what_it_is_for():
    bad = [r"(a+)+$", r"([a-z]*)*x", r"!(?:(?:a|b)+)+", r"(.*,)*x", r"(?:\w+\.?)+@"]
    good = [r"\s+x", r"(?:a+){1,5}", r"a(?:,[a-z]+)*", r"(?>a+)+", r"(?:\w+\s)*", r"(?:a++)+"]

    assert [regexes.is_nested(pattern) for pattern in bad] == [True] * len(bad)
    assert [regexes.is_nested(pattern) for pattern in good] == [False] * len(good)


@pytest.mark.django_db
@pytest.mark.parametrize("word", EVIL_WORDS, ids=lambda word: repr(word[:3]))
def test_f12_words_made_for_slow_patterns_are_taken_in_in_time(deliver, desk, word):
    began = time.process_time()

    stored = deliver(
        mail(subject=word[:7000].replace("\t", " "), body=word, sender=f'"{word[:500].strip()}" <a@b.example>')
    )
    response = desk.get(f"/desk/tickets/{stored.ticket.number}/")

    assert response.status_code == 200
    assert time.process_time() - began < 3


def test_f14_there_is_no_websocket_to_send_frames_to():
    async def connect():
        async def receive():
            return {"type": "websocket.connect"}

        async def send(event):
            raise AssertionError(event)

        await application({"type": "websocket", "path": "/", "headers": []}, receive, send)

    with pytest.raises(ValueError, match="websocket"):
        asyncio.run(connect())


@pytest.mark.django_db
def test_f16_form_of_ten_thousand_fields_is_refused(desk):
    fields = {f"field{number}": "x" for number in range(10_000)}

    response = desk.post("/desk/tickets/new/", fields)

    assert response.status_code == 400
    assert not Ticket.objects.exists()


@pytest.mark.django_db
def test_f16_form_of_a_hundred_files_is_refused(cabinet):
    files = [_named(f"{number}.txt") for number in range(100)]

    response = cabinet.post("/cabinet/requests/new/", {"subject": "x", "body": "x", "attachments": files})

    assert response.status_code == 400
    assert not Attachment.objects.exists()


def _named(name, content=b"x"):
    upload = BytesIO(content)
    upload.name = name
    return upload


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["desk", "cabinet"])
def test_f16_file_beyond_the_limit_is_refused_in_a_clear_sentence(request, settings, clara, door):
    settings.UPLOAD_MAX_BYTES = 1024 * 1024
    browser, ticket = request.getfixturevalue(door), TicketFactory(requester=clara)
    url = {"desk": f"/desk/tickets/{ticket.number}/replies/", "cabinet": f"/cabinet/requests/{ticket.number}/answers/"}[
        door
    ]

    response = browser.post(url, {"body": "See.", "attachments": _named("big.bin", b"x" * 1_200_000)})

    assert response.status_code == 422
    assert "larger than 1 MB" in response.content.decode()
    assert not Message.objects.exists()
    assert not Attachment.objects.exists()


@pytest.mark.django_db
def test_f16_body_of_megabytes_that_is_no_file_is_refused(desk):
    response = desk.post("/desk/tickets/new/", {"subject": "x", "body": "x" * 6_000_000})

    assert response.status_code in (400, 413)
    assert not Ticket.objects.exists()


@pytest.mark.django_db
def test_f16_body_of_megabytes_for_the_api_is_refused(client, anna):
    bearer = {"Authorization": f"Bearer {tokens.issue(user=anna, by=None, name='writer')}"}

    response = client.post("/api/v1/tickets/", b"[" * 6_000_000, content_type="application/json", headers=bearer)
    deep = client.post("/api/v1/tickets/", b"[" * 500_000, content_type="application/json", headers=bearer)

    assert response.status_code == 413
    assert deep.status_code in (400, 403, 422)


@pytest.fixture
def sixty(clara):
    """Tickets for more than one page."""
    return [TicketFactory(subject=f"Basket {number}", requester=clara) for number in range(60)]


@pytest.fixture
def found(clara):
    """A ticket that the index knows."""
    message = MessageFactory(ticket=TicketFactory(requester=clara), subject="Basket", text="a b empty basket")
    indexed(message)


SEARCHES = [
    "%%%%",
    "_" * 500,
    "%" * 10_000,
    "a " * 5_000,
    "-" * 5_000,
    '"' * 999,
    "((((",
    "!!&&||",
    "a:*b",
    "\\" * 500,
    "\x00",
]


@pytest.mark.django_db
@given(words=st.text('-"!&|()<>*:\\ %_aZж1or', max_size=500))
def test_f17_no_words_are_too_much_for_the_index(words):
    hits(words)
    with_words(Ticket.objects.all(), User(role=Role.AGENT), words).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("words", SEARCHES, ids=lambda words: repr(words[:4]))
def test_f17_search_for_signs_is_answered_at_once(desk, found, words):
    began = time.monotonic()

    response = desk.get("/desk/search/", {"q": words})

    assert response.status_code == 200
    assert time.monotonic() - began < 2


LONG_AGO = encode_cursor("older", datetime(1, 1, 1, tzinfo=UTC), 1)


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["100000", "-1", "9" * 5000, "older", "x\x00", LONG_AGO, LONG_AGO[:-3]])
def test_f17_cursor_of_ones_own_making_is_a_page_like_any(desk, sixty, cursor):
    response = desk.get("/desk/tickets/", {"cursor": cursor, "page": "100000", "limit": "100000"})

    assert response.status_code == 200
    assert response.content.decode().count('class="row-subject"') <= 50


@pytest.mark.django_db
def test_f17_page_far_down_costs_what_the_first_costs(desk, sixty, django_assert_max_num_queries):
    first = desk.get("/desk/tickets/").content.decode()
    [older] = set(re.findall(r'href="([^"]*cursor=[^"]+)"', first))

    with django_assert_max_num_queries(15):
        response = desk.get(older.replace("&amp;", "&"))

    assert response.status_code == 200
    assert not [query for query in connection.queries if "OFFSET" in query["sql"]]


@pytest.mark.django_db
@pytest.mark.parametrize("limit", ["100000", "-1", "0", "x"])
def test_f17_api_gives_no_more_than_a_page(client, anna, sixty, limit):
    bearer = {"Authorization": f"Bearer {tokens.issue(user=anna, by=None, name='reader')}"}

    assert client.get("/api/v1/tickets/", {"limit": limit}, headers=bearer).status_code == 422


@pytest.mark.django_db(transaction=True)
def test_f17_statement_of_a_page_that_takes_too_long_is_ended(settings):
    settings.DATABASE_STATEMENT_TIMEOUT_MS = 200
    connection.close()
    with acting_from("web"):
        connection.ensure_connection()

    with pytest.raises(OperationalError, match="statement timeout"), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(5)")
    connection.close()


@pytest.mark.django_db
def test_f17_there_is_no_page_that_exports_everything():
    names = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}

    assert not [name for name in names if "export" in name or "download_all" in name]


@pytest.mark.django_db
def test_f18_flood_of_one_sender_fills_one_ticket_and_loses_nothing(deliver, desk, settings):
    settings.MAIL_FLOOD_PER_HOUR = 5

    stored = [deliver(mail(subject=f"Flood {turn}", body=f"Flood {turn}.")) for turn in range(20)]
    other = deliver(mail(sender="oleg@other.example", body="Nothing to do with it."))

    assert {raw.state for raw in stored} == {"processed"}
    assert Message.objects.count() == 21
    assert Ticket.objects.filter(requester__email="clara@shop.example").count() == 6
    assert other.ticket.requester.email == "oleg@other.example"
    assert all(bytes(raw.content) for raw in stored)
    assert desk.get("/desk/tickets/").status_code == 200
