"""The access vault: every door of it, from a stranger's organisation, a contractor and nobody; and where a secret must
never turn up."""

import csv
import io
import json
import logging
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.signals import got_request_exception
from django.db import connection
from django.test import Client
from django.urls import URLResolver, reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter

from helpdesk.accounts.enums import Role
from helpdesk.journal.models import Entry as Line
from tests.browsers import browser_of, proved
from tests.factories import OrganisationFactory, StaffFactory, TicketFactory, UserFactory
from tests.vpn.hosting.makers import VALUE, an_entry, put
from vpn.hosting import urls
from vpn.hosting.actions.dropping import make_link
from vpn.hosting.actions.reveals import reveal
from vpn.hosting.models import DropLink, Entry, EntryDoor, Grant, Reveal, RevealRequest, Secret, TemporaryAccess
from vpn.hosting.views.desk import secrets as page

pytestmark = pytest.mark.django_db


@pytest.fixture
def pavel(db):
    return StaffFactory(name="Pavel", role=Role.PROJECT_MANAGER)


@pytest.fixture
def oleg(db):
    return StaffFactory(name="Oleg", role=Role.CONTRACTOR)


@pytest.fixture
def shop(db):
    return OrganisationFactory(name="Nordlicht Shop")


@pytest.fixture
def sergei(db):
    """A customer of another organisation."""
    return UserFactory(name="Sergei", organisation=OrganisationFactory(name="Werft"))


@pytest.fixture
def root(shop, pavel):
    return put(an_entry(shop, pavel), pavel)


def paths(secret: Secret) -> list[str]:
    """Every page of the vault, at the desk and in the cabinet, with the numbers of this secret and its entry wherever a
    number is wanted."""
    found = []
    for patterns, namespace in ((urls.at_desk, "access"), (urls.in_cabinet, "vault")):
        for name, wanted in all_names(patterns, namespace):
            numbers = {"pk": secret.entry_id, "entry": secret.entry_id, "secret": secret.pk}
            found.append(reverse(name, kwargs={each: numbers.get(each, secret.pk) for each in wanted}))
    return found


def all_names(patterns, namespace, above=()):
    for each in patterns:
        wanted = [*above, *each.pattern.converters]
        if isinstance(each, URLResolver):
            yield from all_names(each.url_patterns, namespace, wanted)
        else:
            yield f"{namespace}:{each.name}", wanted


def everything() -> dict[str, int]:
    kinds = (Entry, Secret, Reveal, Grant, DropLink, RevealRequest, EntryDoor, TemporaryAccess)
    return {kind.__name__: kind.objects.count() for kind in kinds}


SENT = {
    "reason": "I am curious", "kind": "shown", "name": "Mine now", "label": "root", "value": "overwritten", "host": "x",
    "organisation": 1, "user": 1, "until": "2099-01-01", "created_by": 1, "needs_four_eyes": "", "needs_proof": "",
    "taken_out_at": "", "wiped_at": "", "approved_by": 1, "by": 1, "connector": "ssh", "address": "ssh://127.0.0.1",
    "days": 1, "hours": 1, "lasting": 3600, "secret": 1,
}  # fmt: skip


@pytest.mark.parametrize("who", ["sergei", "oleg", "nobody"])
def test_every_page_of_the_vault_when_it_is_not_theirs_then_it_shows_and_changes_nothing(who, root, request):
    browser = Client() if who == "nobody" else proved(browser_of(request.getfixturevalue(who)))
    before, lines = everything(), Line.objects.filter(verb__startswith="vault_").count()
    sealed = Secret.objects.values().get(pk=root.pk)

    for path in paths(root):
        for answer in (browser.get(path), browser.post(path, SENT), browser.head(path)):
            assert answer.status_code in {302, 303, 403, 404, 405} or VALUE not in answer.content.decode(), path
            assert b"Nordlicht" not in answer.content, path
            assert b"web1.shop.example" not in answer.content, path

    assert everything() == before
    assert Secret.objects.values().get(pk=root.pk) == sealed
    assert Line.objects.filter(verb__startswith="vault_").count() == lines


