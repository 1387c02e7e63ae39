"""The page that a letter's link opens."""

import pytest

from tests.factories import TicketFactory, UserFactory
from tickets.actions import rating, status
from tickets.enums import Status
from tickets.models import Survey


@pytest.fixture
def clara(db):
    return UserFactory(name="Clara Weiss", email="clara@shop.example")


@pytest.fixture
def survey(clara):
    ticket = TicketFactory(requester=clara, status=Status.RESOLVED, subject="<b>Basket</b>")
    return Survey.objects.create(ticket=ticket, resolved_at=ticket.resolved_at)


@pytest.fixture
def url(survey):
    return f"/rating/{rating.token_of(survey)}/"


def test_link_only_chooses_and_the_button_rates(client, survey, url):
    shown = client.get(f"{url}?score=1")
    survey.refresh_from_db()
    before = survey.score
    answered = client.post(url, {"score": "1", "words": "Too slow"}, follow=True)

    survey.refresh_from_db()
    assert 'value="1"' in shown.content.decode()
    assert shown.content.decode().count("checked") == 1
    assert before is None
    assert (survey.score, survey.words, survey.rated_by.name) == (1, "Too slow", "Clara Weiss")
    assert "we have your rating" in answered.content.decode()


def test_page_shows_nothing_but_the_subject_and_sends_no_address_on(client, url):
    response = client.get(url)

    assert "&lt;b&gt;Basket&lt;/b&gt;" in response.content.decode()
    assert "Clara" not in response.content.decode()
    assert response["Referrer-Policy"] == "strict-origin"


@pytest.mark.parametrize("score", ["", "9", "x", "-1"])
def test_no_score_or_a_wrong_one_is_asked_again(client, survey, url, score):
    response = client.post(url, {"score": score, "words": "kept"})

    survey.refresh_from_db()
    assert response.status_code == 422
    assert "kept" in response.content.decode()
    assert survey.score is None


def test_reopened_request_is_no_longer_rated(client, survey, url, clara):
    status.reopen(ticket=survey.ticket, by=clara)

    assert client.get(url).status_code == 410
    assert client.post(url, {"score": "3"}).status_code == 410
    survey.refresh_from_db()
    assert survey.score is None


@pytest.mark.parametrize("token", ["1", "1:abc", "%00", "x" * 300])
def test_foreign_token_is_nothing(client, survey, token):
    assert client.get(f"/rating/{token}/").status_code == 404
