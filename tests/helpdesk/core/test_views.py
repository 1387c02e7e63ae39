"""Answers to what nobody caught."""

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.test import RequestFactory

from helpdesk.core.views import csrf_failure, server_error


def answer_to(error):
    try:
        raise error
    except type(error):
        return server_error(RequestFactory().get("/desk/"))


@pytest.mark.parametrize("error", [OperationalError("away"), InterfaceError("closed")], ids=repr)
def test_request_when_the_database_is_away_then_is_to_come_again(error):
    response = answer_to(error)

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert b"<h1" in response.content


@pytest.mark.parametrize("error", [DataError("x"), IntegrityError("x"), ZeroDivisionError("x"), OSError("x")], ids=repr)
def test_request_when_the_fault_is_ours_then_is_not_to_come_again(error):
    response = answer_to(error)

    assert (response.status_code, response.has_header("Retry-After")) == (500, False)
    assert b"<h1" in response.content


@pytest.mark.parametrize("error", [OperationalError("SECRET"), ValueError("SECRET")], ids=repr)
def test_page_of_a_fault_tells_nothing_of_it(error):
    assert b"SECRET" not in answer_to(error).content


def test_form_without_its_token_is_refused_without_the_reason(db):
    response = csrf_failure(RequestFactory().post("/desk/"), reason="CSRF cookie SECRET")

    assert response.status_code == 403
    assert b"SECRET" not in response.content


@pytest.mark.parametrize(("site", "is_shown"), [("same-origin", True), ("cross-site", False), ("same-site", False)])
def test_form_that_was_open_too_long_gives_the_words_back_and_a_foreign_one_shows_none(db, site, is_shown):
    request = RequestFactory().post("/desk/", {"body": "Typed for an hour"}, headers={"Sec-Fetch-Site": site})

    response = csrf_failure(request)

    assert (b"Typed for an hour" in response.content) is is_shown