def test_secret_when_everybody_looks_everywhere_then_it_is_nowhere_but_in_its_reveal(root, pavel, shop, caplog, capfd):
    """Search, exports, the journal, logs, error pages, histories and the person's own tables."""
    caplog.set_level(logging.DEBUG)
    clara = UserFactory(organisation=shop)
    ticket = TicketFactory(requester=clara, organisation=shop)
    boss = proved(browser_of(StaffFactory(role=Role.ADMINISTRATOR)))
    entry = root.entry

    shown = boss.post(
        reverse("access:reveals", args=[entry.pk, root.pk]),
        {"reason": "The shop is down", "kind": "shown", "ticket": ticket.number},
    )
    assert VALUE in shown.content.decode()
    assert shown["Cache-Control"].find("no-store") >= 0

    today = timezone.localdate().isoformat()
    for answer in (
        boss.get(reverse("access:entries")),
        boss.get(reverse("access:entries"), {"q": VALUE, "words": VALUE}),
        boss.get(reverse("access:entry", args=[entry.pk])),
        boss.post(reverse("access:report_file"), {"day": today, "format": "csv"}),
        boss.post(reverse("access:report_file"), {"day": today, "format": "xlsx"}),
        boss.get(reverse("desk:journal")),
        boss.post(reverse("desk:journal_csv")),
        browser_of(clara).get(reverse("vault:entry", args=[entry.pk])),
    ):
        assert answer.status_code == 200
        assert VALUE.encode() not in answer.content.replace(b'value="' + VALUE.encode(), b"")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE strpos(t::text, %s) > 0", [VALUE])
            assert cursor.fetchone()[0] == 0, table
    assert VALUE not in repr(root) + str(root) + repr(vars(Reveal.objects.get()))
    assert VALUE not in caplog.text + "".join(capfd.readouterr())


def test_secret_when_revealing_it_fails_then_no_report_of_the_error_has_it(root, pavel, monkeypatch):
    """Whatever breaks while the plain text is in memory."""
    browser, reports = proved(browser_of(pavel)), []
    browser.raise_request_exception = False

    def note(**_told):
        reporter = ExceptionReporter(None, *sys.exc_info())
        reports.append(reporter.get_traceback_html() + reporter.get_traceback_text())

    def broken(*_told, **_more):
        raise RuntimeError("broken")

    monkeypatch.setattr(page, "show", broken)
    got_request_exception.connect(note)
    try:
        answer = browser.post(
            reverse("access:reveals", args=[root.entry_id, root.pk]), {"reason": "The shop is down", "kind": "shown"}
        )
    finally:
        got_request_exception.disconnect(note)

    assert answer.status_code == 500
    assert VALUE not in answer.content.decode()
    assert len(reports) == 1
    assert "_shown" in reports[0]
    assert VALUE not in reports[0]


def test_fields_that_a_form_does_not_have_when_they_are_sent_then_nothing_takes_them(root, pavel, shop, sergei):
    entry, other = root.entry, OrganisationFactory(name="Elsewhere")
    browser = proved(browser_of(pavel))
    sent = {
        "name": "Web server", "kind": "server", "host": "web1.shop.example", "login": "deploy",
        "organisation": other.pk, "organisation_id": other.pk, "created_by": sergei.pk, "taken_out_at": "2020-01-01",
        "pk": 999_999, "id": 999_999,
    }  # fmt: skip

    browser.post(reverse("access:entry_details", args=[entry.pk]), sent)

    kept = Entry.objects.get(pk=entry.pk)
    assert (kept.organisation, kept.created_by, kept.taken_out_at) == (shop, pavel, None)
    assert not Entry.objects.filter(pk=999_999).exists()


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(1)", "\t=1", "\r=1"], ids=ascii)
def test_report_when_names_are_formulas_then_they_are_text(name, root, shop, pavel):
    shop.name = f"{name} Ltd"
    shop.save()
    reveal(secret=root, by=pavel, reason=f"{name} because")
    browser = proved(browser_of(pavel))

    taken = browser.post(
        reverse("access:report_file"), {"day": timezone.localdate().isoformat(), "format": "csv"}
    ).content.decode("utf-8-sig")

    cells = [cell for row in csv.reader(io.StringIO(taken)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []
    assert [cell for cell in cells if "Ltd" in cell]


def test_link_for_a_secret_when_scanners_open_it_then_it_stays_good_and_tells_nobody_where_it_was(shop, pavel, caplog):
    caplog.set_level(logging.DEBUG)
    _link, address = make_link(organisation=shop, asked="Root password", by=pavel)
    path = urlsplit(address).path
    token = path.rstrip("/").rpartition("/")[2]

    for method in ("get", "head", "options"):
        answer = getattr(Client(), method)(path)
    page = Client().get(path)

    assert answer.status_code in {200, 405}
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] in {"no-referrer", "strict-origin", "same-origin"}
    assert DropLink.objects.get().used_at is None
    assert token not in json.dumps(list(Line.objects.values("facts", "verb")), default=str)
    assert token not in caplog.text


def test_limit_of_reveals_when_the_address_is_said_to_be_another_then_it_is_the_same(settings, root, pavel):
    settings.VAULT_REVEALS_AN_HOUR = 2
    browser = proved(browser_of(pavel))
    path, statuses = reverse("access:reveals", args=[root.entry_id, root.pk]), []

    for number in range(4):
        answer = browser.post(
            path, {"reason": "The shop is down", "kind": "shown"}, headers={"X-Forwarded-For": f"203.0.113.{number}"}
        )
        statuses.append(VALUE in answer.content.decode())

    assert statuses == [True, True, False, False]
    assert Reveal.objects.filter(at__gt=timezone.now() - timedelta(hours=1)).count() == 2
