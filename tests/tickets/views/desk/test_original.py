"""The original of an HTML mail."""

import pytest

from tests.factories import MessageFactory, TicketFactory
from tests.htmx import tree
from tickets.actions.files import NewFile, store_files
from tickets.models import Attachment


def original(browser, message, **parameters):
    return browser.get(f"/desk/messages/{message.pk}/original/", parameters)


def directives(response):
    policy = response["Content-Security-Policy"]
    return {each.split()[0]: each.split()[1:] for each in policy.split("; ")}


def test_original_is_shut_in_a_page_where_nothing_runs(desk):
    message = MessageFactory(html="<p>Hello <b>there</b></p>")

    response = original(desk, message)

    policy = directives(response)
    assert "Hello <b>there</b>" in response.content.decode()
    assert policy["default-src"] == ["'none'"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy["sandbox"]
    assert "script-src" not in policy
    assert policy["img-src"] == ["'self'", "data:"]
    assert "<script" not in response.content.decode()


def test_pictures_from_afar_come_only_when_asked_for(desk):
    message = MessageFactory(html='<p><img data-remote-src="https://spy.example/x.png"></p>', has_remote_pictures=True)

    without, with_them = original(desk, message), original(desk, message, pictures="1")

    assert tree(without.content.decode()).xpath("//img/@src") == []
    assert "https:" not in directives(without)["img-src"]
    assert tree(with_them.content.decode()).xpath("//img/@src") == ["https://spy.example/x.png"]
    assert "https:" in directives(with_them)["img-src"]
    assert with_them["Referrer-Policy"] == "no-referrer"


def test_embedded_pictures_of_the_original_come_from_our_own_address(desk):
    message = MessageFactory(html='<p><img src="cid:logo"></p>')
    store_files(message=message, files=[NewFile("l.png", b"\x89PNG", "image/png", content_id="logo")], by=None)

    response = original(desk, message)

    assert tree(response.content.decode()).xpath("//img/@src") == [f"/files/{Attachment.objects.get().pk}/?inline"]


@pytest.mark.parametrize(
    "html", ["<script>alert(1)</script>", "<a href='javascript:alert(1)'>x</a>", "<img src=x onerror=alert(1)>"]
)
def test_original_is_sanitised_whatever_is_stored(desk, html):
    message = MessageFactory(html=html)

    text = original(desk, message).content.decode()

    assert "alert(1)" not in text


def test_original_of_plain_text_is_not_found(desk):
    assert original(desk, MessageFactory(html="")).status_code == 404


def test_original_is_for_staff_who_see_the_ticket(browse, oleg, clara):
    message = MessageFactory(ticket=TicketFactory(requester=clara))

    assert original(browse(oleg), message).status_code == 404
    assert original(browse(clara), message).status_code == 403


def test_original_takes_no_post(desk):
    message = MessageFactory()

    assert desk.post(f"/desk/messages/{message.pk}/original/").status_code == 405
