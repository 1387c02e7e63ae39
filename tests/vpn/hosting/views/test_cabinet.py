"""The vault in the cabinet, and behind a secure link."""

import pytest
from django.db import connection
from django.test import Client

from helpdesk.accounts import policy
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import RoleRule
from tests.browsers import browser_of
from tests.factories import UserFactory
from tests.statements import Statements
from tests.vpn.hosting.makers import VALUE, an_entry, put
from vpn.hosting.actions import places
from vpn.hosting.actions.dropping import make_link
from vpn.hosting.actions.reveals import reveal
from vpn.hosting.models import DropLink, Entry, Reveal, Secret

LIST = "/cabinet/access/"
PLACE = {"name": "Printer", "place": "other", "kind": "password", "label": "admin"}


@pytest.fixture
def cabinet(clara):
    return browser_of(clara)


@pytest.fixture
def address(shop, anna):
    _made, address = make_link(organisation=shop, asked="Panel of the shop", by=anna)
    return f"/secrets/{address.rstrip('/').rsplit('/', 1)[1]}/"


@pytest.mark.parametrize("rows", [1, 3])
def test_customer_sees_who_looked_and_why_but_no_secret(cabinet, server, root, anna, pavel, rows):
    for number in range(rows):
        reveal(secret=root, by=anna, reason=f"Reason {number}")
        put(server, pavel, label=f"key {number}")
    cabinet.get(f"{LIST}{server.pk}/")

    with Statements(connection) as ran:
        shown = cabinet.get(f"{LIST}{server.pk}/").content.decode()

    assert all(f"Reason {number}" in shown for number in range(rows))
    assert "Anna Orlova" in shown
    assert VALUE not in shown
    assert ran.count <= 8, str(ran)


def test_notes_of_staff_are_not_for_customers(cabinet, shop, pavel):
    entry = an_entry(shop, pavel, name="Panel", notes="Pays late", how_to_get_there="Our jump host")
    shown = cabinet.get(f"{LIST}{entry.pk}/").content.decode()

    assert "Pays late" not in shown
    assert "Our jump host" not in shown


def test_stranger_finds_nothing(sergei, server):
    browser = browser_of(sergei)

    assert "Web server" not in browser.get(LIST).content.decode()
    assert browser.get(f"{LIST}{server.pk}/").status_code == 404
    for path in ("secrets", "removal"):
        form = {"kind": "password", "label": "root", "value": "x"}
        assert browser.post(f"{LIST}{server.pk}/{path}/", form).status_code == 404
    assert Secret.objects.count() == 0


def test_colleague_who_does_not_see_the_companys_requests_sees_what_they_put_in(carl, server, root, anna):
    browser = browser_of(carl)
    reveal(secret=root, by=anna, reason="The shop is down")
    assert "Web server" not in browser.get(LIST).content.decode()
    for path in ("", "secrets/", "removal/"):
        form = {"kind": "password", "label": "root", "value": "x"}
        answer = browser.post(f"{LIST}{server.pk}/{path}", form) if path else browser.get(f"{LIST}{server.pk}/")
        assert answer.status_code == 404
    assert not Reveal.objects.visible_to(carl).exists()

    made = browser.post(f"{LIST}new/", {**PLACE, "value": VALUE})

    own = Entry.objects.get(created_by=carl)
    assert made["Location"] == f"{LIST}{own.pk}/"
    assert list(Entry.objects.visible_to(carl)) == [own]
    assert "Printer" in browser.get(LIST).content.decode()


def test_colleague_sees_an_entry_as_long_as_a_secret_of_it_is_theirs(carl, server, pavel):
    secret = put(server, pavel)
    Secret.objects.filter(pk=secret.pk).update(changed_by=carl)
    assert list(Entry.objects.visible_to(carl)) == [server]

    put(server, pavel, value="newer")

    assert list(Entry.objects.visible_to(carl)) == []


def test_customer_who_went_to_another_company_leaves_what_they_put_in(carl, sergei):
    browser_of(carl).post(f"{LIST}new/", {**PLACE, "value": VALUE})
    carl.organisation = sergei.organisation
    carl.save()

    assert not Entry.objects.visible_to(carl).exists()


