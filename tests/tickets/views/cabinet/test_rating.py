"""Rating in the cabinet."""

import pytest

from tests.factories import MessageFactory, StaffFactory, TicketFactory
from tests.statements import count_of
from tickets.actions.rating import rate
from tickets.enums import Status
from tickets.models import Survey


@pytest.fixture
def solved(jonas):
    ticket = TicketFactory(requester=jonas, status=Status.RESOLVED)
    MessageFactory(ticket=ticket)
    return ticket


@pytest.fixture
def url(solved):
    return f"/cabinet/requests/{solved.number}/"


def test_solved_request_asks_and_the_answer_is_kept(jonases, solved, url):
    before = jonases.get(url)
    answered = jonases.post(f"{url}rating/", {"score": "2", "words": "Took long"})
    after = jonases.get(url)

    survey = Survey.objects.get()
    assert "How was it?" in before.content.decode()
    assert (answered.status_code, answered["Location"]) == (303, url)
    assert (survey.score, survey.words) == (2, "Took long")
    assert "Thank you for your rating" in after.content.decode()
    assert "Took long" in after.content.decode()


def test_rating_without_a_choice_says_so(jonases, url):
    response = jonases.post(f"{url}rating/", {"words": "Took long"})

    assert response.status_code == 422
    assert "Took long" in response.content.decode()
    assert not Survey.objects.exists()


def test_only_the_requester_is_asked(claras, url):
    shown = claras.get(url)
    refused = claras.post(f"{url}rating/", {"score": "1"})

    assert "How was it?" not in shown.content.decode()
    assert refused.status_code == 422
    assert not Survey.objects.exists()


@pytest.mark.parametrize("state", [Status.OPEN, Status.WAITING])
def test_unsolved_request_is_not_rated(jonases, solved, url, state):
    solved.status, solved.resolved_at = state, None
    solved.save()

    assert "How was it?" not in jonases.get(url).content.decode()
    assert jonases.post(f"{url}rating/", {"score": "1"}).status_code == 422


def test_page_runs_few_statements(jonases, url):
    jonases.get(url)

    ran, text = count_of(lambda: jonases.get(url))

    assert ran <= 7, text


def test_staff_read_it_beside_the_ticket(browse, solved, jonas):
    rate(ticket=solved, by=jonas, score=1, words="Nobody called <back>")

    html = browse(StaffFactory()).get(f"/desk/tickets/{solved.number}/").content.decode()

    assert "Nobody called &lt;back&gt;" in html
    assert "rated the solution: Bad" in html
