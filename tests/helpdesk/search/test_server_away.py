"""While the search's own server is away the desk works, readers are told in a sentence, and nothing is lost."""

import pytest
from django.test import Client

from helpdesk.core.errors import Away
from helpdesk.search import tasks
from helpdesk.search.address import read_address
from helpdesk.search.engines import engine
from helpdesk.search.models import Change
from tests.factories import MessageFactory, StaffFactory, TicketFactory, UserFactory
from tests.peers.ports import free_port
from tests.tickets.api.conftest import program  # noqa: F401 - a fixture
from tests.tickets.views.desk.conftest import browser_of
from tickets.actions.indexing import index_again
from tickets.models import Message

pytestmark = pytest.mark.django_db
SENTENCE = "The search does not answer at present. Nothing is lost: look again in a few minutes."


@pytest.fixture(autouse=True)
def nobody_there(settings):
    settings.SEARCH_ADDRESS = read_address(f"sphinxql://127.0.0.1:{free_port()}")


@pytest.fixture
def ticket():
    message = MessageFactory(ticket=TicketFactory(subject="Empty basket", requester=UserFactory()), text="basket")
    index_again(message)
    return message.ticket


@pytest.mark.parametrize(
    "path", ["search/?q=basket", "search/?q=basket&order=latest", "tickets/?q=basket", "tickets/{number}/similar/"]
)
def test_page_of_the_desk_says_so(ticket, path):
    response = browser_of(StaffFactory()).get(f"/desk/{path.format(number=ticket.number)}")

    assert response.status_code == 200
    assert response.content.decode().count(SENTENCE) == 1


def test_customer_is_told_so(ticket):
    response = browser_of(ticket.requester).get("/cabinet/search/?q=basket")

    assert (response.status_code, response.content.decode().count(SENTENCE)) == (200, 1)


@pytest.mark.parametrize("path", ["search/?q=basket", "tickets/?q=basket"])
def test_program_is_told_so_and_when_to_come_again(program, ticket, path):  # noqa: F811
    response = program(StaffFactory()).get(f"/api/v1/{path}")

    assert (response.status_code, response.json()["detail"], response["Retry-After"]) == (503, SENTENCE, "5")


def test_other_pages_and_answers_go_on_and_what_was_said_waits(ticket):
    desk = browser_of(StaffFactory())

    assert desk.get("/desk/tickets/").status_code == 200
    assert desk.get(f"/desk/tickets/{ticket.number}/").status_code == 200
    assert desk.post(f"/desk/tickets/{ticket.number}/replies/", {"body": "Look now"}).status_code == 303
    assert Message.objects.filter(ticket=ticket, kind="reply").exists()
    assert Change.objects.filter(key__isnull=False).count() == 2


def test_sweep_says_in_the_log_that_it_could_not_tell_and_leaves_it(ticket, caplog):
    tasks.sweep()
    tasks.carry()

    assert [record.msg["event"] for record in caplog.records].count("search_not_told") == 2
    assert Change.objects.exists()


def test_page_that_knows_nothing_of_it_is_one_that_may_come_again(ticket, monkeypatch):
    def lost(*arguments, **how):
        raise Away(SENTENCE)

    monkeypatch.setattr("tickets.views.desk.searching.find_or_tell", lost)
    staff = StaffFactory()
    browser = Client(raise_request_exception=False)
    browser.force_login(staff, backend="helpdesk.accounts.backends.Backend")

    assert browser.get("/desk/search/?q=basket").status_code == 503


def test_engine_is_that_of_the_setting(settings):
    assert engine().is_elsewhere
    settings.SEARCH_ADDRESS = None
    assert not engine().is_elsewhere
