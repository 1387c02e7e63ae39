"""Attacks A02, A04, A19, A20 and A21: words of strangers, staff and URLs on the desk's pages."""

import re

import pytest
from django.test import Client

from tests.factories import MessageFactory, OrganisationFactory, StaffFactory, TeamFactory, TicketFactory, UserFactory
from tests.finding import indexed
from tests.htmx import tree
from tickets.actions.files import NewFile, store_files
from tickets.enums import MessageKind

BACKEND = "helpdesk.accounts.backends.Backend"
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)</script>',
    "'-alert(1)-'",
    "</title><svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "javascript:alert(1)",
    "{{ 7|add:7 }}{% debug %}",
    '<a href="javascript:alert(1)">x</a>',
    "\u202e<iframe srcdoc='<script>alert(1)</script>'>",
]


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna")


@pytest.fixture
def desk(anna):
    client = Client()
    client.force_login(anna, backend=BACKEND)
    return client


def assert_harmless(response):
    """No element or attribute of the page comes from the attacker: everything that acts is ours."""
    text = response.content.decode()
    document = tree(text)
    nonces = re.findall(r"'nonce-([^']+)'", response["Content-Security-Policy"])
    assert all(script.get("nonce") in nonces for script in document.xpath("//script"))
    assert document.xpath("//iframe|//object|//embed|//svg[@onload]|//base") == []
    for element in document.iter():
        assert not [name for name in element.attrib if name.startswith("on")], element.attrib
        for name in ("href", "src", "action", "formaction"):
            assert not element.get(name, "").strip().lower().startswith(("javascript:", "data:text")), element.attrib
    assert "1414" not in text


def poisoned(words):
    """A ticket in which every word that somebody may choose is hostile."""
    person = UserFactory(name=words, notes=words)
    agent = StaffFactory(name=words)
    ticket = TicketFactory(
        subject=words,
        snippet=words,
        requester=person,
        organisation=OrganisationFactory(name=words),
        assignee=agent,
        team=TeamFactory(name=words),
        tags=[words[:50]],
    )
    for kind in MessageKind:
        message = MessageFactory(
            ticket=ticket,
            kind=kind,
            author=agent,
            from_name=words,
            from_address=words[:200],
            subject=words,
            text=words,
            html="",
            sent_to=[{"name": words, "address": words}],
            thread_signal=words[:32],
            flags={"auth": {"spf": words}},
        )
        indexed(message)
    store_files(message=message, files=[NewFile(words, b"x", "text/plain")], by=None)
    return ticket


@pytest.mark.parametrize("words", HOSTILE)
def test_a02_hostile_words_stay_words_on_the_ticket_page(desk, words):
    ticket = poisoned(words)

    response = desk.get(f"/desk/tickets/{ticket.number}/")

    assert_harmless(response)
    document = tree(response.content.decode())
    assert document.xpath("//h1")[0].text_content() == words
    assert [each.text_content() for each in document.xpath("//article//div[contains(@class,'prose')]")] == [words] * 3


@pytest.mark.parametrize("words", HOSTILE)
def test_a04_hostile_words_stay_words_in_the_list(desk, words):
    poisoned(words)

    response = desk.get("/desk/tickets/")

    assert_harmless(response)
    row = tree(response.content.decode()).find_class("row-line")[0]
    assert row.find_class("row-subject")[0].text_content() == words
    assert row.find_class("row-snippet")[0].text_content() == words


@pytest.mark.parametrize("words", HOSTILE)
def test_a19_hostile_words_of_staff_stay_words(desk, words):
    ticket = poisoned(words)
    browser_url = f"/desk/tickets/{ticket.number}/"

    for resource, form in (
        ("notes", {"body": words}),
        ("tags", {"tags": words}),
        ("status", {"status": words}),
        ("participants", {"email": words}),
        ("replies", {"body": words, "cc": words, "then": words}),
    ):
        response = desk.post(f"{browser_url}{resource}/", form)
        if response.status_code == 422:
            assert_harmless(response)

    assert_harmless(desk.get(browser_url))


@pytest.mark.parametrize("words", HOSTILE)
def test_a19_hostile_words_in_a_refused_new_ticket_stay_words(desk, words):
    response = desk.post("/desk/tickets/new/", {"email": words, "name": words, "subject": words, "body": words})

    assert response.status_code == 422
    assert_harmless(response)


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize(
    "name",
    [
        "q",
        "view",
        "status",
        "priority",
        "team",
        "assignee",
        "organisation",
        "requester",
        "tag",
        "cursor",
        "sort",
        "page",
    ],
)
def test_a20_hostile_parameters_of_the_list_are_harmless(desk, name, words):
    for url in ("/desk/tickets/", "/desk/search/"):
        response = desk.get(url, {name: words, "q": "x"} if name != "q" else {"q": words})

        assert response.status_code == 200
        assert_harmless(response)


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("name", ["compose", "before", "after", "message", "pictures"])
def test_a21_hostile_parameters_of_the_ticket_are_harmless_and_not_repeated(desk, name, words):
    ticket = TicketFactory()

    response = desk.get(f"/desk/tickets/{ticket.number}/", {name: words + "7b3f"})

    assert response.status_code == 200
    assert_harmless(response)
    assert "7b3f" not in response.content.decode()


def test_a25_pictures_from_afar_are_never_in_the_page_by_themselves(desk):
    ticket = TicketFactory()
    MessageFactory(ticket=ticket, html='<img data-remote-src="https://spy.example/p.png">', has_remote_pictures=True)

    response = desk.get(f"/desk/tickets/{ticket.number}/")

    policy = response["Content-Security-Policy"]
    assert "img-src 'self' data:" in policy
    assert tree(response.content.decode()).xpath("//img[@src]") == []
