"""The vault at the desk: found, revealed for a minute, never in anything that stays."""

import logging

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test import Client
from django.utils import timezone

from helpdesk.core.errors import Refused
from helpdesk.journal.models import Entry as Line
from helpdesk.search.models import Document
from tests.browsers import BACKEND, browser_of, proved
from tests.factories import StaffFactory, TicketFactory
from tests.statements import Statements
from tests.vpn.hosting.makers import VALUE, an_entry, granted, put
from vpn.hosting.actions.asking import approve, ask
from vpn.hosting.actions.dropping import make_link
from vpn.hosting.actions.reveals import reveal
from vpn.hosting.models import DropLink, Entry, Grant, Reveal, RevealRequest, Secret

LIST = "/desk/access/"


def card(entry):
    return f"{LIST}{entry.pk}/"


def door(secret):
    return f"{LIST}{secret.entry_id}/secrets/{secret.pk}/reveals/"


@pytest.mark.parametrize("rows", [1, 3])
def test_list_reads_in_these_statements(desk, shop, pavel, rows):
    for number in range(rows):
        put(an_entry(shop, pavel, name=f"Server {number}"), pavel)
    desk.get(LIST)

    with Statements(connection) as ran:
        shown = desk.get(LIST).content.decode()

    assert all(f"Server {number}" in shown for number in range(rows))
    assert ran.count == 4, str(ran)


@pytest.mark.parametrize("rows", [1, 3])
def test_card_reads_in_these_statements(keeping, server, pavel, anna, oleg, ticket, rows):
    for number in range(rows):
        secret = put(server, pavel, label=f"key {number}")
        reveal(secret=secret, by=anna, reason=f"Reason {number}", ticket=ticket)
        make_link(organisation=server.organisation, asked=f"more {number}", by=anna, entry=server)
    granted(server, oleg, pavel)
    keeping.get(card(server))

    with Statements(connection) as ran:
        shown = keeping.get(card(server)).content.decode()

    assert all(f"key {number}" in shown and f"Reason {number}" in shown for number in range(rows))
    assert ran.count <= 15, str(ran)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=web1", True),
        ("q=nothing", False),
        ("organisation=nordlicht shop", True),
        ("organisation=Werft", False),
        ("kind=server", True),
        ("kind=panel", False),
        ("kind=nonsense", True),
        ("q=%00", True),
        ("cursor=x", True),
    ],
)
def test_list_is_narrowed(desk, server, query, found):
    assert ("Web server" in desk.get(f"{LIST}?{query}").content.decode()) is found


def test_secret_is_shown_for_a_minute_and_kept_by_nothing(desk, root, ticket, caplog):
    caplog.set_level(logging.DEBUG)
    response = desk.post(door(root), {"reason": "The shop is down", "ticket": ticket.number})

    assert VALUE in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert response["Refresh"] == f"60; url={card(root.entry)}?ticket={ticket.number}"
    assert b"data-live" not in response.content
    assert (Reveal.objects.get().ticket, Reveal.objects.get().kind) == (ticket, "shown")
    assert VALUE not in caplog.text
    assert VALUE not in str(list(Line.objects.values()))
    assert VALUE not in str(list(Document.objects.values()))


def test_secret_is_copied_without_being_shown(desk, root):
    shown = desk.post(door(root), {"reason": "x", "copy": "1"}).content.decode()

    assert f'type="password" readonly value="{VALUE}"' in shown
    assert Reveal.objects.get().kind == "copied"


@pytest.mark.parametrize("path", ["", "secrets/", "details/", "drop-links/"])
def test_no_page_holds_a_secret_that_nobody_revealed(keeping, root, path):
    reveal(secret=root, by=StaffFactory(), reason="x")
    page = keeping.get(f"{card(root.entry)}{path}")

    assert page.status_code == 200
    assert VALUE not in page.content.decode()
    assert VALUE not in keeping.get(door(root)).content.decode()
    assert VALUE not in keeping.get(LIST).content.decode()


def test_form_that_is_refused_does_not_bring_the_secret_back(keeping, server):
    response = keeping.post(f"{card(server)}secrets/", {"kind": "password", "label": "", "value": VALUE})

    assert response.status_code == 422
    assert VALUE not in response.content.decode()


def test_ticket_in_the_address_is_the_reason(desk, root, ticket):
    page = desk.get(f"{card(root.entry)}?ticket={ticket.number}").content.decode()

    assert f'name="reason" value="Ticket #{ticket.number}: The basket is empty"' in page
    for word in ("", "x", "0", "999999", "9" * 30):
        assert desk.get(f"{card(root.entry)}?ticket={word}").status_code == 200


