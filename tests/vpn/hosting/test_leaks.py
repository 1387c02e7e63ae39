"""A secret leaves the vault by a reveal and by nothing else: not by errors, answers to programs or news."""

import json
import sys
from threading import Event, Thread

import pytest
import sentry_sdk
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.views.debug import ExceptionReporter

from helpdesk.accounts.enums import Role
from helpdesk.notifications.models import Delivery, Notice
from helpdesk.operations.apps import SENTRY_OPTIONS
from tests.browsers import browser_of
from tests.factories import StaffFactory
from tests.vpn.hosting.makers import VALUE, an_entry, granted, put
from tests.vpn.hosting.test_moving import left
from vpn.hosting.actions import news
from vpn.hosting.actions.dropping import drop, make_link
from vpn.hosting.actions.places import NewPlace, hand_over
from vpn.hosting.actions.reveals import reveal, use
from vpn.hosting.actions.secrets import put_in
from vpn.hosting.models import DropLink, Reveal, Secret

pytestmark = pytest.mark.django_db


def break_table(name):
    """From now on the database refuses every row of it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {name} ADD CONSTRAINT no_more CHECK (false) NOT VALID")


def report_of(call):
    """What an administrator would be mailed, or Sentry sent, had this gone wrong: the error with the variables of each
    frame, as Django's filter leaves them."""
    try:
        call()
    except DatabaseError:
        reporter = ExceptionReporter(None, *sys.exc_info())
        return reporter.get_traceback_html() + reporter.get_traceback_text()
    raise AssertionError("Nothing went wrong.")


def test_error_while_a_secret_comes_in_names_it_nowhere(server, root, pavel, clara, shop, settings):
    settings.DEBUG = False
    _made, address = make_link(organisation=shop, asked="Panel", by=pavel)
    token = address.rstrip("/").rsplit("/", 1)[1]
    break_table("hosting_secret")
    ways = (
        lambda: put_in(entry=server, kind="password", label="root", value=VALUE, by=pavel),
        lambda: put_in(entry=server, kind="password", label="other", value=VALUE, by=pavel),
        lambda: hand_over(place=NewPlace("server", "x"), kind="password", label="root", value=VALUE, by=clara),
        lambda: drop(token=token, kind="password", value=VALUE),
    )
    for way in ways:
        with transaction.atomic():
            report = report_of(way)
            transaction.set_rollback(True)
        assert "no_more" in report
        assert VALUE not in report


@pytest.mark.parametrize("path", ["desk", "cabinet", "link"])
def test_page_that_fails_with_a_secret_says_and_logs_none_of_it(server, pavel, clara, shop, caplog, path):
    _made, address = make_link(organisation=shop, asked="Panel", by=pavel)
    pages = {
        "desk": (browser_of(pavel), f"/desk/access/{server.pk}/secrets/"),
        "cabinet": (browser_of(clara), f"/cabinet/access/{server.pk}/secrets/"),
        "link": (Client(), f"/secrets/{address.rstrip('/').rsplit('/', 1)[1]}/"),
    }
    browser, url = pages[path]
    browser.raise_request_exception = False
    break_table("hosting_secret")

    answer = browser.post(url, {"kind": "password", "label": "root", "value": VALUE})

    assert answer.status_code == 500
    assert VALUE not in answer.content.decode()
    assert VALUE not in caplog.text


def test_after_all_that_happens_to_it_nothing_says_it_but_its_own_sealed_row(
    server, root, anna, oleg, pavel, lena, ticket, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        granted(server, oleg, pavel)
        reveal(secret=root, by=anna, reason="The shop is down", ticket=ticket)
        use(secret=root, by=None, reason="Sites, disk and certificates are looked at.")
        put(server, pavel, value=VALUE + "2")
        news.spread()

    assert Notice.objects.exists()
    assert left(VALUE) == set()
    assert VALUE not in str(list(Delivery.objects.values()))


def test_programs_find_no_secret_and_no_door_to_one(root, anna):
    browser = browser_of(anna)
    described = json.loads(Client().get("/api/v1/openapi.json").content)

    assert [path for path in described["paths"] if "access" in path or "secret" in path or "vault" in path] == []
    for url in ("/api/v1/search/?q=sesam", "/desk/search/?q=sesam", "/desk/go/?q=sesam"):
        assert VALUE not in browser.get(url).content.decode()


def test_administration_shows_no_secret(root, anna):
    ada = browser_of(StaffFactory(role=Role.ADMINISTRATOR))
    reveal(secret=root, by=anna, reason="x")

    for url in ("/admin/", "/desk/journal/", f"/desk/people/{anna.pk}/access/"):
        assert VALUE not in ada.get(url, follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_keys_are_changed_while_secrets_are_being_revealed(settings, shop, pavel, anna):
    settings.VAULT_REVEALS_AN_HOUR = settings.VAULT_ALARM_AT = 10_000
    entry = an_entry(shop, pavel)
    secrets = [put(entry, pavel, label=f"key {number}", value=f"{VALUE}-{number}") for number in range(20)]
    older, newer = settings.FIELD_ENCRYPTION_KEYS, Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [newer, *older]
    done, wrong = Event(), []

    def look():
        try:
            while not done.is_set():
                for number, each in enumerate(secrets):
                    if reveal(secret=each, by=anna, reason="x").secret.value != f"{VALUE}-{number}":
                        wrong.append(number)
        finally:
            connection.close()

    looking = Thread(target=look)
    looking.start()
    call_command("rotate_field_keys", verbosity=0)
    put(entry, pavel, label="key 3", value="changed meanwhile")
    done.set()
    looking.join()
    settings.FIELD_ENCRYPTION_KEYS = [newer]

    assert wrong == []
    values = {each.label: each.value for each in Secret.objects.all()}
    assert values == {f"key {n}": f"{VALUE}-{n}" for n in range(20)} | {"key 3": "changed meanwhile"}
    assert Reveal.objects.count() >= 1


def test_link_that_a_mail_scanner_opens_many_times_still_takes_the_secret(shop, pavel):
    _made, address = make_link(organisation=shop, asked="Panel", by=pavel)
    url, scanner = f"/secrets/{address.rstrip('/').rsplit('/', 1)[1]}/", Client()
    for _turn in range(3):
        assert scanner.get(url).status_code == 200
        assert scanner.head(url).status_code == 200
        assert scanner.options(url).status_code in {200, 405}

    assert DropLink.objects.good().count() == 1
    assert Client().post(url, {"kind": "password", "value": VALUE}).status_code == 200


def test_sentry_is_sent_no_variable_and_no_form(server, pavel):
    sent = []
    made = {"dsn": "https://key@127.0.0.1/1", "default_integrations": False, "auto_enabling_integrations": False}
    client = sentry_sdk.Client(**made, before_send=lambda event, hint: sent.append(event), **SENTRY_OPTIONS)
    break_table("hosting_secret")

    with sentry_sdk.isolation_scope() as scope, transaction.atomic():
        scope.set_client(client)
        try:
            put_in(entry=server, kind="password", label="root", value=VALUE, by=pavel)
        except DatabaseError as error:
            sentry_sdk.capture_exception(error)
        transaction.set_rollback(True)
    client.close(timeout=0)

    assert len(sent) == 1
    assert VALUE not in json.dumps(sent, default=str)
    assert "put_in" in json.dumps(sent, default=str)
    assert SENTRY_OPTIONS["max_request_body_size"] == "never"
