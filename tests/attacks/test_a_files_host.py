"""Attacks by files where files have a host name of their own: what might yet run there is of no origin that matters."""

from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client

from helpdesk.core import files_host
from tests.attacks.letters import html_mail, mail_with_files
from tests.attacks.test_a_files import PAGES, SCRIPT, assert_nothing_runs
from tests.attacks.test_a_html import PAYLOADS
from tests.browsers import browser_of

pytestmark = pytest.mark.django_db
FILES = "files.example"


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.SITE_URL, settings.FILES_HOST, settings.ALLOWED_HOSTS = "http://testserver", FILES, ["testserver", FILES]


def at_files(address):
    """What an address on the files' host answers to a browser that carries nothing."""
    parts = urlsplit(address)
    assert parts.netloc == FILES
    return Client().get(f"{parts.path}?{parts.query}", headers={"Host": FILES})


@pytest.mark.parametrize("name", PAGES)
def test_a11_file_that_a_browser_could_run_is_never_of_the_origin_of_the_session(deliver, desk, name):
    declared, content = PAGES[name]
    file = deliver(mail_with_files((name, f'{declared}; name="{name}"', content))).message.attachments.get()

    led = desk.get(f"/files/{file.pk}/")

    assert led.status_code == 302
    assert led.content == b""
    assert_nothing_runs(at_files(led["Location"]))


def test_a12_page_that_is_labelled_a_picture_is_no_picture_on_the_files_host_either(deliver, desk):
    raw = deliver(mail_with_files(("logo.png", "image/png", b"<html><body>" + SCRIPT)))
    file = raw.message.attachments.get()

    response = at_files(desk.get(f"/files/{file.pk}/?inline")["Location"])

    assert response["Content-Disposition"].startswith("attachment;")
    assert response["Content-Type"] == "application/octet-stream"
    assert b"".join(response.streaming_content)


def test_a06_original_of_a_hostile_mail_has_no_origin_on_the_files_host(deliver, desk):
    message = deliver(html_mail("<p>before</p>" + "<hr>".join(PAYLOADS))).message

    response = at_files(desk.get(f"/desk/messages/{message.pk}/original/")["Location"])

    policy = {each.split()[0]: each.split()[1:] for each in response["Content-Security-Policy"].split("; ")}
    assert "before" in response.content.decode()
    assert not {"allow-same-origin", "allow-scripts", "allow-top-navigation"} & set(policy["sandbox"])
    assert policy["default-src"] == ["'none'"]
    assert "script-src" not in policy
    assert response.cookies == {}


def test_a11_stranger_makes_no_link_out_of_what_a_reader_can_know(deliver, desk, sergei):
    """The id of the file, a link to another file, a signature of ours made for something else."""
    theirs = deliver(mail_with_files(("a.txt", "text/plain", b"c4n4ry"))).message.attachments.get()
    link = desk.get(f"/files/{theirs.pk}/")["Location"].partition("?link=")[2]
    document, _, proof = link.partition(":")
    other = signing.dumps(["picture", str(theirs.pk), "en"], salt=files_host.SALT).partition(":")[0]
    tried = [str(theirs.pk), document, f"{other}:{proof}", signing.dumps(["file", str(theirs.pk), "en"])]

    answers = [Client().get(f"/content/?link={each}", headers={"Host": FILES}) for each in tried]
    asked = browser_of(sergei).get(f"/files/{theirs.pk}/")

    assert [answer.status_code for answer in answers] == [404] * 4
    assert asked.status_code == 404
    assert not asked.has_header("Location")


def test_a11_every_link_names_its_file_its_purpose_and_its_moment(deliver, desk):
    raw = deliver(mail_with_files(("a.txt", "text/plain", b"one"), ("b.txt", "text/plain", b"two")))
    files = list(raw.message.attachments.order_by("position"))

    links = {desk.get(f"/files/{file.pk}/{query}")["Location"] for file in files for query in ("", "?inline")}

    assert len(links) == 4
    assert b"".join(at_files(desk.get(f"/files/{files[1].pk}/")["Location"]).streaming_content) == b"two"