def test_role_that_is_given_the_companys_requests_sees_the_companys_entries(carl, server):
    assert list(Entry.objects.visible_to(carl)) == []

    more = ["enter_cabinet", "see_organisation_tickets"]
    RoleRule.objects.filter(role=Role.CUSTOMER).update(capabilities=more, version=1)
    policy.read()

    assert list(Entry.objects.visible_to(carl)) == [server]


def test_place_that_is_refused_is_not_there_and_shows_no_secret(cabinet):
    for said in ({"name": ""}, {"label": " "}, {"place": "nonsense"}):
        answer = cabinet.post(f"{LIST}new/", {**PLACE, "value": VALUE, **said})
        assert answer.status_code == 422
        assert VALUE not in answer.content.decode()
    assert not Entry.objects.exists()


def test_customer_adds_so_many_places_and_no_more(cabinet, clara, monkeypatch):
    monkeypatch.setattr(places, "MOST_OWN", 1)
    for _turn in range(2):
        answer = cabinet.post(f"{LIST}new/", {**PLACE, "value": VALUE})

    assert answer.status_code == 422
    assert Entry.objects.count() == 1


def test_customer_of_no_company_hands_nothing_over(db):
    assert browser_of(UserFactory(organisation=None)).get(f"{LIST}new/").status_code == 403


def test_customer_hands_a_secret_over_and_it_does_not_come_back(cabinet, server, root, clara):
    form = {"kind": "password", "label": "root", "value": "newer"}
    assert cabinet.post(f"{LIST}{server.pk}/secrets/", form)["Location"] == f"{LIST}{server.pk}/"

    secret = Secret.objects.get()
    assert (secret.value, secret.source, secret.changed_by) == ("newer", "cabinet", clara)
    refused = cabinet.post(f"{LIST}{server.pk}/secrets/", {**form, "label": "", "value": VALUE})
    assert refused.status_code == 422
    assert VALUE not in refused.content.decode()


def test_customer_reveals_nothing_at_the_desk(cabinet, root):
    path = f"/desk/access/{root.entry_id}/secrets/{root.pk}/reveals/"

    assert cabinet.post(path, {"reason": "It is ours"}).status_code == 403
    assert Reveal.objects.count() == 0


def test_customer_asks_for_removal(cabinet, desk, server, clara):
    cabinet.post(f"{LIST}{server.pk}/removal/")

    assert Entry.objects.get().removal_asked_by == clara
    assert "asks for this entry to be removed" in desk.get(f"/desk/access/{server.pk}/").content.decode()


def test_entry_that_was_taken_out_is_gone_for_the_customer(cabinet, keeping, server):
    keeping.post(f"/desk/access/{server.pk}/removal/")

    assert cabinet.get(f"{LIST}{server.pk}/").status_code == 404


def test_link_is_opened_without_signing_in_and_works_once(address):
    browser = Client()
    opened = browser.get(address)
    assert b"Panel of the shop" in opened.content
    assert (opened["Cache-Control"], opened["Referrer-Policy"]) == ("no-store", "strict-origin")
    assert DropLink.objects.good().count() == 1

    done = browser.post(address, {"kind": "password", "value": VALUE})
    assert done.status_code == 200
    assert VALUE not in done.content.decode()
    assert Secret.objects.get().value == VALUE

    assert browser.post(address, {"kind": "password", "value": "again"}).status_code == 410
    assert browser.get(address).status_code == 410
    assert Secret.objects.count() == 1


def test_link_that_got_nonsense_keeps_working_and_shows_nothing(address):
    browser = Client()

    for value in ("", " ", "x" * 70_000):
        answer = browser.post(address, {"kind": "password", "value": value})
        assert answer.status_code == 422
    assert browser.get(address).status_code == 200


def test_link_from_another_site_is_refused(address):
    assert Client(enforce_csrf_checks=True).post(address, {"kind": "token", "value": "x"}).status_code == 403
    assert Secret.objects.count() == 0
