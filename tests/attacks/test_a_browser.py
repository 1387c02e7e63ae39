"""What a real browser makes of hostile mails: nothing of them may run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.attacks.letters import html_mail, mail_with_files
from tests.attacks.test_a_files import PICTURE
from tests.attacks.test_a_html import PAYLOADS
from tests.peers.chromium import CHROMIUM, MISSING, OPTIONS
from tickets.models import Attachment, Message

SUBJECT = "<img src=x onerror=alert(1)>{{7*7}}"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason=MISSING),
]


@pytest.fixture
def message(deliver):
    """One mail with every payload and a hostile subject. Written before the browser starts: while it runs, this
    thread counts as asynchronous."""
    styled = '<p id="styled" style="color: rgb(1, 2, 3); background: url(javascript:alert(1))">before</p>'
    stored = deliver(html_mail(styled + "<hr>".join(PAYLOADS) + "<p>after</p>", subject=SUBJECT))
    return Message.objects.select_related("ticket").get(pk=stored.message_id)


@pytest.fixture
def script(deliver):
    return deliver(mail_with_files(("code.js", "text/javascript", b"alert(1)"))).message.attachments.get()


@pytest.fixture
def picture(deliver):
    head = 'image/png; name="logo.png"\r\nContent-ID: <logo@shop.example>'
    raw = mail_with_files(("", head, PICTURE), html='<p>Look</p><img src="cid:logo@shop.example">')
    stored = deliver(raw.replace(b"files@shop.example", b"logo-mail@shop.example"))
    return Attachment.objects.select_related("message__ticket").get(message=stored.message)


@pytest.fixture
def files_host(live_server, settings):
    """The same server by another name: another origin to the browser."""
    settings.SITE_URL = live_server.url
    settings.FILES_HOST = live_server.url.removeprefix("http://").replace("localhost", "127.0.0.1")
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    pictures = [*directives["img-src"], f"http://{settings.FILES_HOST}"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives | {"img-src": pictures}}
    return settings.FILES_HOST


@pytest.fixture
def window(message, script, picture, desk, live_server, settings) -> Iterator[Page]:
    """Anna's window; whatever ran leaves its words in `window.ran`."""
    settings.ALLOWED_HOSTS = ["*"]
    cookie = {"name": "sessionid", "value": desk.cookies["sessionid"].value, "url": live_server.url}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        context = browser.new_context(base_url=live_server.url)
        context.add_cookies([cookie])
        page = context.new_page()
        page.ran = []
        page.on("dialog", lambda dialog: (page.ran.append(dialog.message), dialog.dismiss()))
        yield page
        browser.close()


def test_a06_no_payload_of_a_mail_runs_in_a_browser(window, message):
    window.goto("about:blank")
    window.set_content(f"<img src=x onerror=alert('heard')>{PAYLOADS[0]}")
    window.wait_for_timeout(300)
    heard, window.ran[:] = list(window.ran), []

    for path in (f"/desk/tickets/{message.ticket.number}/", f"/desk/messages/{message.pk}/original/"):
        window.goto(path)
        assert "before" in window.locator("body").inner_text()
        for link in window.locator("a:has-text('x')").all()[:40]:
            link.dispatch_event("click")
        window.wait_for_timeout(300)

        assert window.ran == []
    assert "heard" in heard
    assert window.evaluate("getComputedStyle(document.querySelector('p[style]')).color") == "rgb(1, 2, 3)"


def test_a06_no_payload_runs_on_the_files_host_and_nothing_there_knows_the_session(window, message, files_host):
    answers = []
    window.on("response", lambda answer: answers.append(answer))

    window.goto(f"/desk/messages/{message.pk}/original/")
    window.wait_for_timeout(300)

    there = [answer for answer in answers if f"//{files_host}/" in answer.url]
    assert window.ran == []
    assert window.url.startswith(f"http://{files_host}/content/?link=")
    assert window.evaluate("getComputedStyle(document.querySelector('p[style]')).color") == "rgb(1, 2, 3)"
    assert window.evaluate("self.origin") == "null"
    assert there
    assert not any("cookie" in answer.request.all_headers() for answer in there)
    assert not any("set-cookie" in answer.all_headers() for answer in there)


def test_a11_picture_of_a_mail_comes_from_the_files_host_and_is_seen(window, picture, files_host):
    answers = []
    window.on("response", lambda answer: answers.append((answer.status, answer.url.split("?")[0])))

    window.goto(f"/desk/tickets/{picture.message.ticket.number}/")
    shown = window.locator("article img")
    shown.scroll_into_view_if_needed()
    window.wait_for_load_state("networkidle")

    assert shown.evaluate("image => image.naturalWidth") == 1
    assert (200, f"http://{files_host}/content/") in answers


def test_a08_words_in_lists_stay_words_and_prototypes_stay_clean(window):
    window.goto("/desk/tickets/?__proto__[polluted]=1&constructor[prototype][polluted]=1#<img src=x onerror=alert(1)>")

    assert window.locator(".row-subject", has_text="onerror=alert").inner_text() == SUBJECT
    assert window.evaluate("({}).polluted === undefined") is True
    window.goto("/desk/search/?q=<img src=x onerror=alert(1)>&__proto__[polluted]=1")
    assert window.evaluate("({}).polluted === undefined") is True
    assert window.ran == []


def test_a15_uploaded_script_runs_neither_from_a_page_nor_by_itself(window, message, script):
    page = f"/desk/tickets/{message.ticket.number}/"
    window.route(f"**{page}", lambda route: _with_script(route, f"/files/{script.pk}/?inline"))
    refused = []
    window.on("console", lambda line: refused.append(line.text))

    window.goto(page)
    window.wait_for_timeout(300)

    assert window.ran == []
    assert [line for line in refused if "Content Security Policy" in line or "MIME type" in line]


def _with_script(route, address):
    """The page as if an attacker had got an element into it."""
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace("</main>", f'<script src="{address}"></script></main>'))
