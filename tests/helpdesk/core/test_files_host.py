"""Files from a host name of their own: who gets a link, where it works, and that nothing else does there."""

import json
import os
import subprocess
import sys
import time
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.core import signing
from django.test import Client

from helpdesk.accounts.enums import Role
from helpdesk.core import files_host
from tests.browsers import browser_of
from tests.factories import MessageFactory, StaffFactory, TicketFactory, UserFactory
from tests.htmx import tree
from tests.programs import Program
from tests.repository import ROOT
from tickets.actions.files import NewFile, store_files
from tickets.mail.models import RawMail

FILES, SITE = "files.example:8443", "desk.example"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.fixture(autouse=True)
def hosts(settings):
    settings.SITE_URL, settings.FILES_HOST = f"https://{SITE}", FILES
    settings.ALLOWED_HOSTS = [SITE, "files.example"]


@pytest.fixture
def clara(db):
    return UserFactory(name="Clara")


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna")


@pytest.fixture
def message(clara):
    return MessageFactory(
        ticket=TicketFactory(requester=clara), html='<p style="color: red">Look</p><img src="cid:logo">'
    )


@pytest.fixture
def picture(message):
    file = NewFile("a.png", PNG, "image/png", content_id="logo")
    return store_files(message=message, files=[file], by=None)[0]


def asked(person, path):
    """What the desk's own origin answers."""
    return read(browser_of(person).get(path, headers={"Host": SITE}))


def path_of(address):
    """Path and query: what is asked of the host."""
    return urlsplit(address)._replace(scheme="", netloc="").geturl()


def followed(response, client=None):
    """What the files' host answers to the link, to a browser that knows nobody."""
    assert response.status_code == 302
    return at_files(path_of(response["Location"]), client)


def at_files(path, client=None, host=FILES):
    return read((client or Client()).get(path, headers={"Host": host}))


def read(response):
    """The answer with all its bytes as `body`."""
    response.body = b"".join(response.streaming_content) if response.streaming else response.content
    return response


def test_file_when_asked_for_on_the_desk_then_it_comes_from_the_files_host(anna, picture):
    led = asked(anna, f"/files/{picture.pk}/")
    response = followed(led)

    assert led["Location"].startswith("https://files.example:8443/")
    assert led["Cache-Control"] == "no-store"
    assert response.body == PNG
    assert response["Content-Disposition"] == 'attachment; filename="a.png"'
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_picture_when_shown_in_a_page_then_other_origins_may_show_it(clara, picture):
    response = followed(asked(clara, f"/files/{picture.pk}/?inline"))

    assert response["Content-Disposition"] == 'inline; filename="a.png"'
    assert response["Content-Type"] == "image/png"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response.body == PNG


def test_original_when_hosted_then_page_and_pictures_are_of_the_files_host_and_styles_of_the_site(
    anna, message, picture
):
    response = followed(asked(anna, f"/desk/messages/{message.pk}/original/"))

    page = tree(response.content.decode())
    policy = {each.split()[0]: each.split()[1:] for each in response["Content-Security-Policy"].split("; ")}
    (source,) = page.xpath("//img/@src")
    assert page.xpath("//p/@style") == ["color:red"]
    assert page.xpath("//link[@rel='stylesheet']/@href") == [f"https://{SITE}/static/css/rooms/original.css"]
    assert policy["sandbox"] == ["allow-popups", "allow-popups-to-escape-sandbox"]
    assert (policy["default-src"], policy["img-src"]) == (["'none'"], ["'self'", "data:"])
    assert policy["style-src"] == [f"https://{SITE}", "'unsafe-inline'"]
    assert source.startswith("https://files.example:8443/")
    assert at_files(path_of(source)).body == PNG


def test_original_with_pictures_when_hosted_then_the_wish_is_part_of_the_link(anna, message):
    message.html, message.has_remote_pictures = '<img data-remote-src="https://spy.example/x.png">', True
    message.save()

    without = followed(asked(anna, f"/desk/messages/{message.pk}/original/"))
    with_them = followed(asked(anna, f"/desk/messages/{message.pk}/original/?pictures=1"))

    assert tree(without.content.decode()).xpath("//img/@src") == []
    assert tree(without.content.decode()).xpath("//a/@href") == [
        f"https://{SITE}/desk/messages/{message.pk}/original/?pictures=1"
    ]
    assert tree(with_them.content.decode()).xpath("//img/@src") == ["https://spy.example/x.png"]


def test_original_when_hosted_then_it_is_in_the_language_of_its_reader(message, db):
    boris = StaffFactory(name="Boris", language="ru")

    response = followed(asked(boris, f"/desk/messages/{message.pk}/original/"))

    assert tree(response.content.decode()).xpath("//html/@lang") == ["ru"]


def test_raw_mail_when_asked_for_in_the_admin_then_it_comes_from_the_files_host(db):
    raw = RawMail.objects.create(source="file", content=b"Subject: x\r\n\r\n", size=14, sha256="0" * 64)

    response = followed(asked(StaffFactory(role=Role.ADMINISTRATOR), f"/admin/mail/rawmail/{raw.pk}/source/"))

    assert response.content == b"Subject: x\r\n\r\n"
    assert response["Content-Disposition"].startswith("attachment;")


def test_stranger_gets_no_link(picture, message):
    sergei, oleg = UserFactory(name="Sergei"), StaffFactory(name="Oleg", role=Role.CONTRACTOR)
    paths = [f"/files/{picture.pk}/", f"/files/{picture.pk}/?inline", f"/desk/messages/{message.pk}/original/"]

    answers = [asked(person, path) for person in (sergei, oleg) for path in paths]

    assert {answer.status_code for answer in answers} == {403, 404}
    assert not any(answer.has_header("Location") for answer in answers)
    assert FILES.encode() not in b"".join(answer.content for answer in answers)


