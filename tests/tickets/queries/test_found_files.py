"""A hit in a file says which, and shows its words."""

import pytest
from django.utils import timezone

from helpdesk.search.files import shifts
from helpdesk.search.finding import ask
from helpdesk.search.models import FileText
from tests.browsers import browser_of
from tests.factories import MessageFactory, StaffFactory, TicketFactory, UserFactory
from tests.files import new_file
from tests.finding import hits
from tests.programs import Program
from tickets.actions.files import store_files
from tickets.actions.indexing import index
from tickets.queries.documents import MESSAGES
from tickets.queries.found import found_messages

pytestmark = pytest.mark.django_db


def with_files(*said, text="see the files", **facts):
    message = MessageFactory(text=text, **facts)
    given = [new_file(f"{number}.txt", words.encode()) for number, words in enumerate(said, 1)]
    kept = store_files(message=message, files=given, by=None)
    for file, words in zip(kept, said, strict=True):
        FileText.objects.filter(name=str(file.file)).update(state="read", text=words, finished_at=timezone.now())
    index(message=message, ticket=message.ticket, files=kept)
    return message


def found(words, reader=None):
    reader = reader or StaffFactory()
    asked = ask(MESSAGES, reader=reader, words=words)
    return found_messages(reader, hits(words, reader=reader).hits, asked=asked)


def marked(hit):
    return [piece.text for piece in hit.snippet if piece.is_found]


def test_hit_in_a_file_names_the_first_that_says_it():
    with_files("lions", "herds of zebras", "zebras")

    (hit,) = found("zebra")

    assert (hit.file, hit.words, marked(hit)) == ("2.txt", "herds of zebras", ["zebras"])


def test_hit_in_the_message_itself_names_no_file():
    with_files("zebra", text="zebra")

    (hit,) = found("zebra")

    assert (hit.file, hit.words) == ("", "zebra")


def test_hit_by_the_sender_names_no_file():
    with_files("zebra", from_name="Clara Weiss", text="see")

    (hit,) = found("weiss")

    assert (hit.file, hit.words) == ("", "see")


def test_words_deep_in_a_long_file_are_shown():
    with_files("lion " * 20_000 + "an empty basket at the end")

    (hit,) = found("baskets")

    assert (hit.file, marked(hit)) == ("1.txt", ["basket"])


def test_pages_and_api_say_which_file():
    clara = UserFactory()
    with_files("zebra & lions", ticket=TicketFactory(requester=clara), author=clara)
    anna = StaffFactory()

    desk = browser_of(anna).get("/desk/search/?q=zebra").content.decode()
    cabinet = browser_of(clara).get("/cabinet/search/?q=zebra").content.decode()
    told = Program(anna).get("/api/v1/search/?q=zebra").json()

    for page in (desk, cabinet):
        assert "<b>in 1.txt:</b> <mark>zebra</mark> &amp; lions" in page
    assert (told["items"][0]["found"]["file"], told["items"][0]["found"]["snippet"]) == ("1.txt", "zebra & lions")


def test_file_that_left_is_not_shown():
    message = with_files("zebra")
    message.attachments.all().delete()

    assert [hit.file for hit in found("zebra")] == [""]
    assert shifts.tell_some() == 0