def test_ticket_of_another_customer_is_no_reason_and_names_nothing(desk, root, sergei):
    foreign = TicketFactory(requester=sergei, organisation=sergei.organisation, subject="Secret plans of the Werft")

    assert "Secret plans" not in desk.get(f"{card(root.entry)}?ticket={foreign.number}").content.decode()
    assert "Secret plans" not in desk.get(f"{door(root)}?ticket={foreign.number}").content.decode()
    assert desk.post(door(root), {"reason": "x", "ticket": foreign.number}).status_code == 422
    assert Reveal.objects.count() == 0


@pytest.mark.parametrize("form", [{}, {"reason": " "}, {"reason": "x", "ticket": "999999"}, {"reason": "x" * 501}])
def test_reveal_without_a_reason_is_refused(desk, root, form):
    response = desk.post(door(root), form)

    assert response.status_code == 422
    assert VALUE not in response.content.decode()
    assert Reveal.objects.count() == 0


def test_get_reveals_nothing(desk, root):
    assert VALUE not in desk.get(f"{door(root)}?reason=x").content.decode()
    assert Reveal.objects.count() == 0


def test_reveal_from_another_site_is_refused(anna, root):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(anna, backend=BACKEND)

    response = strict.post(door(root), {"reason": "x"})

    assert response.status_code == 403
    assert Reveal.objects.count() == 0


def test_secret_of_another_entry_is_not_found_by_this_one(desk, root, shop, pavel):
    other = an_entry(shop, pavel, name="Other")

    assert desk.post(f"{card(other)}secrets/{root.pk}/reveals/", {"reason": "x"}).status_code == 404


def test_contractor_comes_in_by_a_grant_alone(oleg, pavel, root, server):
    browser = browser_of(oleg)
    assert browser.post(door(root), {"reason": "x"}).status_code == 404
    assert browser.get(card(server)).status_code == 404

    granted(server, oleg, pavel)
    shown = browser.get(card(server)).content.decode()
    assert "/desk/organisations/" not in shown
    assert VALUE in browser.post(door(root), {"reason": "x"}).content.decode()

    Grant.objects.update(ended_at=timezone.now())
    assert browser.post(door(root), {"reason": "x"}).status_code == 404


def test_entry_that_wants_a_proof_asks_for_it_first(anna, shop, pavel):
    secret = put(an_entry(shop, pavel, name="Panel", needs_proof=True), pavel)
    stale = Client()
    stale.force_login(anna, backend=BACKEND)

    led = stale.post(door(secret), {"reason": "x"})
    assert (led.status_code, led["Location"].partition("?")[0]) == (303, "/accounts/proof/")
    assert Reveal.objects.count() == 0

    assert VALUE in proved(stale).post(door(secret), {"reason": "x"}).content.decode()


def test_second_person_is_asked_on_the_page_and_approves_on_theirs(desk, keeping, anna, shop, pavel):
    secret = put(an_entry(shop, pavel, name="Bank", needs_four_eyes=True), pavel)

    assert desk.post(door(secret), {"reason": "Payments"}).status_code == 303
    assert "waits" in desk.get(door(secret)).content.decode()
    asked = RevealRequest.objects.get()
    assert desk.post(f"{LIST}requests/{asked.pk}/approval/").status_code == 403
    assert keeping.post(f"{LIST}requests/{asked.pk}/approval/")["Location"] == f"{LIST}requests/"

    assert VALUE in desk.post(door(secret), {"reason": "Payments"}).content.decode()
    assert VALUE not in desk.post(door(secret), {"reason": "Payments"}, follow=True).content.decode()


def test_keeper_who_asks_does_not_approve_by_the_page(keeping, shop, pavel):
    secret = put(an_entry(shop, pavel, name="Bank", needs_four_eyes=True), pavel)
    asked = ask(secret=secret, by=pavel, reason="x")

    assert f"requests/{asked.pk}/approval/" not in keeping.get(f"{LIST}requests/").content.decode()
    assert keeping.post(f"{LIST}requests/{asked.pk}/approval/").status_code == 403


def test_entry_is_added_changed_and_taken_out(keeping, shop):
    said = {"organisation": "nordlicht shop", "kind": "server", "name": "New", "host": "h.example"}
    added = keeping.post(f"{LIST}new/", said)
    entry = Entry.objects.get()
    assert added["Location"] == card(entry)
    assert keeping.post(f"{LIST}new/", {**said, "organisation": "Nobody"}).status_code == 422

    keeping.post(f"{card(entry)}details/", {**said, "name": "Newer", "needs_four_eyes": "on"})
    keeping.post(f"{card(entry)}secrets/", {"kind": "token", "label": "API", "value": VALUE})
    entry.refresh_from_db()
    assert (entry.name, entry.needs_four_eyes, Secret.objects.get().value) == ("Newer", True, VALUE)

    assert keeping.post(f"{card(entry)}removal/")["Location"] == LIST
    assert (Secret.objects.get().value, keeping.get(card(entry)).status_code) == ("", 200)
    assert "Newer" in keeping.get(f"{LIST}?out=1").content.decode()


