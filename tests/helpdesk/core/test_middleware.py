"""Where a request comes from, and what every answer carries."""

from io import BytesIO
from urllib.parse import unquote

import pytest
from django.core.exceptions import BadRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from helpdesk.core.context import current_origin
from helpdesk.core.middleware import (
    ADMIN_POLICY,
    admin_policy,
    client_address,
    door_of,
    request_context,
    whole_requests,
    words_of_refusals,
)


def request_from(peer="10.0.0.1", path="/desk/", **headers):
    return RequestFactory().get(path, headers=headers, REMOTE_ADDR=peer)


@pytest.mark.parametrize(
    ("forwarded", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("6.6.6.6, 192.0.2.7", "192.0.2.7"),
        ("6.6.6.6,192.0.2.7 ", "192.0.2.7"),
        ("2001:DB8::7", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("192.0.2.7, <script>", "10.0.0.1"),
        ("192.0.2.7,", "10.0.0.1"),
        ("192.0.2.7:4711", "10.0.0.1"),
        ("unknown", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_address_when_there_is_a_proxy_then_is_what_the_nearest_one_says(settings, forwarded, expected):
    settings.BEHIND_PROXY = True

    assert client_address(request_from(**{"X-Forwarded-For": forwarded})) == expected


def test_address_when_there_is_no_proxy_then_is_the_peers_whatever_it_claims(settings):
    settings.BEHIND_PROXY = False

    assert client_address(request_from(**{"X-Forwarded-For": "192.0.2.7"})) == "10.0.0.1"


@pytest.mark.parametrize("behind", [True, False])
def test_address_when_the_server_listens_on_a_socket_file_then_is_the_machines_own(settings, behind):
    settings.BEHIND_PROXY = behind

    assert client_address(request_from(peer="")) == "127.0.0.1"


@pytest.mark.parametrize(("path", "door"), [("/desk/", "desk"), ("/api/v1/tickets/", "api"), ("/apiary/", "web")])
def test_request_has_a_door_an_address_and_an_id_that_is_answered(path, door):
    seen = []

    def view(request):
        seen.append(current_origin())
        return HttpResponse()

    response = request_context(view)(request_from(path=path))

    [origin] = seen
    assert (origin.door, origin.address, origin.request_id) == (door, "10.0.0.1", response["X-Request-ID"])
    assert current_origin().door == "command"


def test_id_that_a_client_sends_is_not_taken_over():
    response = request_context(lambda request: HttpResponse())(request_from(**{"X-Request-ID": "mine\nall mine"}))

    assert len(response["X-Request-ID"]) == 32


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/desk/", {}, "no-store"),
        ("/desk/", {"Cache-Control": "private, no-cache"}, "private, no-cache"),
        ("/static/css/tokens.css", {}, None),
    ],
)
def test_answer_is_kept_by_nobody_unless_it_says_so(path, headers, expected):
    response = request_context(lambda request: HttpResponse(headers=headers))(request_from(path=path))

    assert response.get("Cache-Control") == expected


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        ("/admin/", {}, (ADMIN_POLICY, "DENY")),
        ("/admin/", {"Content-Security-Policy": "default-src 'none'"}, ("default-src 'none'", "DENY")),
        ("/desk/", {}, (None, None)),
        ("/administer/", {}, (None, None)),
    ],
)
def test_policy_of_the_admin_is_the_admins_alone(path, headers, expected):
    response = admin_policy(lambda request: HttpResponse(headers=headers))(request_from(path=path))

    assert (response.get("Content-Security-Policy"), response.get("X-Frame-Options")) == expected


@pytest.mark.parametrize(
    ("path", "door"),
    [
        ("/desk/tickets/", "desk"),
        ("/cabinet/", "cabinet"),
        ("/admin/", "admin"),
        ("/api/v1/tickets/", "api"),
        ("/accounts/login/", "web"),
        ("/deskx/", "web"),
        ("/", "web"),
    ],
)
def test_door_is_the_one_that_the_address_belongs_to(path, door):
    assert door_of(path) == door


@pytest.mark.parametrize(
    ("status", "is_htmx", "body", "said"),
    [
        (
            404,
            True,
            "<h1>Nothing\xa0is &amp; was</h1>\n  <p>Look: \u201chere\u201d.</p>",
            "Nothing\xa0is & was. Look: \u201chere\u201d.",
        ),
        (404, False, "<h1>Nothing</h1><p>Look.</p>", None),
        (200, True, "<h1>Nothing</h1><p>Look.</p>", None),
        (422, True, "<form></form>", None),
    ],
)
def test_refusal_tells_htmx_what_its_page_says(status, is_htmx, body, said):
    request = request_from()
    request.htmx = HtmxDetails(request)
    request.META |= {"HTTP_HX_REQUEST": "true"} if is_htmx else {}

    response = words_of_refusals(lambda _request: HttpResponse(body, status=status))(request)

    assert (unquote(response["Words-Said"]) if "Words-Said" in response else None) == said


FORM = b'--cut\r\nContent-Disposition: form-data; name="body"\r\n\r\nwords\r\n--cut--\r\n'


def sent(body, *, length, kind="multipart/form-data; boundary=cut"):
    """A request of which only the body came."""
    environ = RequestFactory()._base_environ(REQUEST_METHOD="POST", CONTENT_TYPE=kind, CONTENT_LENGTH=str(length))
    request = WSGIRequest(environ | {"wsgi.input": BytesIO(body)})
    whole_requests(lambda _request: HttpResponse())(request)
    return request


def test_request_that_came_whole_is_read():
    assert sent(FORM, length=len(FORM)).POST["body"] == "words"
    assert sent(b"{}", length=2, kind="application/json").body == b"{}"
    assert sent(b"a=1\nb", length=5).readline() == b"a=1\n"


@pytest.mark.parametrize("came", [0, 60, len(FORM) - 2])
def test_request_whose_connection_was_lost_is_not_taken_for_what_came_of_it(came):
    with pytest.raises(BadRequest):
        sent(FORM[:came], length=len(FORM)).POST  # noqa: B018 - reading it is the point
    with pytest.raises(BadRequest):
        sent(FORM[:came], length=len(FORM), kind="application/json").body  # noqa: B018