@pytest.mark.parametrize(("seconds", "status"), [(0, 200), (58, 200), (61, 410), (86_400, 410)])
def test_link_is_good_for_its_seconds_and_no_longer(anna, picture, monkeypatch, seconds, status):
    led = asked(anna, f"/files/{picture.pk}/")
    monkeypatch.setattr(signing, "time", SimpleNamespace(time=lambda: time.time() + seconds))

    response = followed(led)

    assert response.status_code == status
    assert (PNG in response.body) == (status == 200)


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-1] + ("a" if s[-1] != "a" else "b"), lambda s: "a" + s, lambda s: s[5:]]
)
def test_link_when_tampered_with_then_it_leads_nowhere(anna, picture, spoil):
    signed = asked(anna, f"/files/{picture.pk}/")["Location"].partition("?link=")[2]

    assert at_files(f"/content/?link={signed}").status_code == 200
    assert at_files(f"/content/?link={spoil(signed)}").status_code == 404


def test_signature_when_made_for_something_else_then_it_opens_nothing(picture):
    document = ["file", str(picture.pk), "en"]
    others = [signing.dumps(document), signing.dumps(document, salt="other"), signing.dumps(document, key="k" * 50)]

    assert [at_files(f"/content/?link={signed}").status_code for signed in others] == [404, 404, 404]


def test_link_when_for_a_download_then_it_shows_no_picture(anna, picture):
    led = asked(anna, f"/files/{picture.pk}/")

    response = at_files(path_of(led["Location"]) + "&inline")

    assert response["Content-Disposition"].startswith("attachment;")


def test_link_when_asked_for_on_another_host_then_there_is_no_such_address(anna, picture):
    path = path_of(asked(anna, f"/files/{picture.pk}/")["Location"])

    assert asked(anna, path).status_code == 404


PAGES = [
    "/", "/desk/", "/desk/tickets/", "/cabinet/", "/accounts/login/", "/admin/", "/admin/login/", "/api/v1/tickets/",
    "/api/v1/openapi.json", "/health/", "/health/live/", "/metrics", "/static/css/base.css", "/favicon.ico",
    "/nothing", "/content", "/content/", "/content/?link=", "/content/x/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("host", [FILES, "files.example", "FILES.EXAMPLE.", "files.example:1"])
def test_files_host_has_no_page_of_ours_even_for_who_is_signed_in(anna, path, host):
    ada = StaffFactory(role=Role.ADMINISTRATOR)
    for client in (Client(), browser_of(ada), Program(anna)):
        response = at_files(path, client, host)

        assert (response.status_code, response.body) == (404, b"Not found.\n")
        assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert response.cookies == {}


def test_files_host_takes_no_form_and_sets_no_cookie(anna, picture):
    led = asked(anna, f"/files/{picture.pk}/")

    posted = browser_of(anna).post(path_of(led["Location"]), headers={"Host": FILES})
    followed_by_anna = followed(led, browser_of(anna))

    assert posted.status_code == 404
    assert followed_by_anna.cookies == {}
    assert followed_by_anna.body == PNG


def test_program_with_a_token_gets_the_bytes_directly(anna, picture):
    response = read(Program(anna).get(f"/api/v1/attachments/{picture.pk}/content/", headers={"Host": SITE}))

    assert response.status_code == 200
    assert response.body == PNG


def test_link_when_its_file_is_gone_by_then_it_leads_nowhere(anna, picture):
    led = asked(anna, f"/files/{picture.pk}/")
    picture.delete()

    assert followed(led).status_code == 404


def test_file_when_no_host_is_set_then_it_comes_directly(anna, picture, settings):
    settings.FILES_HOST = ""

    assert asked(anna, f"/files/{picture.pk}/").body == PNG
    assert at_files("/desk/", browser_of(anna)).status_code == 302


def settings_with(**environment):
    """What settings.py makes of an environment, in a process of its own."""
    code = (
        "import json; from helpdesk import settings as s;"
        "print(json.dumps([s.ALLOWED_HOSTS, s.CONTENT_SECURITY_POLICY['DIRECTIVES']['img-src']]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, cwd=ROOT, check=True
    )
    return json.loads(told.stdout)


def test_host_when_set_then_pages_may_show_its_pictures_and_it_may_be_asked():
    names, pictures = settings_with(FILES_HOST=FILES, SITE_URL="https://desk.example", ALLOWED_HOSTS="desk.example")

    assert names == ["desk.example", "files.example"]
    assert pictures == ["'self'", "data:", "https://files.example:8443"]


def test_host_when_not_set_then_pages_show_pictures_of_their_own_alone():
    names, pictures = settings_with(FILES_HOST="", SITE_URL="http://desk.example", ALLOWED_HOSTS="desk.example")

    assert names == ["desk.example"]
    assert pictures == ["'self'", "data:"]


@pytest.mark.parametrize(
    ("host", "found"),
    [
        ("", []),
        ("files.example", []),
        ("files.example:8443", []),
        ("https://files.example", ["helpdesk.E001"]),
        ("files.example/x", ["helpdesk.E001"]),
        ("desk.example", ["helpdesk.E002"]),
        ("DESK.example:8443", ["helpdesk.E002"]),
    ],
)
def test_host_that_separates_nothing_is_named_before_the_start(settings, host, found):
    settings.FILES_HOST = host

    assert [message.id for message in files_host.check()] == found