def test_grant_is_given_and_ended_on_the_pages(keeping, server, oleg):
    day = (timezone.localdate() + timezone.timedelta(days=3)).isoformat()
    given = keeping.post(f"{card(server)}grants/", {"user": oleg.pk, "until": day, "reason": "Checkout"})
    grant = Grant.objects.get()

    assert given["Location"] == card(server)
    assert "Oleg" in keeping.get(f"{LIST}grants/").content.decode()
    assert keeping.post(f"{card(server)}grants/", {"user": oleg.pk, "until": "", "reason": ""}).status_code == 422
    keeping.post(f"{LIST}grants/{grant.pk}/end/")
    assert Grant.objects.live().count() == 0


def test_link_is_shown_once_and_taken_back(desk, shop):
    made = desk.post(f"{LIST}drop-links/", {"organisation": "Nordlicht Shop", "asked": "Panel"})
    link = DropLink.objects.get()

    assert "/secrets/" in made.content.decode()
    assert made["Cache-Control"] == "no-store"
    assert "/secrets/" not in desk.get(f"{LIST}drop-links/").content.decode()
    assert desk.post(f"{LIST}drop-links/{link.pk}/removal/")["Location"] == f"{LIST}drop-links/"
    assert DropLink.objects.good().count() == 0


def test_leaver_takes_along_what_they_revealed_until_it_is_changed(keeping, server, root, anna, pavel):
    seen, unseen = root, put(server, pavel, label="unseen")
    reveal(secret=seen, by=anna, reason="x")
    page = f"{LIST}leavers/{anna.pk}/"
    assert "root" in keeping.get(page).content.decode()
    assert unseen.label not in keeping.get(page).content.decode()

    put(server, pavel, value="new")
    assert "root" not in keeping.get(page).content.decode()

    reveal(secret=seen, by=anna, reason="Again")
    assert "root" in keeping.get(page).content.decode()
    assert keeping.post(f"{page}{server.pk}/{seen.pk}/")["Location"] == page
    assert "root" not in keeping.get(page).content.decode()


def test_leaver_takes_along_what_was_granted(keeping, server, root, oleg, pavel):
    granted(server, oleg, pavel)

    assert "was open to them" in keeping.get(f"{LIST}leavers/{oleg.pk}/").content.decode()


def test_report_says_who_saw_what_on_a_day(keeping, server, root, anna, oleg, pavel, clara):
    granted(server, oleg, pavel)
    reveal(secret=root, by=anna, reason="The shop is down")
    shown = keeping.get(f"{LIST}report/").content.decode().partition("<main")[2]

    assert all(word in shown for word in ("Anna Orlova", "Oleg Marchenko", "Web server", "The shop is down"))
    assert "Clara" not in shown
    long_ago = keeping.get(f"{LIST}report/?day=2001-01-01").content.decode().partition("<main")[2]
    assert not any(word in long_ago for word in ("Anna Orlova", "Oleg Marchenko", "Web server"))
    assert keeping.get(f"{LIST}report/?day=never").status_code == 422


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_report_is_taken_along_and_the_journal_says_so(keeping, server, root, anna, kind):
    day = timezone.localdate().isoformat()
    response = keeping.post(f"{LIST}report/file/", {"day": day, "format": kind})

    assert response["Content-Disposition"] == f'attachment; filename="vault-{day}.{kind}"'
    assert Line.objects.filter(verb="vault_report_taken").count() == 1
    if kind == "csv":
        assert "Anna Orlova" in response.content.decode("utf-8-sig")
        assert VALUE not in response.content.decode("utf-8-sig")


def test_key_that_is_lost_breaks_no_list_and_says_so_when_revealed(desk, root, settings):
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    assert desk.get(card(root.entry)).status_code == 200
    response = desk.post(door(root), {"reason": "x"})
    assert response.status_code == 422
    assert "FIELD_ENCRYPTION_KEYS" in response.content.decode()
    assert Reveal.objects.count() == 0


def test_card_of_the_customer_and_side_of_the_ticket_show_entries(desk, server, shop, clara, ticket):
    assert card(server) in desk.get(f"/desk/organisations/{shop.pk}/").content.decode()
    beside = desk.get(f"/desk/people/{clara.pk}/panels/?ticket={ticket.number}").content.decode()
    assert f"{card(server)}?ticket={ticket.number}" in beside


def test_approval_is_refused_once_the_entry_is_gone(keeping, shop, pavel, lena):
    secret = put(an_entry(shop, pavel, name="Bank", needs_four_eyes=True), pavel)
    asked = ask(secret=secret, by=lena, reason="x")
    keeping.post(f"{LIST}{secret.entry_id}/removal/")

    with pytest.raises(Refused):
        approve(request=asked, by=pavel)
