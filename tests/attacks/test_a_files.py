"""Attacks by files: what comes with a mail or a form must neither run nor pose as a page of ours."""

import re
from base64 import b64decode, b64encode
from io import BytesIO

import pytest
from django.apps import apps
from django.db.models import FileField, ImageField

from helpdesk.accounts.models import User
from tests.attacks.letters import mail_with_files
from tests.htmx import tree
from tickets.models import Attachment

pytestmark = pytest.mark.django_db
PICTURE = b64decode(b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")
SCRIPT = b"<script>alert(document.cookie)</script>"
PAGES = {
    "page.html": ("text/html", b"<!doctype html><html>" + SCRIPT + b"</html>"),
    "page.htm": ("application/octet-stream", b"<html><body>" + SCRIPT),
    "picture.svg": ("image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    "feed.xml": (
        "text/xml",
        b'<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    ),
    "page.xhtml": (
        "application/xhtml+xml",
        b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">' + SCRIPT + b"</html>",
    ),
    "page.mht": ("message/rfc822", b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n" + SCRIPT),
    "code.js": ("text/javascript", b"alert(document.cookie)"),
    "applet.swf": ("application/x-shockwave-flash", b"CWS\x09\x00\x00\x00\x00"),
    "style.css": ("text/css", b"body { background: url(//evil.example) }"),
}
RUNS = re.compile(r"text/html|xml|svg|javascript|ecmascript|shockwave|x-mixed|text/css", re.I)


def files_of(raw):
    assert raw.state == "processed", raw.reason
    return list(raw.message.attachments.order_by("position"))


def assert_nothing_runs(response):
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment;")
    assert not RUNS.search(response["Content-Type"])
    assert response["X-Content-Type-Options"] == "nosniff"
    policy = response["Content-Security-Policy"].split("; ")
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert b"".join(response.streaming_content)


@pytest.mark.parametrize("name", PAGES)
def test_a10_file_of_a_mail_that_a_browser_could_run_is_a_download_of_bytes(deliver, desk, name):
    declared, content = PAGES[name]
    [file] = files_of(deliver(mail_with_files((name, f'{declared}; name="{name}"', content))))

    for url in (f"/files/{file.pk}/", f"/files/{file.pk}/?inline"):
        assert_nothing_runs(desk.get(url))


@pytest.mark.parametrize("name", PAGES)
def test_a10_file_of_a_form_that_a_browser_could_run_is_a_download_of_bytes(cabinet, name):
    declared, content = PAGES[name]
    upload = BytesIO(content)
    upload.name, upload.content_type = name, declared

    answer = cabinet.post("/cabinet/requests/new/", {"subject": "x", "body": "See the file.", "attachments": upload})

    assert answer.status_code == 303
    file = Attachment.objects.get()
    assert_nothing_runs(cabinet.get(f"/files/{file.pk}/?inline"))


@pytest.mark.parametrize(
    "named", ["page.html", "page.html.png", "page.png", "page.png\u202elmth.html", ".htaccess", "x.php"]
)
def test_a11_name_of_a_file_changes_nothing_about_how_it_is_sent(deliver, desk, named):
    name = f"=?utf-8?b?{b64encode(named.encode()).decode()}?="
    [file] = files_of(deliver(mail_with_files((name, "text/html", SCRIPT))))

    assert_nothing_runs(desk.get(f"/files/{file.pk}/?inline"))
    assert re.fullmatch(r"[0-9a-f/]+", file.file.name)


@pytest.mark.parametrize("declared", ["image/png", "image/gif", "image/jpeg", "image/webp", "image/svg+xml"])
def test_a12_page_that_is_labelled_a_picture_is_never_shown(deliver, desk, declared):
    content = b"<html><body>" + SCRIPT + b"</body></html>"
    head = f'{declared}; name="logo.png"\r\nContent-ID: <logo@shop.example>'
    raw = mail_with_files(("", head, content), html='<p>Look</p><img src="cid:logo@shop.example">')
    [file] = files_of(deliver(raw))

    page = desk.get(f"/desk/tickets/{file.message.ticket.number}/").content.decode()

    assert file.content_type == "text/html"
    assert f"{file.pk}/?inline" not in page
    assert tree(page).xpath("//article//img/@src") == []
    assert_nothing_runs(desk.get(f"/files/{file.pk}/?inline"))


def test_a12_picture_that_hides_a_page_is_told_to_be_a_picture_alone(deliver, desk):
    content = b"GIF89a/*" + SCRIPT + b"*/=alert(1)"
    [file] = files_of(deliver(mail_with_files(("x.html", "text/html", content))))

    response = desk.get(f"/files/{file.pk}/?inline")

    assert response["Content-Type"] == "image/gif"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content)


def test_a12_real_picture_is_shown_where_the_mail_has_it(deliver, desk):
    head = 'image/png; name="logo.png"\r\nContent-ID: <logo@shop.example>'
    raw = mail_with_files(("", head, PICTURE), html='<p>Look</p><img src="cid:logo@shop.example">')
    [file] = files_of(deliver(raw))

    page = desk.get(f"/desk/tickets/{file.message.ticket.number}/").content.decode()

    assert tree(page).xpath("//article//img/@src") == [f"/files/{file.pk}/?inline"]


def test_a13_page_that_a_mail_wants_shown_inline_is_a_download(deliver, desk):
    head = "text/html; charset=utf-8\r\nContent-Disposition: inline; filename=page.html"
    raw = mail_with_files(("", head, b"<p>second</p>" + SCRIPT), html="<p>first</p>")
    stored = deliver(raw)

    for file in files_of(stored):
        assert_nothing_runs(desk.get(f"/files/{file.pk}/?inline"))
    assert "alert(document.cookie)" not in desk.get(f"/desk/tickets/{stored.ticket.number}/").content.decode()


def test_a14_nobody_has_a_picture_of_their_own_choice():
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in {"helpdesk", "tickets"}]

    stored = {
        f"{model.__name__}.{field.name}"
        for model in ours
        for field in model._meta.fields
        if isinstance(field, FileField)
    }

    assert stored == {"Attachment.file", "DataExport.file", "Enclosure.file", "Export.file", "Import.file"}
    assert not [field for field in User._meta.fields if isinstance(field, ImageField)]


def test_a14_pages_show_people_by_letters_alone(deliver, desk):
    number = deliver(mail_with_files(("a.txt", "text/plain", b"a"))).ticket.number

    document = tree(desk.get(f"/desk/tickets/{number}/").content.decode())

    assert document.xpath("//*[contains(@class,'avatar')]")
    assert document.xpath("//*[contains(@class,'avatar')]//img") == []


def test_a15_uploaded_script_is_no_script_of_any_page(deliver, desk):
    [file] = files_of(deliver(mail_with_files(("code.js", "text/javascript", b"alert(1)"))))
    response = desk.get(f"/files/{file.pk}/")
    page = desk.get(f"/desk/tickets/{file.message.ticket.number}/")

    directives = {each.split()[0]: each.split()[1:] for each in page["Content-Security-Policy"].split("; ")}

    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] in ("text/plain", "application/octet-stream")
    assert directives["default-src"] == ["'none'"]
    assert directives["script-src"][0].startswith("'nonce-")
    assert directives["script-src"][1:] == ["'strict-dynamic'"]
    assert directives["base-uri"] == ["'none'"]
    assert "object-src" not in directives
    assert b"".join(response.streaming_content)


def test_a15_every_page_has_a_nonce_of_its_own(desk):
    nonces = {re.search(r"'nonce-([^']+)'", desk.get("/desk/tickets/")["Content-Security-Policy"])[1] for _ in range(3)}

    assert len(nonces) == 3
    assert min(map(len, nonces)) >= 16
