"""Answers: the page to browsers, its fragment to htmx."""

import pytest
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from helpdesk.core.http import render, see_other, wants_fragment

GALLERY = "core/ui_gallery.html"


def request_with(**headers):
    request = RequestFactory().get("/desk/tickets/", headers=headers)
    request.htmx = HtmxDetails(request)
    return request


HTMX = {"HX-Request": "true"}
REQUESTS = [
    ({}, False),
    (HTMX, True),
    (HTMX | {"HX-Boosted": "true"}, False),
    (HTMX | {"HX-History-Restore-Request": "true"}, False),
    ({"HX-Boosted": "true"}, False),
]


@pytest.mark.parametrize(("headers", "expected"), REQUESTS)
def test_fragment_is_wanted_by_htmx_alone_when_it_swaps_a_part(headers, expected):
    assert wants_fragment(request_with(**headers)) is expected


def test_fragment_when_no_middleware_looked_then_is_not_wanted():
    assert wants_fragment(RequestFactory().get("/", headers=HTMX)) is False


@pytest.mark.parametrize(("headers", "is_fragment"), REQUESTS)
def test_write_that_is_done_leads_browsers_by_303_and_htmx_by_its_header(headers, is_fragment):
    response = see_other(request_with(**headers), "/desk/tickets/7/")

    expected = (204, None, "/desk/tickets/7/") if is_fragment else (303, "/desk/tickets/7/", None)
    assert (response.status_code, response.get("Location"), response.get("HX-Redirect")) == expected


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x"])
def test_write_that_is_done_never_leads_to_what_acts(url):
    from django.core.exceptions import DisallowedRedirect

    with pytest.raises(DisallowedRedirect):
        see_other(request_with(), url)


@pytest.fixture
def page(settings, tmp_path):
    """A page with a fragment."""
    (tmp_path / "list.html").write_text(
        "{% load partials %}<h1>Tickets</h1>{% partialdef rows inline %}<p>{{ word }}</p>{% endpartialdef %}"
    )
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [tmp_path]}]
    return "list.html"


@pytest.mark.parametrize(("headers", "is_fragment"), REQUESTS)
def test_page_with_a_fragment_says_that_its_answer_depends_on_who_asks(page, headers, is_fragment):
    response = render(request_with(**headers), page, {"word": "<b>"}, fragment="rows", status=422)

    whole = "<p>&lt;b&gt;</p>" if is_fragment else "<h1>Tickets</h1><p>&lt;b&gt;</p>"
    assert (response.status_code, response.content.decode(), response["Vary"]) == (422, whole, "HX-Request")


def test_page_without_a_fragment_is_the_same_for_everybody(page):
    response = render(request_with(**HTMX), page, {"word": "x"})

    assert (response.content.decode(), response.has_header("Vary")) == ("<h1>Tickets</h1><p>x</p>", False)
